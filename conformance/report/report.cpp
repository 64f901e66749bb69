#include "conformance/report/report.h"

#include <fmt/format.h>

#include <fstream>

#include "conformance/report/page.h"

namespace touchstone::conformance::report {
namespace {

using harness::Case;
using harness::CaseResult;
using harness::Outcome;

// The shortest command that runs this result again with the same input.
std::string replay_command(const ReportHead& head, const JudgedRun& judged,
                           const CaseResult& result) {
  const std::string iut = judged.manifest.empty() ? "" : fmt::format(" --iut {}", judged.manifest);
  if (result.counterexample.contains("input") && !head.folder.empty())
    return fmt::format("touchstone replay {}/found/{}.json{}", head.folder, result.test, iut);
  return fmt::format("touchstone check{} --filter {} --seed {} --cases {}", iut, result.test,
                     head.seed, head.cases);
}

Json print_result(const ReportHead& head, const JudgedRun& judged, const CaseResult& result,
                  const harness::Registry& registry) {
  Json json = result;
  const Case* tested = registry.find(result.test);
  json["title"] = tested->title;
  json["suite"] = tested->suite;
  json["requirements"] = tested->requirements;
  const bool good = result.outcome == Outcome::pass || result.outcome == Outcome::not_supported;
  if (good)
    json.erase("trace");
  else
    json["replay"] = replay_command(head, judged, result);
  return json;
}

Json print_run(const ReportHead& head, const JudgedRun& judged, const harness::Registry& registry) {
  const harness::RunResult& run = judged.run;
  Json results = Json::array();
  for (const CaseResult& result : run.results)
    results.push_back(print_result(head, judged, result, registry));
  return {{"iut",
           {{"name", judged.iut.name},
            {"version", judged.iut.version},
            {"vendor", judged.iut.vendor},
            {"tier", judged.iut.tier},
            {"manifest", judged.manifest},
            {"says", {{"name", run.described.name}, {"version", run.described.version}}},
            {"pics", judged.iut.pics}}},
          {"as_expected", run.as_expected()},
          {"adapter_fault", run.adapter_fault},
          {"faults", run.faults},
          {"duration_s", run.duration_s},
          {"results", std::move(results)}};
}

Json print_requirements(const requirements::Catalogue& catalogue,
                        const harness::Registry& registry) {
  const auto tests = tests_by_requirement(registry);
  Json rows = Json::array();
  for (const requirements::Requirement& requirement : catalogue.requirements) {
    const auto cited = tests.find(requirement.id);
    rows.push_back({{"id", requirement.id},
                    {"group", requirement.group},
                    {"level", requirement.level},
                    {"mark", requirement.mark},
                    {"source", requirement.source},
                    {"text", requirement.text},
                    {"testable", requirement.testable},
                    {"reason", requirement.reason},
                    {"tests", cited == tests.end() ? std::vector<std::string>() : cited->second}});
  }
  return rows;
}

Result<void> write_file(const std::filesystem::path& path, const std::string& content) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  if (!stream)
    return std::unexpected(Error{std::make_error_code(std::errc::io_error), Error::no_offset,
                                 fmt::format("{} cannot be written", path.string())});
  return {};
}

}  // namespace

std::map<std::string, std::vector<std::string>> tests_by_requirement(
    const harness::Registry& registry) {
  std::map<std::string, std::vector<std::string>> tests;
  for (const Case& tested : registry.cases())
    for (const std::string& requirement : tested.requirements)
      tests[requirement].push_back(tested.id);
  return tests;
}

Json make_report(const ReportHead& head, const std::vector<JudgedRun>& runs,
                 const harness::Registry& registry, const requirements::Catalogue& catalogue) {
  Json judged = Json::array();
  for (const JudgedRun& run : runs)
    judged.push_back(print_run(head, run, registry));
  return {{"schema", "touchstone-report/1"},
          {"touchstone", TOUCHSTONE_VERSION},
          {"started", head.started},
          {"seed", head.seed},
          {"cases", head.cases},
          {"profile", head.profile},
          {"requirements", print_requirements(catalogue, registry)},
          {"runs", std::move(judged)},
          {"defects", head.defects}};
}

std::map<std::string, Json> counterexamples(const Json& report) {
  std::map<std::string, Json> files;
  for (const Json& run : report.at("runs"))
    for (const Json& result : run.at("results")) {
      const Json& counterexample = result.at("counterexample");
      if (!counterexample.is_object() || !counterexample.contains("input")) continue;
      const std::string test = result.at("test");
      files[test] = {{"format", "touchstone-counterexample/1"},
                     {"test", test},
                     {"suite", result.at("suite")},
                     {"requirements", result.at("requirements")},
                     {"property", counterexample.at("property")},
                     {"input", counterexample.at("input")},
                     {"failure", result.at("failure")},
                     {"found",
                      {{"iut", run.at("iut").at("name")},
                       {"seed", report.at("seed")},
                       {"cases", report.at("cases")},
                       {"profile", report.at("profile")},
                       {"touchstone", report.at("touchstone")}}}};
    }
  return files;
}

Result<void> write_report(const std::filesystem::path& folder, const Json& report) {
  for (const auto& [test, content] : counterexamples(report))
    TOUCHSTONE_TRY_VOID(write_file(folder / "found" / (test + ".json"), content.dump(1) + "\n"));
  const auto replace = Json::error_handler_t::replace;
  TOUCHSTONE_TRY_VOID(
      write_file(folder / "report.json", report.dump(1, ' ', false, replace) + "\n"));
  TOUCHSTONE_TRY_VOID(write_file(folder / "junit.xml", make_junit(report)));
  return write_file(folder / "index.html", make_page(report));
}

}  // namespace touchstone::conformance::report
