#include "conformance/harness/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "conformance/harness/base64.h"
#include "conformance/harness/private_etc.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::size_t kept_steps = 12;
constexpr std::size_t last_words_size = 192;
char* last_words = nullptr;

// Members of obs that are meant to hold keys (tsp/1), and those that are public octets: a key in
// the clear inside an encrypted file or a manifest is a leak.
constexpr std::array<std::string_view, 10> secret_members{
    "network", "nodes", "octets_b64", "keyring_b64", "pwdh",
    "key",     "rows",  "sha256",     "exit",        "events"};
constexpr std::array<std::string_view, 4> public_octets{"encrypted_b64", "signature_b64",
                                                        "manifest_b64", "file_b64"};

void speak(std::string_view test, std::string_view op) {
  if (last_words == nullptr) return;
  const auto written = fmt::format_to_n(last_words, last_words_size - 1, "{} in {}", op, test);
  *written.out = '\0';
}

[[noreturn]] void leaked(const RunState& state, std::string_view form, std::string_view channel) {
  const std::string& cited = state.tested->requirements.front();
  // KU-21 speaks of the key utilities; elsewhere the case says of what it is about.
  throw Stop(Failure{"leak", state.of_generator ? cited : "KU-21",
                     "no key, passphrase or pwdh in any output, log or open file",
                     fmt::format("a secret in its {} form in {}", form, channel), "leak scan"});
}

void scan(RunState& state, std::string_view text, std::string_view channel) {
  if (const auto form = state.leaks.find_in(text)) leaked(state, *form, channel);
}

/// Every text in `value`, as it is.
void scan_texts(RunState& state, const Json& value, std::string_view channel) {
  if (value.is_string()) return scan(state, value.get_ref<const std::string&>(), channel);
  if (value.is_structured())
    for (const Json& element : value)
      scan_texts(state, element, channel);
}

void scan_response(RunState& state, const Response& response, bool output_is_secret) {
  scan(state, response.detail, "the error text");
  if (output_is_secret) return;
  for (const auto& [name, value] : response.obs.items()) {
    if (std::ranges::find(public_octets, name) != public_octets.end() && value.is_string()) {
      if (const auto octets = from_base64(value.get_ref<const std::string&>()))
        scan(state, as_text(*octets), name);
    } else if (name == "executed") {
      continue;  // scanned before the files, in which such a program may have noted it
    } else if (value.is_string() && name != "octets_b64" && name != "keyring_b64") {
      const bool holds_keys = response.ok() && (name == "pwdh" || name == "key");
      if (!holds_keys) scan(state, value.get_ref<const std::string&>(), name);
    } else if (!response.ok() || std::ranges::find(secret_members, name) == secret_members.end()) {
      scan(state, value.dump(), name);
    }
  }
}

bool is_log(std::string_view name) {
  return name.ends_with(".audit") || name.ends_with(".log");
}

// Keys in files that are closed to others are what must not stand in those that are open, or in
// any log. What stood there before the call is the suite's own.
void scan_files(RunState& state, const Snapshot& before) {
  const Snapshot files = state.sandbox->snapshot();
  const auto closed = [](const std::string& name, const FileState& file) {
    return (file.mode & 077) == 0 && !is_log(name);
  };
  for (const auto& [name, file] : files)
    if (file.kind == FileState::Kind::regular && closed(name, file))
      state.leaks.learn_text(as_text(file.content));
  for (const auto& [name, file] : files) {
    if (file.kind != FileState::Kind::regular || closed(name, file)) continue;
    if (const auto old = before.find(name); old != before.end() && old->second == file) continue;
    const Octets whole = file.size > file.content.size() ? state.sandbox->read(name) : file.content;
    scan(state, as_text(whole), fmt::format("the file {} (mode {:04o})", name, file.mode));
  }
}

void record(RunState& state, const Request& request, const Response& response) {
  auto& trace = state.result.trace;
  if (trace.size() == kept_steps) trace.erase(trace.begin());
  trace.push_back(
      {request.op, request.args, std::string(print_status(response.status)),
       response.rejected() ? std::string(print_reject_class(response.reject_class)) : "",
       response.obs});
}

[[noreturn]] void refuse_unsupported(const RunState& state, const Request& request) {
  throw Stop(Failure{"unsupported", state.tested->requirements.front(),
                     fmt::format("{}, which the PICS declares, is carried out", request.op),
                     "the implementation says that it has no such operation", "adapter"});
}

[[noreturn]] void refuse_error(const Request& request, const Response& response) {
  if (is_skip(response))
    throw Stop(Outcome::not_supported, fmt::format("skipped: {}", response.detail));
  const std::string note = fmt::format("{}: {}", request.op, response.detail);
  if (response.detail.starts_with("time-out"))
    throw Stop(Failure{"timeout", "", "an answer within the time limit", note, "adapter"});
  throw Stop(Outcome::harness_error, note);
}

}  // namespace

void set_last_words(char* place) noexcept {
  last_words = place;
}

Response exchange(RunState& state, const Request& request, const CallOptions& options) {
  speak(state.tested->id, request.op);
  const bool on_files = request.op.starts_with("cmd.") || request.op == "cli.run";
  state.of_generator = is_generator(request.op);
  Snapshot before;
  if (on_files) before = state.sandbox->snapshot();
  if (on_files && !state.candidate_start) state.candidate_start = before;
  state.leaks.learn_arguments(request.args);
  Response response = state.adapter->call(request);
  if (!is_skip(response)) ++state.result.operations;
  const std::string log = state.adapter->take_log();
  if (!log.empty()) state.result.log = log;
  record(state, request, response);
  if (response.status == Status::unsupported) refuse_unsupported(state, request);
  if (response.status == Status::error) refuse_error(request, response);
  scan_texts(state, response.obs.value("executed", Json()),
             "the arguments of a program that it started");
  if (on_files) scan_files(state, before);
  scan_response(state, response, options.output_is_secret);
  scan(state, log, "standard error of the shim");
  return response;
}

void note_once(RunState& state, Outcome outcome, std::string text) {
  auto& infos = state.result.infos;
  if (std::ranges::find(infos, text) != infos.end()) return;
  infos.push_back(std::move(text));
  const bool raised = state.result.outcome == Outcome::pass ||
                      (state.result.outcome == Outcome::info && outcome == Outcome::warn);
  if (raised) state.result.outcome = outcome;
}

std::uint64_t seed_of(const RunState& state, std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U ^ state.settings->seed;  // FNV-1a
  for (const std::string_view part : {std::string_view(state.tested->id), name})
    for (const char letter : part)
      hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x100000001b3U;
  return hash;
}

Json abbreviate(const Json& value) {
  constexpr std::size_t most_characters = 96;
  constexpr std::size_t most_elements = 12;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() <= most_characters) return value;
    return fmt::format("{}... ({} characters)", text.substr(0, 64), text.size());
  }
  if (value.is_array()) {
    Json cut = Json::array();
    for (std::size_t i = 0; i < std::min(value.size(), most_elements); ++i)
      cut.push_back(abbreviate(value[i]));
    if (value.size() > most_elements) cut.push_back(fmt::format("... ({} elements)", value.size()));
    return cut;
  }
  if (value.is_object()) {
    Json cut = Json::object();
    for (const auto& [name, member] : value.items())
      cut[name] = abbreviate(member);
    return cut;
  }
  return value;
}

}  // namespace touchstone::conformance::harness
