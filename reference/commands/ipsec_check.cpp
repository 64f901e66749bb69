#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/base/exit_class.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/commands/errc.h"
#include "reference/ipsec/config/ifup_plan.h"
#include "reference/ipsec/config/pair_check.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/shell_assignments.h"
#include "reference/mediagateway/ipsec_tree.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;

constexpr std::size_t max_pem = std::size_t{64} << 10;  // octets

constexpr std::array<Option, 3> options = {{
    {.name = "peer",
     .argument = "NAME",
     .help = "who answers: racoon-0.8 (default) or charon",
     .clause = "OR-06"},
    {.name = "nat", .help = "an address is translated between the two", .clause = "OR-06"},
    {.name = "DIR",
     .argument = "DIR",
     .help = "the root of one end's tree, with etc/ in it; twice",
     .clause = "OR-06",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6};

/// A tree that cannot be judged: the program itself would refuse it (exit 6).
class TreeCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "tree"; }
  std::string message(int /*value*/) const override { return "the program refuses this file"; }
  std::error_condition default_error_condition(int /*value*/) const noexcept override {
    return ExitClass::format;
  }
};

std::unexpected<Error> refused(const std::string& file,
                               const std::vector<config::FileFinding>& findings) {
  static const TreeCategory category;
  const std::string text = findings.empty() ? "" : print_finding(file, findings.front().finding);
  return std::unexpected(Error{{1, category}, Error::no_offset, text, file});
}

/// The first of `names` that stands in the tree.
std::optional<std::string> first_of(const host::ConfigFiles& files,
                                    std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (files.mode(name)) return name;
  return std::nullopt;
}

Result<void> load_racoon(host::ConfigFiles& files, config::End& end) {
  const auto name = first_of(files, {"/etc/racoon/racoon.conf", "/etc/racoon.conf"});
  if (!name) return fail(FileErrc::not_found, "expected etc/racoon/racoon.conf");
  TOUCHSTONE_TRY(SecretOctets text, located(*name, files.read(*name, config::max_racoon_file)));
  config::RacoonOptions chosen{.profile = config::Profile::daemon, .includes = {.view = &files}};
  config::RacoonReading reading = config::read_racoon(*name, std::move(text), chosen);
  if (!reading.accepted)
    return refused(reading.document.files[reading.findings[0].file], reading.findings);
  end.racoon = std::move(reading.config);
  return {};
}

/// Without a file that racoon takes there are no keys, which is a matter of the comparison.
void load_keys(host::ConfigFiles& files, config::End& end) {
  const auto told = end.racoon.paths.find("pre_shared_key");
  const std::string name = told == end.racoon.paths.end() ? "/etc/racoon/psk.txt" : told->second;
  const auto text = files.read(name, config::max_psk_file);
  if (!text) return;
  auto reading = config::read_psk(*text, config::Profile::daemon, files.mode(name));
  if (reading.accepted || TOUCHSTONE_DEFECT("OR-06.open_keys")) end.keys = std::move(reading);
}

/// What ifup makes of the ifcfg files when the system starts.
Result<void> load_planned_policies(host::ConfigFiles& files, config::End& end) {
  mediagateway::IpsecTree tree(files);
  const std::string front = tree.scripts() + "/ifcfg-";
  for (const std::string& path : files.matches(front + "*")) {
    if (path.ends_with('~') || path.ends_with(".bak")) continue;
    TOUCHSTONE_TRY(SecretOctets text, located(path, files.read(path, config::max_shell_file)));
    const std::string name = path.substr(front.size());
    const auto keys = files.read(tree.scripts() + "/keys-" + name, config::max_shell_file);
    config::IfcfgFiles both{.name = name, .ifcfg = text};
    if (keys) both.keys = *keys;
    const config::IpsecInterface one = config::read_ifcfg(both).interface;
    const auto self = one.source ? one.source : tree.address_of("eth0");
    const bool whole = one.destination && self && one.method != config::IkeMethod::manual;
    if (as_text(text).find("IPSEC") == std::string_view::npos || !whole) continue;
    const std::string script = config::print_policies(one, *self);
    const OctetView octets = as_octets(script);
    auto reading = config::read_setkey({octets.begin(), octets.end()}, config::Profile::daemon);
    std::ranges::move(reading.policies, std::back_inserter(end.policies));
  }
  return {};
}

