#include "conformance/report/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace touchstone::conformance::report {
namespace {

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& letter : text)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return text;
}

bool is_deviation(const Json& result) {
  const std::string expectation = result.at("expectation");
  return expectation != "expected" && expectation != "xfail";
}

void print_failure(std::string& text, const Json& result) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "  {} {}: {}\n", upper(result.at("outcome").get<std::string>()),
                 result.at("test").get<std::string>(), result.at("title").get<std::string>());
  if (const Json& failure = result.at("failure"); failure.is_object())
    fmt::format_to(out, "    expected  {}\n    observed  {}\n    judged at {}\n",
                   failure.value("expected", ""), failure.value("observed", ""),
                   failure.value("place", ""));
  if (const std::string note = result.value("note", ""); !note.empty())
    fmt::format_to(out, "    {}\n", note);
  const std::string expectation = result.at("expectation");
  if (expectation != "unexpected")
    fmt::format_to(out, "    {} against the manifest: {}\n", upper(expectation),
                   result.value("expectation_reason", ""));
  if (result.contains("replay"))
    fmt::format_to(out, "    again     {}\n", result.at("replay").get<std::string>());
}

// The requirement under which a deviation is listed.
std::string heading_of(const Json& result) {
  const Json& failure = result.at("failure");
  if (failure.is_object() && failure.value("requirement", "") != "")
    return failure.at("requirement");
  return result.at("requirements").at(0);
}

void print_counts(std::string& text, const Json& run) {
  std::map<std::string, int> counts;
  for (const Json& result : run.at("results"))
    ++counts[result.at("outcome").get<std::string>()];
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}: {} tests", run.at("iut").at("name").get<std::string>(),
                 run.at("results").size());
  for (const auto& [outcome, count] : counts)
    fmt::format_to(out, ", {} {}", count, upper(outcome));
  fmt::format_to(out, " in {:.1f} s\n", run.at("duration_s").get<double>());
}

// What the machine could not do, and not the implementation: nothing is known of it.
void print_skips(std::string& text, const Json& run) {
  std::map<std::string, int> skips;
  for (const Json& result : run.at("results"))
    if (const std::string note = result.value("note", ""); note.starts_with("skipped: "))
      ++skips[note];
  for (const auto& [note, count] : skips)
    fmt::format_to(std::back_inserter(text), "{} tests were {}\n", count, note);
}

using Verdicts = std::map<std::string, std::string>;

// Test, with its implementation where there are several, to outcome and the kind of failure.
Verdicts verdicts_of(const Json& report) {
  Verdicts verdicts;
  const bool several = report.at("runs").size() > 1;
  for (const Json& run : report.at("runs"))
    for (const Json& result : run.at("results")) {
      std::string verdict = upper(result.at("outcome").get<std::string>());
      if (const Json& failure = result.at("failure"); failure.is_object())
        verdict += fmt::format(" ({})", failure.value("kind", ""));
      std::string key = result.at("test");
      if (several) key = run.at("iut").at("name").get<std::string>() + " " + key;
      verdicts[key] = verdict;
    }
  return verdicts;
}

}  // namespace

std::string print_line(const harness::CaseResult& result) {
  std::string candidates;
  if (result.candidates > 0) candidates = fmt::format("  {} candidates", result.candidates);
  return fmt::format("{:<13} {:<52}{}  {:.1f} ms", upper(harness::print_outcome(result.outcome)),
                     result.test, candidates, static_cast<double>(result.duration.count()) / 1000);
}

std::string print_summary(const Json& run, const requirements::Catalogue& catalogue) {
  std::string text;
  std::map<std::string, std::vector<const Json*>> by_requirement;
  for (const Json& result : run.at("results"))
    if (is_deviation(result)) by_requirement[heading_of(result)].push_back(&result);
  for (const auto& [id, results] : by_requirement) {
    const requirements::Requirement* requirement = catalogue.find(id);
    text += fmt::format("\n{}  {} ({})\n", id,
                        requirement == nullptr ? "not in the catalogue" : requirement->text,
                        requirement == nullptr ? "" : requirement->source);
    for (const Json* result : results)
      print_failure(text, *result);
  }
  if (const std::string fault = run.value("adapter_fault", ""); !fault.empty())
    text += fmt::format("\nThe adapter cannot be believed: {}\n", fault);
  for (const Json& fault : run.at("faults"))
    text += fmt::format("\nThe run itself: {}\n", fault.get<std::string>());
  text += '\n';
  print_skips(text, run);
  print_counts(text, run);
  return text;
}

std::string print_difference(const Json& before, const Json& after) {
  const Verdicts old_verdicts = verdicts_of(before);
  const Verdicts new_verdicts = verdicts_of(after);
  std::string text;
  for (const auto& [key, verdict] : old_verdicts) {
    const auto found = new_verdicts.find(key);
    const std::string now = found == new_verdicts.end() ? "gone" : found->second;
    if (now != verdict) text += fmt::format("{}: {} -> {}\n", key, verdict, now);
  }
  for (const auto& [key, verdict] : new_verdicts)
    if (!old_verdicts.contains(key)) text += fmt::format("{}: new -> {}\n", key, verdict);
  return text;
}

std::string print_matrix(const harness::Registry& registry,
                         const requirements::Catalogue& catalogue) {
  const auto tests = tests_by_requirement(registry);
  std::string text =
      "# Requirements and their tests\n\n"
      "Made by `touchstone requirements --markdown`; a test proves it fresh. The requirements are "
      "in\n"
      "conformance/requirements, the tests in conformance/suites.\n";
  std::string group;
  for (const requirements::Requirement& requirement : catalogue.requirements) {
    if (requirement.group != group) {
      group = requirement.group;
      text += fmt::format(
          "\n## {}\n\n| id | level | source | requirement | tests |\n|---|---|---|---|---|\n",
          group);
    }
    const auto cited = tests.find(requirement.id);
    std::string names;
    if (cited != tests.end())
      for (const std::string& test : cited->second)
        names += (names.empty() ? "`" : "<br>`") + test + "`";
    if (names.empty()) names = requirement.testable ? "none yet" : "no test: " + requirement.reason;
    text += fmt::format("| {} | {} {} | {} | {} | {} |\n", requirement.id, requirement.level,
                        requirement.mark, requirement.source, requirement.text, names);
  }
  return text;
}

}  // namespace touchstone::conformance::report
