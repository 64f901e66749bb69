#pragma once
// Inputs of the properties over batches: what is generated, saved and replayed.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::suites::keyfiles {

/// Batches in the order of their import, over few nodes and keys, so that every rule is met.
struct BatchPlan {
  std::vector<oracle::Rows> batches;
};
void to_json(nlohmann::json& json, const BatchPlan& plan);
void from_json(const nlohmann::json& json, BatchPlan& plan);
BatchPlan arbitrary_plan();

/// Runs of provision, in order: ids from `first` on; a known node is provisioned again.
struct ProvisionRun {
  std::uint32_t first = 0;
  std::uint32_t nodes = 1;
  bool export_after = false;
};
void to_json(nlohmann::json& json, const ProvisionRun& run);
void from_json(const nlohmann::json& json, ProvisionRun& run);
std::vector<ProvisionRun> arbitrary_runs();

}  // namespace touchstone::conformance::suites::keyfiles
