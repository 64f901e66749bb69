#pragma once
// What a merge must do (BK-12, BK-22, KU-18, KU-19, KU-27), as a model over maps.

#include <map>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

enum class OnConflict { abort, keep, replace };

struct MergeRules {
  OnConflict on_conflict = OnConflict::abort;
  std::uint64_t max_replace = 100;
  bool revive = false;
  std::map<std::uint32_t, std::uint32_t> tombstones;  ///< id and the highest count removed
};

struct Merged {
  Keyring keyring;
  std::uint64_t added = 0;
  std::uint64_t replaced = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t stale = 0;
  Findings findings;  ///< KL-REPGAP, KL-BATCHDUP
};

/// Wholly or not at all: a refusal (exit 8, class state) means the keyring as it was.
[[nodiscard]] Judged<Merged> merge(const Keyring& keyring, const Rows& batch,
                                   const MergeRules& rules);

}  // namespace touchstone::conformance::oracle
