#include <fmt/format.h>

#include <fstream>

#include "conformance/harness/case_run.h"
#include "conformance/harness/expectation.h"
#include "conformance/harness/worker_pool.h"
#include "conformance/report/terminal.h"
#include "tools/touchstone/actions.h"
#include "tools/touchstone/manifests.h"

namespace touchstone::tool {
namespace {

namespace harness = conformance::harness;
using harness::Json;

struct Fixture {
  const harness::Case* tested = nullptr;
  harness::SavedInput saved;
  std::string profile;  ///< under which it was found
};

Result<Fixture> read_fixture(const std::string& file) {
  std::ifstream stream(file);
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || json.value("format", Json()) != "touchstone-counterexample/1" ||
      !json.contains("test") || !json.contains("property") || !json.contains("input"))
    return fail(harness::ManifestErrc::syntax, fmt::format("{} is no counterexample", file));
  const std::string test = json.at("test");
  Fixture fixture{all_cases().find(test), {json.at("property"), json.at("input")}, {}};
  if (json.contains("found")) fixture.profile = json.at("found").value("profile", "");
  if (fixture.tested == nullptr)
    return fail(harness::ManifestErrc::value, fmt::format("{}: there is no test {}", file, test));
  return fixture;
}

void show(const std::string& file, const harness::CaseResult& result) {
  fmt::print("{}  {}\n", conformance::report::print_line(result), file);
  if (result.failure)
    fmt::print("    {}\n    expected  {}\n    observed  {}\n    judged at {}\n",
               result.failure->requirement, result.failure->expected, result.failure->observed,
               result.failure->place);
  if (!result.note.empty()) fmt::print("    {}\n", result.note);
}

}  // namespace

int replay(const ReplayOptions& options) {
  std::vector<Fixture> fixtures;
  for (const std::string& file : options.files) {
    auto fixture = read_fixture(file);
    if (!fixture) return fmt::print(stderr, "touchstone: {}\n", fixture.error().detail), 2;
    fixtures.push_back(*std::move(fixture));
  }
  const auto iut = load_iut(options.manifest, fixtures.front().profile);
  if (!iut) return fmt::print(stderr, "touchstone: {}\n", iut.error().detail), 2;
  const auto make_adapter = adapter_factory(*iut, 1);
  if (const auto proof = harness::prove_in_process(*iut, make_adapter); !proof.fault.empty())
    return fmt::print(stderr, "touchstone: the adapter cannot be believed: {}\n", proof.fault), 3;
  const harness::SandboxRoot root;
  int status = 0;
  harness::Pool pool;
  pool.workers = 1;
  pool.jobs = fixtures.size();
  pool.time_limit = [](std::size_t) { return std::chrono::seconds(60); };
  pool.start = [&](int) -> harness::Work {
    harness::RunSettings settings{.sandbox_root = root.folder(), .iut = &*iut};
    return [&, settings, adapter = make_adapter()](std::size_t job) {
      return Json(
          harness::run_case(*fixtures[job].tested, *adapter, settings, fixtures[job].saved));
    };
  };
  pool.done = [&](const harness::JobResult& job) {
    harness::CaseResult result;
    result.outcome = harness::Outcome::harness_error;
    result.test = fixtures[job.job].tested->id;
    result.note = job.crash;
    if (job.value) result = job.value->get<harness::CaseResult>();
    show(options.files[job.job], result);
    if (result.outcome == harness::Outcome::harness_error) status = 3;
    if (result.outcome == harness::Outcome::fail) status = std::max(status, 1);
  };
  harness::run_pool(pool);
  return status;
}

int adapter_check(const std::string& manifest) {
  const auto iut = load_iut(manifest, "");
  if (!iut) return fmt::print(stderr, "touchstone: {}\n", iut.error().detail), 2;
  const auto proof = harness::prove_in_process(*iut, adapter_factory(*iut, 1));
  if (!proof.fault.empty()) {
    fmt::print("refused: {}\n", proof.fault);
    return 3;
  }
  fmt::print("believed: {} {} ({} operations) by the tier {}\n", proof.described.name,
             proof.described.version, proof.described.ops.size(), iut->tier);
  return 0;
}

}  // namespace touchstone::tool
