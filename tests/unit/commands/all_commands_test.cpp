// The options of each command, held against the table of the requirements, and its help.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "reference/commands/command.h"
#include "reference/commands/manual.h"
#include "tests/support/tree.h"

namespace touchstone::commands {
namespace {

using Names = std::set<std::string>;

/// Letters stand before the name that they abbreviate.
const std::map<std::string, Names> table = {
    {"generate_gw_keys",
     {"m/master", "o/output", "k/key", "new-key", "sign-key", "kdf", "signature", "force",
      "reexport", "dry-run", "strict-passphrase", "passphrase-fd", "key-passphrase-fd"}},
    {"import_gw_keys", {"i/input", "k/key", "d/database", "first-batch", "passphrase-fd"}},
    {"provision",
     {"d/database", "n/node", "nodes", "reprovision", "idempotent", "deterministic", "emit",
      "operator"}},
    {"export_keys", {"d/database", "o/output", "k/key", "batch", "all", "since", "recipient"}},
    {"import_keys",
     {"m/master", "i/input", "k/key", "s/signature", "b/backup", "sig", "manifest", "dry-run",
      "strict", "on-conflict", "max-replace", "revive", "accept-short-hex", "key-passphrase-fd"}},
    {"remove_keys", {"m/master", "n/node", "reason", "dry-run"}},
    {"keyring_lint", {"strict", "FILE"}},
    {"kms_doctor", {}},
    {"access_point", {"listen", "gateway"}},
    {"gateway",
     {"config", "cache", "listen-join", "log", "control", "watchdog", "certificate",
      "certificate-key", "trust", "rfc", "ipsec", "strict", "check"}},
    {"gateway_ctl", {"control", "WORD"}},
    {"enode", {"ACTION", "via", "n/node", "key-file", "count", "at-once", "timeout"}},
    {"kms",
     {"config",
      "keyring",
      "log",
      "audit",
      "audit-mode",
      "served",
      "control",
      "listen",
      "port-file",
      "listen-tls",
      "certificate",
      "certificate-key",
      "trust",
      "rfc",
      "compat-restart",
      "require-protected",
      "ipsec",
      "strict",
      "check",
      "unknown-limit",
      "watchdog"}},
    {"kms_ctl", {"control", "WORD"}},
    {"racoon_lint", {"profile", "strict", "include-folder", "FILE"}},
    {"setkey_lint", {"profile", "strict", "FILE"}},
    {"ifcfg_lint", {"strict", "DIR"}},
    {"ipsec_check", {"peer", "nat", "DIR"}},
    {"ipsec",
     {"create",
      "remove",
      "start",
      "stop",
      "list",
      "status",
      "install-certs",
      "name",
      "src-address",
      "dst-address",
      "dst-network",
      "src-port",
      "dst-port",
      "ip-proto",
      "media-address",
      "media-ports",
      "src-preshared-key",
      "dst-preshared-key",
      "src-preshared-key-file",
      "dst-preshared-key-file",
      "ca-cert-file",
      "cert-file-public",
      "cert-file-private",
      "allow-weak",
      "proto",
      "profile",
      "i-know",
      "confirm",
      "dry-run",
      "show-secrets",
      "programs"}},
    {"net8021x",
     {"l/client-cert", "c/ca-cert", "d/deactivate", "i/identity", "p/private-key", "a/activate",
      "w/key-password-file", "server-name", "interface", "profile", "allow-weak", "force",
      "dry-run", "show-secrets"}},
    {"wpa_status", {"s/s", "FILE"}},
    {"mgu_doctor", {"status", "isakmp", "associations", "WHAT"}},
    {"localNTP",
     {"a/activate", "n/ntp-server", "d/delete", "check", "offline", "port", "dry-run",
      "show-secrets"}},
    {"diameter_conf_lint", {"strict", "role", "profile", "host", "certificate", "ipsec", "FILE"}},
};

Names names_of(std::span<const Option> options) {
  Names names;
  for (const Option& option : options)
    names.insert(option.letter == 0
                     ? std::string(option.name)
                     : std::string(1, option.letter) + "/" + std::string(option.name));
  return names;
}

TEST(Commands, HaveExactlyTheOptionsOfTheTable) {
  Names commands;
  for (const Command& command : all_commands()) {
    commands.insert(std::string(command.name));
    ASSERT_TRUE(table.contains(std::string(command.name))) << command.name;
    EXPECT_EQ(names_of(command.options), table.at(std::string(command.name))) << command.name;
  }
  EXPECT_EQ(commands.size(), table.size());
  EXPECT_EQ(names_of(common_options()), (Names{"h/help", "manual", "version", "v/verbose", "root",
                                               "now", "lax-permissions", "json"}));
}

TEST(Commands, HaveTheirManualPagesInTheTree) {
  for (const Command& command : all_commands()) {
    const std::string page = print_manual(command);
    EXPECT_TRUE(page.starts_with(".TH ")) << command.name;
    for (const Option& option : command.options)
      if (option.name[0] >= 'a' && option.name.find('-') == std::string_view::npos) {
        EXPECT_NE(page.find("\\-\\-" + std::string(option.name)), std::string::npos) << option.name;
      }
    const std::set<std::string_view> paged = {"ipsec", "localNTP", "net8021x", "wpa_status",
                                              "mgu_doctor"};
    if (!paged.contains(command.name)) continue;
    std::ifstream in(tests::tree_path("docs/man/" + std::string(command.name) + ".8"));
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>(in), {}}), page)
        << "run " << command.name << " --manual";
  }
}

TEST(Commands, TeachInTheirHelp) {
  for (const Command& command : all_commands()) {
    const std::string help = print_help(command);
    EXPECT_TRUE(help.starts_with(command.name));
    EXPECT_NE(help.find("example:\n  " + std::string(command.name)), std::string::npos) << help;
    EXPECT_NE(help.find("exit codes:\n   0  ok"), std::string::npos);
    EXPECT_GT(command.teaching.size(), 80U) << command.name;
    for (const Option& option : command.options) {
      EXPECT_FALSE(option.help.empty()) << command.name << " --" << option.name;
      EXPECT_FALSE(option.clause.empty()) << command.name << " --" << option.name;
    }
    EXPECT_TRUE(std::ranges::is_sorted(command.exit_codes)) << command.name;
  }
}

}  // namespace
}  // namespace touchstone::commands
