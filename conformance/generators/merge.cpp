#include "conformance/generators/merge.h"

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "conformance/generators/keyring.h"
#include "conformance/generators/secrets.h"
#include "conformance/oracle/model_json.h"

namespace touchstone::conformance::generators {

namespace {

enum class Kind { fresh, again, replaced, gap, stale, conflict, same_key_again, key_of_another };

constexpr std::uint32_t highest = 0xFFFFFFFF;

struct Change {
  Kind kind = Kind::fresh;
  std::uint32_t which = 0;  ///< a row of the keyring, or a new id
  std::uint32_t step = 1;
};

void showValue(const Change& change, std::ostream& out) {
  out << "kind " << static_cast<int>(change.kind) << " of " << change.which << " step "
      << change.step;
}

rc::Gen<std::vector<Change>> changes(bool may_fail) {
  const auto good = rc::gen::weightedElement<Kind>(
      {{4, Kind::fresh}, {2, Kind::again}, {3, Kind::replaced}, {1, Kind::gap}, {2, Kind::stale}});
  const auto bad =
      rc::gen::element(Kind::conflict, Kind::same_key_again, Kind::key_of_another, Kind::fresh);
  const auto kinds = may_fail ? rc::gen::weightedOneOf<Kind>({{4, good}, {1, bad}}) : good;
  return rc::gen::container<std::vector<Change>>(
      rc::gen::build<Change>(rc::gen::set(&Change::kind, kinds),
                             rc::gen::set(&Change::which, rc::gen::arbitrary<std::uint32_t>()),
                             rc::gen::set(&Change::step, rc::gen::inRange<std::uint32_t>(1, 6))));
}

class BatchMaker {
 public:
  explicit BatchMaker(const oracle::Keyring& keyring) : rows_(keyring.rows) {
    for (const oracle::Row& row : rows_)
      known_.insert(row.id);
  }

  void add(const Change& change) {
    if (change.kind == Kind::fresh || rows_.empty())
      return put({change.which, key(), 1 + change.step, change.step % 3}, true);
    const oracle::Row& old = rows_[change.which % rows_.size()];
    oracle::Row row{old.id, key(), old.batch, old.count};
    switch (change.kind) {
      case Kind::again:
        row.key = old.key;
        break;
      case Kind::replaced:
        row.count = up(old.count, 1);
        break;
      case Kind::gap:
        row.count = up(old.count, 1 + change.step);
        break;
      case Kind::stale:
        row.count = old.count - std::min(old.count, change.step);
        break;
      case Kind::same_key_again:
        row.key = old.key;
        row.count = up(old.count, change.step);
        break;
      case Kind::key_of_another:
        // The owner stays as it is: whether a key that is replaced in the same batch may move to
        // another node is left open by the text.
        if (known_.contains(change.which) || !ids_.insert(old.id).second) return;
        return put({change.which, old.key, 1, 0}, true);
      case Kind::conflict:
      case Kind::fresh:
        break;
    }
    if (change.kind == Kind::stale && old.count == 0) row.key = old.key;
    if (change.kind == Kind::replaced && row.count == old.count) row.key = old.key;
    if (change.kind == Kind::gap && row.count == old.count) row.key = old.key;
    put(row, false);
  }

  oracle::Rows take() {
    std::ranges::sort(batch_);
    return std::move(batch_);
  }

 private:
  static std::uint32_t up(std::uint32_t count, std::uint32_t step) {
    return count > highest - step ? highest : count + step;
  }

  oracle::Key16 key() { return key_of_seed(0x2000000000 + ++keys_made_); }

  void put(const oracle::Row& row, bool must_be_new) {
    if (must_be_new && known_.contains(row.id)) return;
    if (ids_.insert(row.id).second && keys_.insert(row.key).second) batch_.push_back(row);
  }

  oracle::Rows rows_;
  std::set<std::uint32_t> known_;
  oracle::Rows batch_;
  std::set<std::uint32_t> ids_;
  std::set<oracle::Key16> keys_;
  std::uint64_t keys_made_ = 0;
};

oracle::MergeRules draw_rules(const oracle::Keyring& keyring, const oracle::Rows& batch,
                              bool may_fail) {
  oracle::MergeRules rules;
  rules.on_conflict =
      *rc::gen::weightedElement<oracle::OnConflict>({{3, oracle::OnConflict::abort},
                                                     {1, oracle::OnConflict::keep},
                                                     {1, oracle::OnConflict::replace}});
  if (may_fail) rules.max_replace = *rc::gen::element<std::uint64_t>(0, 1, 2, 100);
  rules.revive = draw_bool();
  const auto spread = draw_below(4);
  for (const oracle::Row& row : batch) {
    const bool is_new =
        std::ranges::none_of(keyring.rows, [&](const auto& known) { return known.id == row.id; });
    if (is_new && (row.id + spread) % 4 == 0)
      rules.tombstones[row.id] = may_fail ? spread : std::max(row.count, spread);
  }
  return rules;
}

}  // namespace

void to_json(nlohmann::json& json, const MergeInput& input) {
  json = {{"keyring", input.keyring}, {"batch", input.batch}, {"rules", input.rules}};
}

void from_json(const nlohmann::json& json, MergeInput& input) {
  json.at("keyring").get_to(input.keyring);
  json.at("batch").get_to(input.batch);
  json.at("rules").get_to(input.rules);
}

MergeInput draw_merge() {
  MergeInput input;
  const bool may_fail = draw_bool();
  input.keyring = draw_keyring(15);
  for (oracle::Row& row : input.keyring.rows)  // room above and below for counts to move
    row.count = row.count % 5 == 4 ? highest - 1 : row.count % 5;
  BatchMaker maker(input.keyring);
  for (const Change& change : *changes(may_fail))
    maker.add(change);
  maker.add({Kind::fresh, 0x20000000 + draw_below(100), 1});
  input.batch = maker.take();
  input.rules = draw_rules(input.keyring, input.batch, may_fail);
  return input;
}

}  // namespace touchstone::conformance::generators
