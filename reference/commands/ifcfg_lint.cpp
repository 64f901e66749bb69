#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/ipsec/config/ifcfg.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/shell_assignments.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;

constexpr std::array<Option, 2> options = {{
    {.name = "strict", .help = "exit 6 for a warning too", .clause = "IP-03"},
    {.name = "DIR",
     .argument = "DIR",
     .help = "network-scripts, or the root of a tree with etc/ in it",
     .clause = "IP-03",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6};

struct Scripts {
  std::string folder;  ///< with ifcfg- files
  std::string root;    ///< of the tree, empty for a folder alone
};

Scripts find_scripts(const std::string& folder) {
  const host::ConfigFiles machine;
  for (const char* inner : {"/etc/sysconfig/network-scripts", "/etc/sysconf/network-scripts"})
    if (machine.is_folder(folder + inner)) return {folder + inner, folder};
  return {folder, {}};
}

/// The reading of one interface, with the names of its two files.
struct Judged {
  std::array<std::string, 2> names;
  config::IfcfgReading reading;
};

Result<Judged> judge(const std::string& file) {
  const std::size_t name = file.rfind("ifcfg-") + 6;
  Judged made{{file, file.substr(0, name - 6) + "keys-" + file.substr(name)}, {}};
  TOUCHSTONE_TRY(const SecretOctets ifcfg, read_named(file, config::max_shell_file + 1));
  const host::ConfigFiles machine;
  config::IfcfgFiles files{.name = file.substr(name), .ifcfg = ifcfg};
  SecretOctets keys;
  files.keys_mode = machine.mode(made.names[1]);
  if (files.keys_mode) {
    TOUCHSTONE_TRY(keys, read_named(made.names[1], config::max_shell_file + 1));
    files.keys = keys;
  }
  made.reading = config::read_ifcfg(files);
  return made;
}

/// The racoon.conf of a tree, wherever the documents put it; nothing without one.
std::optional<config::RacoonReading> read_tree_racoon(const std::string& root) {
  host::ConfigFiles machine;
  for (const char* name : {"/etc/racoon/racoon.conf", "/etc/racoon.conf"})
    if (auto text = machine.read(root + name, config::max_racoon_file))
      return config::read_racoon(name, std::move(*text), {});
  return std::nullopt;
}

/// What only the interfaces together can tell (IP-02, PK-02).
void judge_together(std::vector<Judged>& interfaces, const Scripts& scripts) {
  const auto racoon = scripts.root.empty() ? std::nullopt : read_tree_racoon(scripts.root);
  const auto peer_of = [](const Judged& one) {
    const auto& peer = one.reading.interface.destination;
    return peer ? print_address(*peer) : std::string();
  };
  for (Judged& one : interfaces) {
    const std::string peer = peer_of(one);
    if (peer.empty()) continue;
    config::RuleLog log(config::Profile::strict);
    const std::string wanted = "/etc/racoon/" + peer + ".conf";
    const bool exchanges = one.reading.interface.method != config::IkeMethod::manual;
    if (racoon && exchanges && std::ranges::count(racoon->config.includes, wanted) != 1 &&
        !TOUCHSTONE_DEFECT("IP-02.no_include"))
      log.note(config::Rule::if_include, {},
               "expected one include of " + wanted + " in racoon.conf");
    for (const Judged& other : interfaces)
      if (&other != &one && peer_of(other).starts_with(peer))
        log.note(config::Rule::if_collision, {});
    one.reading.accepted = one.reading.accepted && !log.refused();
    std::ranges::move(std::move(log).take(), std::back_inserter(one.reading.findings));
  }
}

Result<int> lint(Context& context, const std::string& folder) {
  const Scripts scripts = find_scripts(folder);
  std::vector<Judged> interfaces;
  for (const std::string& file : host::ConfigFiles().matches(scripts.folder + "/ifcfg-ipsec*")) {
    if (file.ends_with('~') || file.ends_with(".bak")) continue;
    TOUCHSTONE_TRY(Judged one, judge(file));
    interfaces.push_back(std::move(one));
  }
  if (interfaces.empty())
    return located(folder, Result<int>(fail(FileErrc::not_found, "expected ifcfg-ipsecN")));
  judge_together(interfaces, scripts);
  int code = 0;
  for (const Judged& one : interfaces)
    code = std::max(code, tell_findings(context, one.names[0], one.names, one.reading.findings,
                                        one.reading.accepted));
  return code;
}

Result<int> handle(Context& context) {
  int code = 0;
  for (const std::string& folder : context.arguments.values("DIR")) {
    TOUCHSTONE_TRY(const int one, lint(context, folder));
    code = std::max(code, one);
  }
  return code;
}

}  // namespace

Command ifcfg_lint_command() {
  return {.name = "ifcfg_lint",
          .purpose = "says whether ifcfg-ipsecN and keys-ipsecN of RHEL 5 are as they should be",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. The files\n"
              "are shell, which ifup sources; nothing in them is executed here. In a whole\n"
              "tree racoon.conf is looked at too: ifup adds an include for each peer. Files\n"
              "that ifup would misread are exit 6.",
          .example = "ifcfg_lint /etc/sysconfig/network-scripts\nifcfg_lint --json /srv/tree",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
