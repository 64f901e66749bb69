#pragma once
// Batches to be merged into a keyring: new rows, known rows again, replaced, stale, in conflict.

#include <nlohmann/json.hpp>

#include "conformance/oracle/merge_model.h"

namespace touchstone::conformance::generators {

struct MergeInput {
  oracle::Keyring keyring;
  oracle::Rows batch;  ///< ascending ids, each id and key once
  oracle::MergeRules rules;
};

void to_json(nlohmann::json& json, const MergeInput& input);
void from_json(const nlohmann::json& json, MergeInput& input);

/// About half of the inputs merge; the others hold at least one row that may not be merged. No key
/// of the batch was ever the key of another node, but for the rows that say so: whether an old key
/// may come back under another id is left open by the text.
[[nodiscard]] MergeInput draw_merge();

}  // namespace touchstone::conformance::generators
