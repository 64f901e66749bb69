#include "conformance/suites/keyfiles/batch_plan.h"

#include <rapidcheck.h>

#include <map>

#include "conformance/suites/keyfiles/world.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

/// One row a node, sorted; keys differ within a batch, or it would be no valid one.
oracle::Rows arbitrary_batch(std::uint32_t number) {
  const auto size = *rc::gen::inRange<std::uint32_t>(1, 5);
  std::map<std::uint32_t, oracle::Row> rows;
  std::map<oracle::Key16, std::uint32_t> owners;
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto id = *rc::gen::inRange<std::uint32_t>(1, 7);
    // A key of its own for most nodes and counts; now and then one that another node may have.
    const auto count = *rc::gen::inRange<std::uint32_t>(0, 4);
    const bool foreign = *rc::gen::inRange(0, 12) == 0;
    const auto variant = *rc::gen::inRange<std::uint32_t>(0, 6) == 0 ? 1U : 0U;
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
  const auto batches = *rc::gen::inRange<std::uint32_t>(1, 4);
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
  std::vector<ProvisionRun> runs(*rc::gen::inRange<std::size_t>(1, 5));
  for (ProvisionRun& run : runs) {
    const bool at_end = *rc::gen::inRange(0, 5) == 0;
    run.nodes = *rc::gen::inRange<std::uint32_t>(2, 6);
    run.first = at_end ? 0xFFFFFFFF - run.nodes + 1 : *rc::gen::inRange<std::uint32_t>(0, 12);
    run.export_after = *rc::gen::inRange(0, 2) == 0;
  }
  return runs;
}

}  // namespace touchstone::conformance::suites::keyfiles
