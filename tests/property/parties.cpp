#include "tests/property/parties.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "conformance/adapters/reference/reference_adapter.h"
#include "conformance/adapters/shim/shim_adapter.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tree.h"

namespace touchstone::tests {
namespace {

namespace harness = conformance::harness;

int exit_class(const harness::Response& response) {
  if (response.ok()) return 0;
  if (!response.rejected()) return 1;
  switch (response.reject_class) {
    case harness::RejectClass::signature:
      return 4;
    case harness::RejectClass::decrypt:
      return 5;
    case harness::RejectClass::manifest:
      return 7;
    case harness::RejectClass::state:
      return 8;
    case harness::RejectClass::unspecified:
      return 13;
    default:
      return 6;
  }
}

struct Party {
  TemporaryFolder folder;
  harness::Iut iut;
  std::unique_ptr<harness::Adapter> adapter;

  void begin() {
    adapter->begin({.test = "differential",
                    .requirements = {},
                    .sandbox = folder.folder(),
                    .time_limit = std::chrono::seconds(10)});
  }
};

std::string print(const Verdict& verdict) {
  std::string text = fmt::format("exit {}", verdict.exit);
  for (const std::string& code : verdict.codes)
    text += " " + code;
  if (!verdict.value.is_null()) text += " " + verdict.value.dump();
  return verdict.why.empty() ? text : text + " (" + verdict.why + ")";
}

}  // namespace

Verdict verdict_of(const harness::Response& response, std::initializer_list<const char*> members) {
  Verdict verdict{exit_class(response), {}, {}, response.detail};
  if (!response.ok()) return verdict;
  for (const char* member : members)
    verdict.value[member] = response.obs.value(member, Json());
  for (const Json& finding : response.obs.value("findings", Json::array()))
    verdict.codes.insert(finding.at("code").get<std::string>());
  return verdict;
}

Verdict accepted(Json value, const Findings& findings) {
  Verdict verdict{0, std::move(value), {}, {}};
  for (const Finding& finding : findings)
    verdict.codes.emplace(finding.code);
  return verdict;
}

Verdict refused(int exit, std::string why) {
  return {exit, {}, {}, std::move(why)};
}

harness::Adapter& reference() {
  static Party party{{}, conformance::adapters::reference::reference_manifest(), {}};
  if (!party.adapter) {
    party.adapter = conformance::adapters::reference::make_reference_adapter(party.iut);
    party.begin();
  }
  return *party.adapter;
}

harness::Adapter& python() {
  static Party party{{}, {}, {}};
  if (!party.adapter) {
    auto iut = harness::read_iut(tests::tree_path("conformance/samples/python/iut.toml"));
    TOUCHSTONE_CHECK(iut.has_value());
    party.iut = *std::move(iut);
    party.adapter = conformance::adapters::shim::make_shim_adapter(party.iut, 1);
    party.begin();
  }
  return *party.adapter;
}

std::string differ(const char* a_name, const Verdict& a, const char* b_name, const Verdict& b) {
  if (a == b) return {};
  return fmt::format("{}: {}\n{}: {}", a_name, print(a), b_name, print(b));
}

}  // namespace touchstone::tests
