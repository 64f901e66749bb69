#include "conformance/oracle/merge_model.h"

#include <set>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle {

namespace {

enum class Step { add, unchanged, replace, stale, conflict, same_key_again, tombstone };

/// KU-19 word by word.
Step step_for(const Row* known, const Row& row, const MergeRules& rules) {
  if (known == nullptr) {
    const auto removed = rules.tombstones.find(row.id);
    if (removed == rules.tombstones.end()) return Step::add;
    if (row.count <= removed->second) return Step::stale;
    return rules.revive ? Step::add : Step::tombstone;
  }
  const bool same_key = known->key == row.key;
  if (row.count < known->count)
    return TOUCHSTONE_ORACLE_DEFECT("merge.stale") ? Step::replace : Step::stale;
  if (row.count == known->count) return same_key ? Step::unchanged : Step::conflict;
  return same_key ? Step::same_key_again : Step::replace;
}

/// LK-14: numbers under which rows came in and which the keyring holds for nodes that the batch
/// does not name.
Findings reused_numbers(const Keyring& keyring, const Rows& batch,
                        const std::set<std::uint32_t>& taken) {
  std::set<std::uint32_t> named;
  for (const Row& row : batch)
    named.insert(row.id);
  std::set<std::uint32_t> reused;
  for (const Row& row : keyring.rows)
    if (!named.contains(row.id) && taken.contains(row.batch)) reused.insert(row.batch);
  Findings findings;
  for (const std::uint32_t number : reused)
    findings.push_back({"KL-BATCHDUP", Severity::warning, 0, 0,
                        "batch " + std::to_string(number) + " for nodes of this batch alone"});
  return findings;
}

std::unexpected<Refusal> conflict(std::string why) {
  return refuse(8, "state", std::move(why));
}

}  // namespace

Judged<Merged> merge(const Keyring& keyring, const Rows& batch, const MergeRules& rules) {
  std::map<std::uint32_t, Row> rows;
  std::map<Key16, std::uint32_t> owner;
  for (const Row& row : keyring.rows) {
    rows.emplace(row.id, row);
    owner.emplace(row.key, row.id);
  }
  Merged merged;
  std::set<std::uint32_t> taken;
  for (const Row& row : batch) {
    const auto found = rows.find(row.id);
    const Row* known = found == rows.end() ? nullptr : &found->second;
    Step step = step_for(known, row, rules);
    if (step == Step::conflict && rules.on_conflict == OnConflict::abort)
      return conflict("another key with the same count");
    if (step == Step::conflict)
      step = rules.on_conflict == OnConflict::keep ? Step::unchanged : Step::replace;
    if (step == Step::same_key_again)
      return conflict("KL-SAMEREP: the same key with a higher count");
    if (step == Step::tombstone) return conflict("a removed node with a higher count");
    if (step == Step::stale || step == Step::unchanged) {
      ++(step == Step::stale ? merged.stale : merged.unchanged);
      continue;
    }
    if (const auto other = owner.find(row.key); other != owner.end() && other->second != row.id)
      return conflict("KL-SAMEKEY: the key of another node");
    if (known != nullptr && row.count > known->count + 1)
      merged.findings.push_back({"KL-REPGAP", Severity::warning, 0, 0, "a count one higher"});
    ++(step == Step::add ? merged.added : merged.replaced);
    rows[row.id] = row;
    taken.insert(row.batch);
    owner.emplace(row.key, row.id);
  }
  const std::uint64_t limit = rules.max_replace + (TOUCHSTONE_ORACLE_DEFECT("merge.limit") ? 1 : 0);
  if (merged.replaced > limit) return conflict("more replacements than allowed");
  if (!TOUCHSTONE_ORACLE_DEFECT("merge.batchdup"))
    for (Finding& finding : reused_numbers(keyring, batch, taken))
      merged.findings.push_back(std::move(finding));
  merged.keyring.network = keyring.network;
  for (const auto& [id, row] : rows)
    merged.keyring.rows.push_back(row);
  return merged;
}

}  // namespace touchstone::conformance::oracle
