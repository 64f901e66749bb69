#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "conformance/report/report.h"
#include "conformance/report/terminal.h"
#include "tools/touchstone/actions.h"

namespace touchstone::tool {
namespace {

namespace report = conformance::report;
namespace requirements = conformance::requirements;
using conformance::harness::Json;

Json read_report(std::filesystem::path path) {
  if (std::filesystem::is_directory(path)) path /= "report.json";
  std::ifstream stream(path);
  const Json json = Json::parse(stream, nullptr, false);
  const bool good = json.is_object() && json.value("schema", Json()) == "touchstone-report/1";
  if (!good) fmt::print(stderr, "touchstone: {} is no report\n", path.string());
  return good ? json : Json();
}

}  // namespace

int show_requirements(const RequirementOptions& options) {
  const auto& catalogue = requirements::catalogue();
  if (options.markdown) {
    fmt::print("{}", report::print_matrix(all_cases(), catalogue));
    return 0;
  }
  const auto tests = report::tests_by_requirement(all_cases());
  int uncovered = 0;
  for (const requirements::Requirement& requirement : catalogue.requirements) {
    const auto cited = tests.find(requirement.id);
    const std::size_t count = cited == tests.end() ? 0 : cited->second.size();
    const bool open = count == 0 && requirement.testable && requirement.level != "FACT";
    uncovered += open ? 1 : 0;
    if (options.uncovered && !open) continue;
    const std::string state =
        !requirement.testable ? "no test: " + requirement.reason : fmt::format("{} tests", count);
    fmt::print("{:<6} {:<6} {:<14} {}\n       {}\n", requirement.id, requirement.level,
               requirement.source, requirement.text, state);
  }
  fmt::print("{} requirements, {} testable ones without a test\n", catalogue.requirements.size(),
             uncovered);
  return options.uncovered && uncovered > 0 ? 1 : 0;
}

int show_capabilities() {
  fmt::print("# Answer every line of your kinds ([iut] kinds): true or false.\n[pics]\n");
  for (const auto& capability : conformance::harness::capabilities())
    fmt::print("{:<26} = false  # {}: {}\n", fmt::format("\"{}\"", capability.name),
               capability.kind, capability.meaning);
  return 0;
}

int report_diff(const std::string& before, const std::string& after) {
  const Json old_report = read_report(before);
  const Json new_report = read_report(after);
  if (old_report.is_null() || new_report.is_null()) return 2;
  const std::string text = report::print_difference(old_report, new_report);
  fmt::print("{}", text.empty() ? "the verdicts agree\n" : text);
  return text.empty() ? 0 : 1;
}

}  // namespace touchstone::tool
