#include "conformance/suites/keyfiles/batch_plan.h"

#include <map>

#include "conformance/generators/keyring.h"
#include "conformance/suites/keyfiles/world.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

using generators::draw_below;

/// One row a node, sorted; keys differ within a batch, or it would be no valid one.
oracle::Rows arbitrary_batch(std::uint32_t number) {
  const std::uint32_t size = 1 + draw_below(4);
  std::map<std::uint32_t, oracle::Row> rows;
  std::map<oracle::Key16, std::uint32_t> owners;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint32_t id = 1 + draw_below(6);
    // A key of its own for most nodes and counts; now and then one that another node may have.
    const std::uint32_t count = draw_below(4);
    const bool foreign = draw_below(12) == 0;
    const auto variant = draw_below(6) == 0 ? 1U : 0U;
    const std::uint32_t key = foreign ? 301 : 100 * id + 10 * count + variant;
    const oracle::Row made = row(id, key, number, count);
    if (owners.contains(made.key)) continue;
    owners[made.key] = id;
    rows.emplace(id, made);
  }
  oracle::Rows sorted;
  for (const auto& [id, one] : rows)
    sorted.push_back(one);
  return sorted;
}

}  // namespace

void to_json(nlohmann::json& json, const BatchPlan& plan) {
  json = nlohmann::json::array();
  for (const oracle::Rows& batch : plan.batches)
    json.push_back(to_json_rows(batch));
}

void from_json(const nlohmann::json& json, BatchPlan& plan) {
  plan.batches.clear();
  for (const auto& batch : json) {
    oracle::Rows& rows = plan.batches.emplace_back();
    for (const auto& saved : batch) {
      oracle::Row one{saved.at(0), {}, saved.at(2), saved.at(3)};
      const auto key = from_hex(saved.at(1).get<std::string>()).value_or(Octets());
      std::copy_n(key.begin(), std::min<std::size_t>(key.size(), 16), one.key.begin());
      rows.push_back(one);
    }
  }
}

BatchPlan arbitrary_plan() {
  BatchPlan plan;
  const std::uint32_t batches = 1 + draw_below(3);
  for (std::uint32_t i = 0; i < batches; ++i)
    plan.batches.push_back(arbitrary_batch(i + 1));
  return plan;
}

void to_json(nlohmann::json& json, const ProvisionRun& run) {
  json = {{"first", run.first}, {"nodes", run.nodes}, {"export_after", run.export_after}};
}

void from_json(const nlohmann::json& json, ProvisionRun& run) {
  json.at("first").get_to(run.first);
  json.at("nodes").get_to(run.nodes);
  json.at("export_after").get_to(run.export_after);
}

std::vector<ProvisionRun> arbitrary_runs() {
  std::vector<ProvisionRun> runs(1 + draw_below(4));
  for (ProvisionRun& run : runs) {
    const bool at_end = draw_below(5) == 0;
    run.nodes = 2 + draw_below(4);
    run.first = at_end ? 0xFFFFFFFF - run.nodes + 1 : draw_below(12);
    run.export_after = draw_below(2) == 0;
  }
  return runs;
}

}  // namespace touchstone::conformance::suites::keyfiles
