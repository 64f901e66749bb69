#pragma once
// Merging a batch into a keyring (004 2, A.3-6; KU-18, KU-19, KU-27).

#include <span>
#include <string_view>
#include <vector>

#include "reference/base/finding.h"
#include "reference/keyring/model.h"
#include "reference/kms/errc.h"

namespace touchstone::kms {

/// A node that was taken out: rows with this count or a lower one never come back.
struct Tombstone {
  keyring::NodeId node_id = 0;
  std::uint32_t count = 0;

  friend bool operator==(const Tombstone&, const Tombstone&) = default;
};

enum class OnConflict { abort, keep, replace };  ///< other key, same count

struct MergeOptions {
  OnConflict on_conflict = OnConflict::abort;
  std::uint64_t max_replace = 100;
  bool revive = false;  ///< a removed node may come back with a higher count
};

struct MergeConflict {
  keyring::NodeId node_id = 0;
  Errc reason = Errc::conflict;

  friend bool operator==(const MergeConflict&, const MergeConflict&) = default;
};

struct Merge {
  keyring::NodeRows rows;  ///< the keyring afterwards; meaningless when there are conflicts
  std::uint64_t added = 0;
  std::uint64_t replaced = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t stale = 0;               ///< lower count: skipped (KU-19)
  std::uint64_t kept = 0;                ///< conflicts settled by OnConflict::keep
  std::uint64_t revoked = 0;             ///< stopped by a tombstone: skipped
  std::vector<MergeConflict> conflicts;  ///< the first 1000
  std::uint64_t conflict_count = 0;      ///< all of them
  std::vector<keyring::NodeId> skipped;  ///< stale or revoked, the first 1000
  Findings findings;                     ///< KL-REPGAP, KL-BATCHDUP; the first 1000

  [[nodiscard]] bool changes() const { return added + replaced != 0; }
};

/// Both row vectors in ascending node id, one row a node; `tombstones` likewise. Time is linear in
/// their lengths. By node id: new -> added; same count and key -> unchanged, the row in the keyring
/// stays with its batch number; same count, other key -> conflict or as options say; higher count,
/// other key -> replaced; higher count, same key -> conflict; lower count -> stale. A taken row
/// with the key of another node, before the merge or in the batch, is a conflict.
[[nodiscard]] Merge merge(std::span<const keyring::NodeRow> keyring,
                          std::span<const keyring::NodeRow> batch,
                          std::span<const Tombstone> tombstones, const MergeOptions& options);

}  // namespace touchstone::kms
