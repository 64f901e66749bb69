// Covering arrays: every pair that can stand together does, and no row breaks the constraint.

#include "conformance/generators/pairwise.h"

#include <gmock/gmock.h>

#include <set>
#include <tuple>

#include "conformance/generators/ipsec_switches.h"

namespace touchstone::conformance::generators {
namespace {

using Pairs = std::set<std::tuple<std::size_t, int, std::size_t, int>>;

void add_pairs(const CoveringRow& row, Pairs& pairs) {
  for (std::size_t a = 0; a < row.size(); ++a)
    for (std::size_t b = a + 1; b < row.size(); ++b)
      pairs.insert({a, row[a], b, row[b]});
}

/// Every pair of every row there is, found by trying all of them.
Pairs possible_pairs(const std::vector<int>& levels, const RowConstraint& allowed) {
  Pairs pairs;
  CoveringRow row(levels.size(), 0);
  for (;;) {
    if (allowed(row)) add_pairs(row, pairs);
    std::size_t factor = 0;
    while (factor < row.size() && ++row[factor] == levels[factor])
      row[factor++] = 0;
    if (factor == row.size()) return pairs;
  }
}

void expect_covered(const std::vector<CoveringRow>& rows, const std::vector<int>& levels,
                    const RowConstraint& allowed, std::size_t most) {
  Pairs covered;
  for (const CoveringRow& row : rows) {
    ASSERT_EQ(row.size(), levels.size());
    for (std::size_t factor = 0; factor < row.size(); ++factor)
      EXPECT_TRUE(row[factor] >= 0 && row[factor] < levels[factor]);
    EXPECT_TRUE(allowed(row));
    add_pairs(row, covered);
  }
  EXPECT_EQ(covered, possible_pairs(levels, allowed));
  EXPECT_LE(rows.size(), most);
}

bool anything(const CoveringRow&) {
  return true;
}

TEST(Pairwise, CoversEveryPair) {
  const std::vector<int> levels = {3, 2, 4, 3};
  expect_covered(covering_array(levels, anything), levels, anything, 16);
}

TEST(Pairwise, KeepsAConstraint) {
  const std::vector<int> levels = {3, 3, 3, 2};
  const RowConstraint allowed = [](const CoveringRow& row) {
    return !(row[0] == 1 && row[2] == 2) && !(row[1] == 0 && row[3] == 1);
  };
  expect_covered(covering_array(levels, allowed), levels, allowed, 12);
}

TEST(Pairwise, CompletesARowWhereItCan) {
  const std::vector<int> levels = {2, 2};
  const RowConstraint differ = [](const CoveringRow& row) {
    return row[0] == open_level || row[0] != row[1];
  };
  CoveringRow row = {open_level, 0};
  EXPECT_TRUE(complete_row(row, levels, differ));
  EXPECT_THAT(row, ::testing::ElementsAre(1, 0));
  row = {1, 1};
  EXPECT_FALSE(complete_row(row, levels, differ));
}

TEST(IpsecSwitches, EveryPairOfSwitchesStandsInALine) {
  for (const bool extended : {false, true})
    expect_covered(switch_rows(extended), switch_levels(extended), switches_fit,
                   extended ? 32 : 26);
}

TEST(IpsecSwitches, LinesSayWhatTheirFactsAre) {
  for (const CoveringRow& row : switch_rows(true)) {
    const CreateLine line = create_line(row, 7);
    const auto has = [&](const std::string& word) {
      return std::ranges::find(line.argv, word) != line.argv.end();
    };
    EXPECT_TRUE(has("--name=" + line.wish.name));
    EXPECT_TRUE(has("--dst-address=" + line.wish.destination));
    EXPECT_EQ(line.wish.tunnel(), has("--dst-network=" + line.wish.network));
    EXPECT_EQ(line.start, has("--start"));
    EXPECT_NE(line.wish.certificates, line.wish.destination_key.has_value());
    EXPECT_EQ(create_line(row, 7).argv, line.argv);
  }
}

}  // namespace
}  // namespace touchstone::conformance::generators
