#include "conformance/harness/case_context.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "conformance/harness/base64.h"
#include "conformance/harness/case_run.h"
#include "conformance/harness/exchange.h"
#include "conformance/harness/process.h"

namespace touchstone::conformance::harness {
namespace {

std::string place_of(const Place& place) {
  const std::string_view file = place.file_name();
  const std::size_t at = file.find("conformance/");
  return fmt::format("{}:{}", at == std::string_view::npos ? file : file.substr(at), place.line());
}

[[noreturn]] void stop(Outcome outcome, std::string note) {
  throw Stop(outcome, std::move(note));
}

[[noreturn]] void stop_failed(Failure failure) {
  throw Stop(std::move(failure));
}

// The first place at which two values differ, as a JSON pointer, and the two values there.
struct Difference {
  std::string pointer;
  std::string expected;
  std::string observed;
};

std::string brief(const Json& value) {
  std::string text = value.dump();
  if (text.size() > 80)
    text = fmt::format("{}... ({} characters)", text.substr(0, 60), text.size());
  return text;
}

Difference first_difference(const Json& expected, const Json& observed) {
  const Json patch = Json::diff(expected, observed);
  const std::string path =
      patch.empty() ? std::string() : patch.at(0).at("path").get<std::string>();
  const Json::json_pointer pointer(path);
  const auto at = [&](const Json& value) {
    return value.contains(pointer) ? brief(value.at(pointer)) : std::string("nothing");
  };
  return {path, at(expected), at(observed)};
}

std::string describe(const Response& response) {
  std::string text(print_status(response.status));
  if (response.rejected()) text += fmt::format(" ({})", print_reject_class(response.reject_class));
  if (response.obs.contains("exit")) text += fmt::format(", exit {}", response.obs["exit"].dump());
  return text;
}

bool has_finding(const Response& response, std::string_view code) {
  if (const auto found = response.obs.find("findings"); found != response.obs.end())
    return std::ranges::any_of(*found, [&](const Json& finding) {
      return finding.is_object() && finding.value("code", "") == code;
    });
  for (const char* stream : {"stdout", "stderr"})
    if (response.obs.value(stream, "").find(fmt::format("{}:", code)) != std::string::npos)
      return true;
  return false;
}

}  // namespace

Response CaseContext::call(std::string_view op, Json args, const CallOptions& options) {
  const auto& needs = state_->tested->needs;
  if (std::ranges::find(needs, op) == needs.end())
    stop(Outcome::harness_error, fmt::format("the case calls {} without needing it", op));
  return exchange(*state_, {std::string(op), std::move(args)}, options);
}

Sandbox& CaseContext::sandbox() {
  return *state_->sandbox;
}

void CaseContext::start_afresh() {
  state_->adapter->reset();
  state_->sandbox->clear();
  state_->leaks.clear();
  state_->candidate_start.reset();
}

bool CaseContext::has(std::string_view capability) const {
  return state_->settings->iut->has(capability);
}

const Json& CaseContext::pixit(std::string_view key) const {
  static const Json null;
  const Json& values = state_->settings->iut->pixit;
  const auto found = values.find(std::string(key));
  return found == values.end() ? null : *found;
}

std::string CaseContext::reading(std::string_view entry) const {
  const auto& readings = state_->settings->iut->readings;
  const auto found = readings.find(std::string(entry));
  if (found == readings.end())
    stop(Outcome::harness_error,
         fmt::format("the interpretation register has no entry \"{}\"", entry));
  return found->second;
}

std::optional<Octets> CaseContext::plaintext(std::string_view kind, OctetView file,
                                             const Json& parameters) {
  const Iut& iut = *state_->settings->iut;
  const auto filter = iut.codecs.find(std::string(kind));
  if (filter == iut.codecs.end()) {
    if (iut.has("format.ts1")) return std::nullopt;
    stop(Outcome::inconclusive,
         fmt::format("{}: format unknown: neither ts1 nor a filter in [codec.{}]", kind, kind));
  }
  const auto argv = filter->second.render(parameters, iut.pixit);
  if (!argv) stop(Outcome::harness_error, argv.error().detail);
  const ProcessResult run = run_process({.argv = *argv,
                                         .folder = sandbox().folder(),
                                         .input = std::string(as_text(file)),
                                         .time_limit = std::chrono::milliseconds(iut.time_limit_ms),
                                         .search_folder = iut.folder});
  if (run.exit_status == 89) stop(Outcome::inconclusive, fmt::format("{}: format unknown", kind));
  if (run.exit_status != 0)
    stop(Outcome::inconclusive, fmt::format("the filter for {} failed: {}", kind, run.describe()));
  const OctetView output = as_octets(run.output);
  return Octets(output.begin(), output.end());
}

void CaseContext::secret(OctetView octets) {
  state_->leaks.add(octets);
}

void CaseContext::cited(std::string_view requirement) const {
  const auto& ids = state_->tested->requirements;
  if (std::ranges::find(ids, requirement) == ids.end())
    stop(Outcome::harness_error, fmt::format("the case judges {} without citing it", requirement));
}

void CaseContext::fail(std::string_view requirement, std::string expected, std::string observed,
                       Place place) {
  cited(requirement);
  stop_failed({"value", std::string(requirement), std::move(expected), std::move(observed),
               place_of(place)});
}

void CaseContext::expect(bool holds, std::string_view requirement, std::string expected,
                         std::string observed, Place place) {
  cited(requirement);
  if (!holds) fail(requirement, std::move(expected), std::move(observed), place);
}

void CaseContext::expect_equal(std::string_view requirement, std::string_view what,
                               const Json& expected, const Json& observed, Place place) {
  cited(requirement);
  if (expected == observed) return;
  const Difference difference = first_difference(expected, observed);
  const std::string name = fmt::format("{}{}", what, difference.pointer);
  fail(requirement, fmt::format("{} is {}", name, difference.expected),
       fmt::format("{} is {}", name, difference.observed), place);
}

void CaseContext::expect_octets(std::string_view requirement, std::string_view what,
                                OctetView expected, OctetView observed, Place place) {
  cited(requirement);
  const auto [e, o] = std::ranges::mismatch(expected, observed);
  if (e == expected.end() && o == observed.end()) return;
  const auto at = e - expected.begin();
  const auto line = 1 + std::count(expected.begin(), e, std::uint8_t{'\n'});
  fail(requirement, fmt::format("{} of {} octets", what, expected.size()),
       fmt::format("{} octets that differ from octet {} on (line {})", observed.size(), at, line),
       place);
}

void CaseContext::expect_accepted(const Response& response, std::string_view requirement,
                                  Place place) {
  cited(requirement);
  if (response.ok()) return;
  stop_failed({"status", std::string(requirement), "the input is accepted", describe(response),
               place_of(place)});
}

void CaseContext::expect_rejected(const Response& response, std::string_view requirement,
                                  std::initializer_list<RejectClass> classes, Place place) {
  cited(requirement);
  if (!response.rejected())
    stop_failed({"status", std::string(requirement), "the input is refused", describe(response),
                 place_of(place)});
  const bool unsaid =
      response.reject_class == RejectClass::unspecified && !state_->settings->iut->exact_classes;
  if (classes.size() == 0 || unsaid ||
      std::ranges::find(classes, response.reject_class) != classes.end())
    return;
  std::vector<std::string_view> words;
  for (const RejectClass allowed : classes)
    words.push_back(print_reject_class(allowed));
  stop_failed({"class", std::string(requirement),
               fmt::format("refused for: {}", fmt::join(words, " or ")), describe(response),
               place_of(place)});
}

void CaseContext::expect_exit(const Response& response, std::string_view requirement,
                              std::initializer_list<int> codes, Place place) {
  cited(requirement);
  const bool success = std::ranges::find(codes, 0) != codes.end();
  if (!has("exit.codes") || !response.obs.contains("exit"))
    return success ? expect_accepted(response, requirement, place)
                   : expect_rejected(response, requirement, {}, place);
  const int observed = response.obs.at("exit").get<int>();
  if (std::ranges::find(codes, observed) != codes.end()) return;
  stop_failed({"exit", std::string(requirement), fmt::format("exit {}", fmt::join(codes, " or ")),
               fmt::format("exit {}", observed), place_of(place)});
}

void CaseContext::expect_finding(const Response& response, std::string_view requirement,
                                 std::string_view code, Place place) {
  cited(requirement);
  if (!has("lint.codes") || has_finding(response, code)) return;
  fail(requirement, fmt::format("a finding {}", code),
       fmt::format("{} without it", describe(response)), place);
}

void CaseContext::expect_no_finding(const Response& response, std::string_view requirement,
                                    std::string_view code, Place place) {
  cited(requirement);
  if (!has("lint.codes") || !has_finding(response, code)) return;
  fail(requirement, fmt::format("no finding {}", code), "it is reported", place);
}

void CaseContext::expect_unchanged(const Snapshot& before, std::string_view requirement,
                                   std::initializer_list<std::string_view> except, Place place) {
  cited(requirement);
  std::vector<FileChange> changes = compare(before, sandbox().snapshot());
  std::erase_if(changes, [&](const FileChange& change) {
    return std::ranges::find(except, change.path) != except.end();
  });
  if (changes.empty()) return;
  const FileChange& first = changes.front();
  state_->result.files = changes;
  stop_failed({"files", std::string(requirement), "no file is changed",
               fmt::format("{}: {} ({} changes in all)", first.path, first.change, changes.size()),
               place_of(place)});
}

void CaseContext::counterexample(std::string_view name, Json value) {
  state_->attachments[std::string(name)] = std::move(value);
}

void CaseContext::counterexample(std::string_view name, OctetView octets) {
  state_->attachments[std::string(name) + "_b64"] = to_base64(octets);
}

void CaseContext::inconclusive(std::string reason) {
  stop(Outcome::inconclusive, std::move(reason));
}

void CaseContext::not_supported(std::string reason) {
  stop(Outcome::not_supported, std::move(reason));
}

void CaseContext::info(std::string text) {
  note_once(*state_, Outcome::info, std::move(text));
}

void CaseContext::warn(std::string text) {
  note_once(*state_, Outcome::warn, std::move(text));
}

std::uint64_t CaseContext::seed() const noexcept {
  return seed_of(*state_, "");
}

}  // namespace touchstone::conformance::harness
