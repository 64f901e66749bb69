#include "conformance/oracle/merge_model.h"

#include <optional>
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

/// What a step of which somebody has to decide comes to.
Judged<Step> decided(Step step, const MergeRules& rules) {
  if (step == Step::same_key_again) return conflict("KL-SAMEREP: the same key with a higher count");
  if (step == Step::tombstone) return conflict("a removed node with a higher count");
  if (step != Step::conflict) return step;
  if (rules.on_conflict == OnConflict::abort) return conflict("another key with the same count");
  return rules.on_conflict == OnConflict::keep ? Step::unchanged : Step::replace;
}

/// The rows of a keyring, and whose each key is, while a batch is merged.
struct Merging {
  std::map<std::uint32_t, Row> rows;
  std::map<Key16, std::uint32_t> owner;
  std::set<std::uint32_t> taken;  ///< numbers of batches from which a row came in
  Merged merged;

  explicit Merging(const Keyring& keyring) {
    for (const Row& row : keyring.rows) {
      rows.emplace(row.id, row);
      owner.emplace(row.key, row.id);
    }
  }

  std::optional<Refusal> take(const Row& row, const MergeRules& rules) {
    const auto found = rows.find(row.id);
    const Row* known = found == rows.end() ? nullptr : &found->second;
    const Judged<Step> step = decided(step_for(known, row, rules), rules);
    if (!step) return step.error();
    if (*step == Step::stale || *step == Step::unchanged) {
      ++(*step == Step::stale ? merged.stale : merged.unchanged);
      return std::nullopt;
    }
    if (const auto other = owner.find(row.key); other != owner.end() && other->second != row.id)
      return conflict("KL-SAMEKEY: the key of another node").error();
    if (known != nullptr && row.count > known->count + 1)
      merged.findings.push_back({"KL-REPGAP", Severity::warning, 0, 0, "a count one higher"});
    ++(*step == Step::add ? merged.added : merged.replaced);
    rows[row.id] = row;
    taken.insert(row.batch);
    owner.emplace(row.key, row.id);
    return std::nullopt;
  }
};

}  // namespace

Judged<Merged> merge(const Keyring& keyring, const Rows& batch, const MergeRules& rules) {
  Merging merging(keyring);
  for (const Row& row : batch)
    if (auto refusal = merging.take(row, rules)) return std::unexpected(*std::move(refusal));
  Merged& merged = merging.merged;
  const std::uint64_t limit = rules.max_replace + (TOUCHSTONE_ORACLE_DEFECT("merge.limit") ? 1 : 0);
  if (merged.replaced > limit) return conflict("more replacements than allowed");
  if (!TOUCHSTONE_ORACLE_DEFECT("merge.batchdup"))
    for (Finding& finding : reused_numbers(keyring, batch, merging.taken))
      merged.findings.push_back(std::move(finding));
  merged.keyring.network = keyring.network;
  for (const auto& [id, row] : merging.rows)
    merged.keyring.rows.push_back(row);
  return std::move(merged);
}

}  // namespace touchstone::conformance::oracle