Result<void> load_policies(host::ConfigFiles& files, config::End& end) {
  std::vector<std::string> names = files.matches("/etc/ipsec-tools.d/*.conf");
  for (const char* name : {"/etc/racoon/setkey.conf", "/etc/setkey.conf", "/etc/ipsec-tools.conf"})
    if (files.mode(name)) names.emplace_back(name);
  for (const std::string& name : names) {
    TOUCHSTONE_TRY(SecretOctets text, located(name, files.read(name, config::max_setkey_file)));
    auto reading = config::read_setkey(std::move(text), config::Profile::daemon);
    if (!reading.accepted) return refused(name, reading.findings);
    std::ranges::move(reading.policies, std::back_inserter(end.policies));
  }
  return load_planned_policies(files, end);
}

/// The certificates and keys that the remotes name, relative to `path certificate`.
void load_certificates(host::ConfigFiles& files, config::End& end) {
  const auto folder = end.racoon.paths.find("certificate");
  for (const config::Remote& remote : end.racoon.remotes)
    for (const std::string& name : {remote.certificate, remote.ca}) {
      if (name.empty()) continue;
      const bool relative = !name.starts_with('/') && folder != end.racoon.paths.end();
      auto text = files.read(relative ? folder->second + "/" + name : name, max_pem);
      if (text) end.certificates.insert_or_assign(name, std::move(*text));
    }
}

Result<config::End> load(const std::string& name, std::string folder) {
  while (folder.ends_with('/'))
    folder.pop_back();
  host::ConfigFiles files(folder);
  config::End end;
  end.name = name;
  TOUCHSTONE_TRY_VOID(located(folder, load_racoon(files, end)));
  load_keys(files, end);
  load_certificates(files, end);
  TOUCHSTONE_TRY_VOID(load_policies(files, end));
  return end;
}

std::string_view verdict_name(config::Step::Verdict verdict) {
  switch (verdict) {
    case config::Step::Verdict::agrees:
      return "agrees";
    case config::Step::Verdict::differs:
      return "DIFFERS";
    case config::Step::Verdict::not_reached:
      return "not reached";
  }
  return "not reached";
}

void tell(Report& report, const config::DirectionVerdict& one) {
  report.line(fmt::format("{} to {}", one.initiator, one.responder));
  auto steps = nlohmann::ordered_json::array();
  for (const config::Step& step : one.steps) {
    report.line(fmt::format("  {:<28} {:<12} {} | {}", step.what, verdict_name(step.verdict),
                            step.initiator.empty() ? "-" : step.initiator,
                            step.responder.empty() ? "-" : step.responder));
    steps.push_back({{"what", step.what},
                     {"verdict", verdict_name(step.verdict)},
                     {"initiator", step.initiator},
                     {"responder", step.responder}});
  }
  report.line("  " + (one.code.empty() ? "" : std::string(one.code) + ": ") + one.sentence);
  report.json()["directions"].push_back({{"initiator", one.initiator},
                                         {"responder", one.responder},
                                         {"negotiates", one.negotiates},
                                         {"passive", one.passive},
                                         {"code", one.code},
                                         {"sentence", one.sentence},
                                         {"notify", one.notify},
                                         {"steps", std::move(steps)}});
}

Result<int> handle(Context& context) {
  const auto folders = context.arguments.values("DIR");
  if (folders.size() != 2) return fail(Errc::usage, "expected two trees");
  const std::string peer = context.arguments.value("peer").value_or("racoon-0.8");
  if (peer != "racoon-0.8" && peer != "charon")
    return fail(Errc::usage, "--peer: expected racoon-0.8 or charon");
  TOUCHSTONE_TRY(const config::End a, load("A", folders[0]));
  TOUCHSTONE_TRY(const config::End b, load("B", folders[1]));
  const config::PairVerdict verdict = config::check_pair(
      a, b,
      {.peer = peer == "charon" ? config::PeerModel::charon : config::PeerModel::racoon,
       .nat = context.arguments.has("nat"),
       .now = context.clock.now()});
  context.report.json()["peer"] = peer;
  for (const config::DirectionVerdict& one : verdict.directions)
    tell(context.report, one);
  context.report.json()["negotiates"] = verdict.negotiates();
  return verdict.negotiates() ? 0 : 1;
}

}  // namespace

Command ipsec_check_command() {
  return {.name = "ipsec_check",
          .purpose = "says whether two ends will negotiate, or exactly why not",
          .teaching =
              "Takes the trees of both ends, compares what each step of the negotiation\n"
              "compares, for each direction, and prints a table and a sentence. What decides\n"
              "depends on who answers, so name the peer. Exit 0: they negotiate in every\n"
              "direction whose initiator is not passive; 1: they do not; 6: a program refuses\n"
              "a file of its own tree. Nothing is sent and no key is shown.",
          .example =
              "ipsec_check /srv/gateway /srv/node\n"
              "ipsec_check --peer charon --json /srv/gateway /srv/node",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
