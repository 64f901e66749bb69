#include "conformance/harness/iut.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "conformance/harness/case.h"
#include "conformance/harness/toml_json.h"

namespace touchstone::conformance::harness {
namespace {

using Keys = std::initializer_list<std::string_view>;

Result<void> known_keys(const Json& table, std::string_view name, Keys keys) {
  if (!table.is_object()) return fail(ManifestErrc::syntax, fmt::format("[{}] is a table", name));
  for (const auto& [key, value] : table.items())
    if (std::ranges::find(keys, key) == keys.end())
      return fail(ManifestErrc::unknown_key, fmt::format("[{}] has no key \"{}\"", name, key));
  return {};
}

Result<std::string> text(const Json& table, const std::string& key, std::string_view where,
                         std::optional<std::string> otherwise = std::nullopt) {
  if (!table.contains(key)) {
    if (otherwise) return *otherwise;
    return fail(ManifestErrc::missing, fmt::format("[{}] needs \"{}\"", where, key));
  }
  if (!table.at(key).is_string())
    return fail(ManifestErrc::syntax, fmt::format("[{}] {} is a string", where, key));
  return table.at(key).get<std::string>();
}

Result<std::vector<std::string>> texts(const Json& table, const std::string& key,
                                       std::string_view where) {
  std::vector<std::string> list;
  if (!table.contains(key)) return list;
  const Json& values = table.at(key);
  if (!values.is_array() ||
      !std::ranges::all_of(values, [](const Json& v) { return v.is_string(); }))
    return fail(ManifestErrc::syntax, fmt::format("[{}] {} is a list of strings", where, key));
  values.get_to(list);
  return list;
}

Json table_of(const Json& manifest, const std::string& name) {
  return manifest.contains(name) ? manifest.at(name) : Json::object();
}

Result<void> read_identity(const Json& table, Iut& iut) {
  TOUCHSTONE_TRY_VOID(known_keys(table, "iut", {"name", "version", "vendor", "kinds"}));
  TOUCHSTONE_TRY(iut.name, text(table, "name", "iut"));
  TOUCHSTONE_TRY(iut.version, text(table, "version", "iut", ""));
  TOUCHSTONE_TRY(iut.vendor, text(table, "vendor", "iut", ""));
  TOUCHSTONE_TRY(iut.kinds, texts(table, "kinds", "iut"));
  for (const std::string& kind : iut.kinds)
    if (std::ranges::find(iut_kinds(), kind) == iut_kinds().end())
      return fail(ManifestErrc::value, fmt::format("[iut] there is no kind \"{}\"", kind));
  return {};
}

Result<void> read_pics(const Json& table, Iut& iut) {
  for (const auto& [name, answer] : table.items()) {
    if (!is_capability(name))
      return fail(ManifestErrc::unknown_key,
                  fmt::format("[pics] there is no capability \"{}\"", name));
    if (!answer.is_boolean())
      return fail(ManifestErrc::syntax, fmt::format("[pics] \"{}\" is true or false", name));
    iut.pics[name] = answer.get<bool>();
  }
  for (const Capability& capability : capabilities())
    if (!iut.pics.contains(std::string(capability.name)) && must_answer(iut.kinds, capability))
      return fail(ManifestErrc::missing,
                  fmt::format("[pics] \"{}\" is not answered", capability.name));
  return {};
}

Result<void> read_adapter(const Json& table, Iut& iut) {
  TOUCHSTONE_TRY_VOID(
      known_keys(table, "adapter", {"tier", "command", "profile", "classes", "timeout_ms"}));
  TOUCHSTONE_TRY(iut.tier, text(table, "tier", "adapter"));
  TOUCHSTONE_TRY(iut.command, texts(table, "command", "adapter"));
  TOUCHSTONE_TRY(iut.profile, text(table, "profile", "adapter", "strict"));
  TOUCHSTONE_TRY(const std::string classes, text(table, "classes", "adapter", "loose"));
  if (iut.tier != "reference" && iut.tier != "exec" && iut.tier != "shim" && iut.tier != "attach")
    return fail(ManifestErrc::value, "[adapter] tier is reference, exec, shim or attach");
  if ((iut.tier == "shim") == iut.command.empty())
    return fail(ManifestErrc::missing, "[adapter] command goes with the tier shim");
  if (classes != "loose" && classes != "exact")
    return fail(ManifestErrc::value, "[adapter] classes is loose or exact");
  iut.exact_classes = classes == "exact";
  if (!table.contains("timeout_ms")) return {};
  const Json& limit = table.at("timeout_ms");
  if (!limit.is_number_integer() || limit < 1 || limit > 600000)
    return fail(ManifestErrc::value, "[adapter] timeout_ms is 1..600000");
  iut.time_limit_ms = limit.get<int>();
  return {};
}

Result<int> exit_status(const Json& value) {
  if (value.is_number_integer() && value >= 0 && value <= 255) {
    const int status = value.get<int>();
    if (status != 126 && status != 127) return status;
  }
  return fail(ManifestErrc::value,
              "[exec.exit] a status is 0..255; 126 and 127 mean that nothing was executed");
}

Result<void> read_reject_classes(const Json& table, Iut& iut) {
  for (const auto& [status, word] : table.items()) {
    const Json number = Json::parse(status, nullptr, false);
    TOUCHSTONE_TRY(const int code, exit_status(number));
    const auto reject_class =
        word.is_string() ? parse_reject_class(word.get<std::string>()) : std::nullopt;
    if (!reject_class)
      return fail(ManifestErrc::value,
                  fmt::format("[exec.exit] {} is not a reject class of tsp/1", word.dump()));
    iut.exits[code] = {Status::reject, *reject_class};
  }
  return {};
}

Result<void> read_exits(const Json& table, Iut& iut) {
  TOUCHSTONE_TRY_VOID(known_keys(table, "exec.exit", {"accept", "reject", "unsupported"}));
  for (const Json& status : table.value("accept", Json::array({0}))) {
    TOUCHSTONE_TRY(const int code, exit_status(status));
    iut.exits[code] = {.status = Status::ok};
  }
  for (const Json& status : table.value("unsupported", Json::array({89}))) {
    TOUCHSTONE_TRY(const int code, exit_status(status));
    iut.exits[code] = {.status = Status::unsupported};
  }
  return read_reject_classes(table.value("reject", Json::object()), iut);
}

// Of the operations on a network the harness's own sockets carry out all but these.
bool is_command(std::string_view op) {
  return !op.starts_with("net.") || op == "net.start" || op == "net.reload" || op == "net.trigger";
}

Result<void> read_exec(const Json& table, Iut& iut) {
  for (const auto& [op, value] : table.items()) {
    if (op == "exit") continue;
    if (!is_operation(op))
      return fail(ManifestErrc::unknown_key,
                  fmt::format("[exec] there is no operation \"{}\"", op));
    TOUCHSTONE_TRY_VOID(known_keys(value, "exec." + op, {"argv", "stdin", "ready"}));
    ExecOp exec;
    TOUCHSTONE_TRY(exec.ready, text(value, "ready", "exec." + op, ""));
    TOUCHSTONE_TRY(exec.argv, ArgvTemplate::parse(value.value("argv", Json())));
    TOUCHSTONE_TRY(exec.lines, ArgvTemplate::parse(value.value("stdin", Json::array())));
    if (exec.argv.elements.empty())
      return fail(ManifestErrc::missing, fmt::format("[exec.\"{}\"] needs argv", op));
    iut.exec[op] = std::move(exec);
  }
  if (iut.tier == "exec")
    for (const auto& [name, answer] : iut.pics)
      if (answer && is_operation(name) && is_command(name) && !iut.exec.contains(name))
        return fail(ManifestErrc::missing,
                    fmt::format("[pics] says yes to {}, but [exec.\"{}\"] is missing", name, name));
  return read_exits(table_of(table, "exit"), iut);
}

Result<void> read_codecs(const Json& table, Iut& iut) {
  for (const auto& [kind, value] : table.items()) {
    if (kind != "batch" && kind != "gwkeys")
      return fail(ManifestErrc::unknown_key, fmt::format("[codec] kinds are batch and gwkeys"));
    TOUCHSTONE_TRY_VOID(known_keys(value, "codec." + kind, {"decode"}));
    TOUCHSTONE_TRY(iut.codecs[kind], ArgvTemplate::parse(value.value("decode", Json())));
  }
  return {};
}

bool is_date(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         std::ranges::all_of(text, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

Result<void> read_expect(const Json& list, Iut& iut) {
  if (!list.is_array()) return fail(ManifestErrc::syntax, "[[expect]] is an array of tables");
  for (const Json& entry : list) {
    TOUCHSTONE_TRY_VOID(
        known_keys(entry, "expect", {"test", "outcome", "kind", "reason", "expires"}));
    ExpectedDeviation expected;
    TOUCHSTONE_TRY(expected.glob, text(entry, "test", "expect"));
    TOUCHSTONE_TRY(const std::string outcome, text(entry, "outcome", "expect"));
    TOUCHSTONE_TRY(expected.kind, text(entry, "kind", "expect", ""));
    TOUCHSTONE_TRY(expected.reason, text(entry, "reason", "expect"));
    TOUCHSTONE_TRY(expected.expires, text(entry, "expires", "expect"));
    const auto parsed = parse_outcome(outcome);
    if (!parsed || *parsed == Outcome::pass || *parsed == Outcome::harness_error)
      return fail(ManifestErrc::value, fmt::format("[expect] {} cannot be expected", outcome));
    if (expected.reason.empty() || !is_date(expected.expires))
      return fail(ManifestErrc::value, "[expect] needs a reason, and expires as YYYY-MM-DD");
    expected.outcome = *parsed;
    iut.expect.push_back(std::move(expected));
  }
  return {};
}

}  // namespace

bool Iut::has(std::string_view capability) const {
  const auto found = pics.find(std::string(capability));
  return found != pics.end() && found->second;
}

Result<Iut> parse_iut(std::string_view manifest, const std::filesystem::path& folder) {
  TOUCHSTONE_TRY(const Json json, parse_toml(manifest, "iut.toml"));
  TOUCHSTONE_TRY_VOID(
      known_keys(json, "", {"iut", "pics", "pixit", "adapter", "exec", "codec", "expect"}));
  Iut iut;
  iut.folder = folder;
  iut.pixit = table_of(json, "pixit");
  TOUCHSTONE_TRY_VOID(read_identity(table_of(json, "iut"), iut));
  TOUCHSTONE_TRY_VOID(read_adapter(table_of(json, "adapter"), iut));
  TOUCHSTONE_TRY_VOID(read_pics(table_of(json, "pics"), iut));
  TOUCHSTONE_TRY_VOID(read_exec(table_of(json, "exec"), iut));
  TOUCHSTONE_TRY_VOID(read_codecs(table_of(json, "codec"), iut));
  TOUCHSTONE_TRY_VOID(read_expect(json.value("expect", Json::array()), iut));
  return iut;
}

Result<Iut> read_iut(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ManifestErrc::missing, fmt::format("{} cannot be read", file.string()));
  std::ostringstream content;
  content << stream.rdbuf();
  auto parsed = parse_iut(content.str(), std::filesystem::absolute(file).parent_path());
  if (!parsed) parsed.error().detail = fmt::format("{}: {}", file.string(), parsed.error().detail);
  return parsed;
}

Iut reference_iut() {
  Iut iut;
  iut.name = "touchstone reference";
  iut.version = TOUCHSTONE_VERSION;
  iut.vendor = "Touchstone";
  iut.kinds = {"file-tool", "diameter-server", "diameter-client", "diameter-codec"};
  iut.tier = "reference";
  iut.exact_classes = true;
  iut.time_limit_ms = 20000;
  for (const Capability& capability : capabilities())
    iut.pics[std::string(capability.name)] = true;
  return iut;
}

}  // namespace touchstone::conformance::harness
