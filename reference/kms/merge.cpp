#include "reference/kms/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_set>

#include "reference/base/defect.h"

namespace touchstone::kms {
namespace {

using keyring::NodeId;
using keyring::NodeRow;

constexpr std::size_t max_listed = 1000;

/// The keys of the changed rows, found by their octets. Open addressing at a load of at most a
/// half.
class KeyTable {
 public:
  explicit KeyTable(std::size_t keys) : slots_(std::bit_ceil(2 * keys + 2), nullptr) {}

  /// False if a row with this key is in it already.
  bool insert(const NodeRow& row) {
    const NodeRow*& slot = slots_[place(row)];
    if (slot != nullptr) return false;
    slot = &row;
    return true;
  }
  [[nodiscard]] bool holds_key_of(const NodeRow& row) const {
    return slots_[place(row)] != nullptr;
  }

 private:
  /// The slot that holds the key of `row`, or the empty one where it belongs.
  [[nodiscard]] std::size_t place(const NodeRow& row) const {
    std::uint64_t halves[2];
    std::memcpy(halves, row.root_key.data(), sizeof halves);
    const std::uint64_t mixed = (halves[0] ^ std::rotl(halves[1], 31)) * 0x9E3779B97F4A7C15;
    std::size_t index = (mixed >> 20) & (slots_.size() - 1);
    while (slots_[index] != nullptr && slots_[index]->root_key != row.root_key)
      index = (index + 1) & (slots_.size() - 1);
    return index;
  }

  std::vector<const NodeRow*> slots_;
};

class Merger {
 public:
  Merger(std::span<const NodeRow> keyring, std::span<const NodeRow> batch,
         std::span<const Tombstone> tombstones, const MergeOptions& options)
      : keyring_(keyring), batch_(batch), tombstones_(tombstones), options_(options) {
    out_.rows.reserve(keyring.size() + batch.size());
  }

  Merge run() && {
    auto ours = keyring_.begin();
    for (const NodeRow& theirs : batch_) {
      for (; ours != keyring_.end() && ours->node_id < theirs.node_id; ++ours)
        keep(*ours, true);
      if (ours != keyring_.end() && ours->node_id == theirs.node_id)
        known(*ours++, theirs);
      else
        unknown(theirs);
    }
    for (; ours != keyring_.end(); ++ours)
      keep(*ours, true);
    if (out_.replaced > options_.max_replace + (TOUCHSTONE_DEFECT("KU-19.limit") ? 1 : 0))
      conflict(0, Errc::too_many_replacements);
    find_shared_keys();
    find_reused_batch_numbers();
    return std::move(out_);
  }

 private:
  void keep(const NodeRow& row, bool beside_batch) {
    out_.rows.push_back(row);
    if (beside_batch && row.batch != last_old_number_) {
      last_old_number_ = row.batch;
      old_numbers_.insert(row.batch);
    }
  }

  void take(const NodeRow& row) {
    out_.rows.push_back(row);
    changed_.push_back(&row);
    if (row.batch != last_new_number_) {
      last_new_number_ = row.batch;
      new_numbers_.insert(row.batch);
    }
  }

  /// A node that the keyring does not hold.
  void unknown(const NodeRow& theirs) {
    while (!tombstones_.empty() && tombstones_.front().node_id < theirs.node_id)
      tombstones_ = tombstones_.subspan(1);
    const bool removed = !tombstones_.empty() && tombstones_.front().node_id == theirs.node_id;
    if (removed && theirs.count <= tombstones_.front().count && !TOUCHSTONE_DEFECT("KU-27.back"))
      return skip(theirs, out_.revoked);
    if (removed && !options_.revive) return conflict(theirs.node_id, Errc::revoked);
    ++out_.added;
    take(theirs);
  }

