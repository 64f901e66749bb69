#include "conformance/generators/pairwise.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace touchstone::conformance::generators {

namespace {

/// Two factors and the level of each, the smaller factor first.
using LevelPair = std::tuple<std::size_t, int, std::size_t, int>;

class Builder {
 public:
  Builder(const std::vector<int>& levels, const RowConstraint& allowed)
      : levels_(levels), allowed_(allowed) {}

  std::vector<CoveringRow> run() && {
    collect();
    std::vector<CoveringRow> rows;
    while (!missing_.empty()) {
      rows.push_back(next_row());
      strike_out(rows.back());
    }
    return rows;
  }

 private:
  [[nodiscard]] bool fits(CoveringRow row) const { return complete_row(row, levels_, allowed_); }

  [[nodiscard]] CoveringRow row_of(const LevelPair& pair) const {
    const auto& [a, level_a, b, level_b] = pair;
    CoveringRow row(levels_.size(), open_level);
    row[a] = level_a;
    row[b] = level_b;
    return row;
  }

  void collect() {
    for (std::size_t a = 0; a < levels_.size(); ++a)
      for (std::size_t b = a + 1; b < levels_.size(); ++b)
        for (int i = 0; i < levels_[a]; ++i)
          for (int j = 0; j < levels_[b]; ++j)
            if (const LevelPair pair{a, i, b, j}; fits(row_of(pair))) missing_.insert(pair);
  }

  /// Pairs that `level` of `factor` would cover with what is chosen.
  [[nodiscard]] int gain(const CoveringRow& row, std::size_t factor, int level) const {
    int count = 0;
    for (std::size_t other = 0; other < row.size(); ++other) {
      if (other == factor || row[other] == open_level) continue;
      const LevelPair pair = other < factor ? LevelPair{other, row[other], factor, level}
                                            : LevelPair{factor, level, other, row[other]};
      count += missing_.contains(pair) ? 1 : 0;
    }
    return count;
  }

  CoveringRow next_row() {
    CoveringRow row = row_of(*missing_.begin());
    for (std::size_t factor = 0; factor < row.size(); ++factor) {
      if (row[factor] != open_level) continue;
      int best = open_level;
      int most = -1;
      for (int level = 0; level < levels_[factor]; ++level) {
        row[factor] = level;
        const int gained = gain(row, factor, level);
        if (gained > most && fits(row)) best = level, most = gained;
      }
      row[factor] = best;
    }
    return row;
  }

  void strike_out(const CoveringRow& row) {
    for (std::size_t a = 0; a < row.size(); ++a)
      for (std::size_t b = a + 1; b < row.size(); ++b)
        missing_.erase({a, row[a], b, row[b]});
  }

  const std::vector<int>& levels_;
  const RowConstraint& allowed_;
  std::set<LevelPair> missing_;
};

bool complete_from(std::size_t factor, CoveringRow& row, const std::vector<int>& levels,
                   const RowConstraint& allowed) {
  if (!allowed(row)) return false;
  while (factor < row.size() && row[factor] != open_level)
    ++factor;
  if (factor == row.size()) return true;
  for (int level = 0; level < levels[factor]; ++level) {
    row[factor] = level;
    if (complete_from(factor + 1, row, levels, allowed)) return true;
  }
  row[factor] = open_level;
  return false;
}

}  // namespace

std::vector<CoveringRow> covering_array(const std::vector<int>& levels,
                                        const RowConstraint& allowed) {
  return Builder(levels, allowed).run();
}

bool complete_row(CoveringRow& row, const std::vector<int>& levels, const RowConstraint& allowed) {
  return complete_from(0, row, levels, allowed);
}

}  // namespace touchstone::conformance::generators
