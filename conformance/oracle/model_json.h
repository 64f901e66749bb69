#pragma once
// The model as JSON: the spelling of docs/formats/tsp-1.md, so that a saved counterexample is also
// what goes over the wire.

#include <nlohmann/json.hpp>

#include "conformance/oracle/merge_model.h"
#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

void to_json(nlohmann::json& json, const Network& network);
void from_json(const nlohmann::json& json, Network& network);
void to_json(nlohmann::json& json, const Row& row);
void from_json(const nlohmann::json& json, Row& row);
void to_json(nlohmann::json& json, const Keyring& keyring);
void from_json(const nlohmann::json& json, Keyring& keyring);

/// The arguments that `rules` add to keyring.merge.
void to_json(nlohmann::json& json, const MergeRules& rules);
void from_json(const nlohmann::json& json, MergeRules& rules);

[[nodiscard]] std::string_view print_on_conflict(OnConflict on_conflict);

}  // namespace touchstone::conformance::oracle