  void known(const NodeRow& ours, const NodeRow& theirs) {
    const bool same_key = ours.root_key == theirs.root_key;
    if (theirs.count < ours.count && !TOUCHSTONE_DEFECT("KU-19.stale")) {
      skip(theirs, out_.stale);
      return keep(ours, false);
    }
    if (theirs.count > ours.count) return reprovisioned(ours, theirs, same_key);
    if (same_key && TOUCHSTONE_DEFECT("BK-22.renumbered") && ours.batch != theirs.batch) {
      ++out_.replaced;
      return take(theirs);
    }
    if (same_key && !TOUCHSTONE_DEFECT("BK-22.again")) {
      ++out_.unchanged;
      return keep(ours, false);
    }
    differs(ours, theirs);
  }

  void reprovisioned(const NodeRow& ours, const NodeRow& theirs, bool same_key) {
    if (same_key) return conflict(theirs.node_id, Errc::same_reprovision_key);
    if (theirs.count - ours.count > 1)
      finding("KL-REPGAP", fmt::format("node 0x{:08x}: expected count {}, found {}", ours.node_id,
                                       ours.count + 1, theirs.count));
    ++out_.replaced;
    take(theirs);
  }

  void differs(const NodeRow& ours, const NodeRow& theirs) {
    switch (options_.on_conflict) {
      case OnConflict::abort:
        return conflict(theirs.node_id, Errc::conflict);
      case OnConflict::keep:
        ++out_.kept;
        return keep(ours, false);
      case OnConflict::replace:
        ++out_.replaced;
        return take(theirs);
    }
  }

  void skip(const NodeRow& row, std::uint64_t& counter) {
    ++counter;
    if (out_.skipped.size() < max_listed) out_.skipped.push_back(row.node_id);
  }

  void conflict(NodeId node, Errc reason) {
    ++out_.conflict_count;
    if (out_.conflicts.size() < max_listed) out_.conflicts.push_back({node, reason});
  }

  void finding(std::string_view code, std::string text) {
    if (out_.findings.size() < max_listed)
      out_.findings.push_back({.code = code, .text = std::move(text)});
  }

  /// No key under two nodes: the new ones among themselves and against every node of the keyring,
  /// also one that this batch replaces: a key that was in use once belongs to that node.
  void find_shared_keys() {
    if (changed_.empty()) return;
    KeyTable table(changed_.size());
    for (const NodeRow* row : changed_)
      if (!table.insert(*row)) conflict(row->node_id, Errc::same_key);
    for (const NodeRow& row : keyring_)
      if (table.holds_key_of(row)) conflict(row.node_id, Errc::same_key);
  }

  /// two sites may count their batches alike; the rows are kept as they are.
  void find_reused_batch_numbers() {
    std::vector<std::uint32_t> both;
    for (const std::uint32_t number : new_numbers_)
      if (old_numbers_.contains(number)) both.push_back(number);
    std::ranges::sort(both);
    for (const std::uint32_t number : both)
      if (!TOUCHSTONE_DEFECT("LK-14.collision_untold"))
        finding("KL-BATCHDUP",
                fmt::format("batch {}: the keyring has nodes of this number that are "
                            "not in this file",
                            number));
  }

  std::span<const NodeRow> keyring_;
  std::span<const NodeRow> batch_;
  std::span<const Tombstone> tombstones_;
  const MergeOptions& options_;
  Merge out_;
  std::vector<const NodeRow*> changed_;  ///< added or replaced, into batch_, ascending
  std::unordered_set<std::uint32_t> old_numbers_;
  std::unordered_set<std::uint32_t> new_numbers_;
  std::uint64_t last_old_number_ = ~std::uint64_t{0};
  std::uint64_t last_new_number_ = ~std::uint64_t{0};
};

}  // namespace

Merge merge(std::span<const NodeRow> keyring, std::span<const NodeRow> batch,
            std::span<const Tombstone> tombstones, const MergeOptions& options) {
  return Merger(keyring, batch, tombstones, options).run();
}

}  // namespace touchstone::kms
