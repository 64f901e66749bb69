#include "conformance/harness/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

namespace touchstone::conformance::harness {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 7> outcome_words{
    {{Outcome::pass, "pass"},
     {Outcome::fail, "fail"},
     {Outcome::warn, "warn"},
     {Outcome::info, "info"},
     {Outcome::inconclusive, "inconclusive"},
     {Outcome::not_supported, "not_supported"},
     {Outcome::harness_error, "harness_error"}}};

constexpr std::array<std::pair<Expectation, std::string_view>, 5> expectation_words{
    {{Expectation::expected, "expected"},
     {Expectation::xfail, "xfail"},
     {Expectation::xpass, "xpass"},
     {Expectation::changed, "changed"},
     {Expectation::unexpected, "unexpected"}}};

Expectation parse_expectation(std::string_view text) {
  for (const auto& [value, word] : expectation_words)
    if (word == text) return value;
  return Expectation::unexpected;
}

}  // namespace

std::string_view print_outcome(Outcome outcome) noexcept {
  return outcome_words.at(static_cast<std::size_t>(outcome)).second;
}

std::optional<Outcome> parse_outcome(std::string_view text) noexcept {
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  for (const auto& [value, word] : outcome_words)
    if (std::ranges::equal(word, text, same)) return value;
  return std::nullopt;
}

std::string_view print_expectation(Expectation expectation) noexcept {
  return expectation_words.at(static_cast<std::size_t>(expectation)).second;
}

void to_json(Json& json, const Failure& failure) {
  json = {{"kind", failure.kind},
          {"requirement", failure.requirement},
          {"expected", failure.expected},
          {"observed", failure.observed},
          {"place", failure.place}};
}

void from_json(const Json& json, Failure& failure) {
  failure = {.kind = json.at("kind"),
             .requirement = json.at("requirement"),
             .expected = json.at("expected"),
             .observed = json.at("observed"),
             .place = json.at("place")};
}

void to_json(Json& json, const FileChange& change) {
  json = {{"path", change.path},
          {"change", change.change},
          {"before", change.before},
          {"after", change.after}};
}

void from_json(const Json& json, FileChange& change) {
  change = {.path = json.at("path"),
            .change = json.at("change"),
            .before = json.at("before"),
            .after = json.at("after")};
}

void to_json(Json& json, const TraceStep& step) {
  json = {{"op", step.op},
          {"args", step.args},
          {"status", step.status},
          {"reject_class", step.reject_class},
          {"obs", step.obs}};
}

void from_json(const Json& json, TraceStep& step) {
  step = {.op = json.at("op"),
          .args = json.at("args"),
          .status = json.at("status"),
          .reject_class = json.at("reject_class"),
          .obs = json.at("obs")};
}

void to_json(Json& json, const CaseResult& result) {
  json = {{"test", result.test},
          {"outcome", print_outcome(result.outcome)},
          {"expectation", print_expectation(result.expectation)},
          {"expectation_reason", result.expectation_reason},
          {"failure", result.failure ? Json(*result.failure) : Json()},
          {"note", result.note},
          {"infos", result.infos},
          {"counterexample", result.counterexample},
          {"trace", result.trace},
          {"files", result.files},
          {"log", result.log},
          {"classes", result.classes},
          {"candidates", result.candidates},
          {"operations", result.operations},
          {"scanned_octets", result.scanned_octets},
          {"secrets", result.secrets},
          {"duration_ms", static_cast<double>(result.duration.count()) / 1000}};
}

void from_json(const Json& json, CaseResult& result) {
  result = {};
  result.test = json.at("test");
  result.outcome =
      parse_outcome(json.at("outcome").get<std::string>()).value_or(Outcome::harness_error);
  result.expectation = parse_expectation(json.at("expectation").get<std::string>());
  result.expectation_reason = json.at("expectation_reason");
  if (!json.at("failure").is_null()) result.failure = json.at("failure").get<Failure>();
  result.note = json.at("note");
  json.at("infos").get_to(result.infos);
  result.counterexample = json.at("counterexample");
  json.at("trace").get_to(result.trace);
  json.at("files").get_to(result.files);
  result.log = json.at("log");
  json.at("classes").get_to(result.classes);
  result.candidates = json.at("candidates");
  result.operations = json.at("operations");
  result.scanned_octets = json.at("scanned_octets");
  result.secrets = json.at("secrets");
  result.duration = std::chrono::microseconds(
      static_cast<std::int64_t>(json.at("duration_ms").get<double>() * 1000));
}

}  // namespace touchstone::conformance::harness
