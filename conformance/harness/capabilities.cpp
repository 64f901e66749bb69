#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "conformance/harness/case.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::string_view server = "diameter-server";
constexpr std::string_view client = "diameter-client";
constexpr std::string_view codec = "diameter-codec";
constexpr std::string_view ipsec = "ipsec-config";
constexpr std::string_view dot1x = "dot1x-config";
constexpr std::string_view generator = "generator";
constexpr std::string_view network = "diameter";  // of both

// Operations first (the names with a verb of tsp/1), then what an operation may leave out.
constexpr Capability all_rows[] = {
    {"keyring.decode", "reads keyring.csv"},
    {"keyring.validate", "takes or refuses keyring.csv, without telling what it read"},
    {"keyring.encode", "prints keyring.csv"},
    {"keyring.merge", "merges node rows into a keyring"},
    {"manifest.decode", "reads a batch manifest"},
    {"manifest.encode", "prints a batch manifest"},
    {"batch.decode", "verifies, decrypts and reads a batch"},
    {"batch.encode", "makes a batch, its signature and its manifest"},
    {"gwkeys.decode", "verifies, decrypts and reads a Gateway key file"},
    {"gwkeys.encode", "makes a Gateway key file and its signature"},
    {"kdf.pwdh", "derives the passphrase hash"},
    {"kdf.subkey", "derives a working key from the passphrase hash"},
    {"kdf.node_root_key", "derives a node root key"},
    {"passphrase.check", "judges a passphrase"},
    {"cmd.generate_gw_keys", "command: makes a network"},
    {"cmd.import_gw_keys", "command: makes the node key database of an LKS"},
    {"cmd.provision", "command: makes node keys"},
    {"cmd.export_keys", "command: exports a batch"},
    {"cmd.import_keys", "command: imports a batch into the keyring"},
    {"cmd.remove_keys", "command: revokes nodes"},
    {"cmd.keyring_lint", "command: checks a keyring"},
    {"cmd.kms_doctor", "command: checks an installation"},
    {"diameter.decode", "reads a Diameter message", codec},
    {"diameter.encode", "writes a Diameter message", codec},
    {"diameter.judge", "names the fault of a message by the command formats", codec},
    {"net.start", "the implementation is there, or is started", network},
    {"net.open", "takes connections", server},
    {"net.listen", "connects to the harness", network},
    {"net.send", "takes octets on a connection", network},
    {"net.await", "what it sends is seen", network},
    {"net.close", "its connections can be ended", network},
    {"net.stall", "a peer can stop reading", network},
    {"net.advance", "long waits: its clock can be moved, or minutes may pass", network},
    {"net.trigger", "a client can be made to ask for a key", client},
    {"net.access_point", "an access point can be put before a client", client},
    {"net.datagram", "joins by the messages of docs/formats/join.md", client},
    {"net.reload", "a server takes another keyring without a restart", server},
    {"net.stop", "can be told to end in order", network},
    {"diameter_conf.decode", "reads diameter_server.conf and diameter_client.conf"},
    {"diameter_conf.encode", "prints diameter_server.conf and diameter_client.conf"},
    {"cmd.diameter_conf_lint", "command: checks a Diameter configuration"},
    {"racoon_conf.decode", "takes or refuses racoon.conf, as racoon or an engineer would", ipsec},
    {"racoon_conf.format", "prints racoon.conf in one canonical form", ipsec},
    {"racoon_conf.include", "adds an include to a racoon.conf, or takes it away", ipsec},
    {"setkey.decode", "takes or refuses a setkey script", ipsec},
    {"setkey.format", "prints a setkey script in one canonical form", ipsec},
    {"psk.decode", "takes or refuses psk.txt", ipsec},
    {"psk.edit", "sets or removes the key of a peer in psk.txt", ipsec},
    {"ifcfg.decode", "takes or refuses ifcfg-ipsecN and keys-ipsecN", ipsec},
    {"ifup.plan", "plans what ifup ipsecN of RHEL 5 would make", ipsec},
    {"racoon_log.decode", "reads what racoon writes to syslog", ipsec},
    {"racoon_log.encode", "prints what racoon writes to syslog", ipsec},
    {"racoon_log.judge", "says whether a log of racoon tells of a negotiation that works", ipsec},
    {"cmd.racoon_lint", "command: checks racoon.conf and psk.txt with its includes", ipsec},
    {"cmd.setkey_lint", "command: checks a setkey script", ipsec},
    {"cmd.ifcfg_lint", "command: checks the files of ifup ipsecN", ipsec},
    {"cmd.ipsec_check", "command: says whether two trees will negotiate", ipsec},
    {"cmd.ipsec", "command: makes and removes configurations of IPsec below /etc", generator},
    {"wpa_conf.decode", "takes or refuses wpa_supplicant.conf, as it or an engineer would", dot1x},
    {"wpa_conf.encode", "writes wpa_supplicant.conf for EAP-TLS on a wire", dot1x},
    {"wpa_conf.edit", "sets or removes a field of wpa_supplicant.conf", dot1x},
    {"wpa_status.decode", "reads and judges what wpa_cli status prints", dot1x},
    {"wpa_status.encode", "prints a status as wpa_cli does", dot1x},
    {"sntp.exchange", "asks a time server and judges its answers", dot1x},
    {"cmd.wpa_status", "command: says whether a port is authenticated", dot1x},
    {"cmd.mgu_doctor", "command: looks where the documents say to look", dot1x},
    {"cmd.net8021x", "command: sets up port authentication below /etc", generator},
    {"cmd.localNTP", "command: sets the time server below /etc", generator},
    {"cli.run", "the command line of the reference, word for word"},
    {"keyring.tolerant", "keyring.decode has the mode tolerant"},
    {"keyring.short_hex", "a base of 31 digits is padded on request"},
    {"merge.policy", "keyring.merge knows on_conflict and max_replace"},
    {"merge.tombstones", "removed nodes are remembered and can be revived"},
    {"lint.codes", "findings carry the lint codes KL-..."},
    {"exit.codes", "exit statuses are those of the requirements, one by one"},
    {"format.ts1", "encrypted files have the layout of profile ts1"},
    {"format.lks_database", "the node key database has the documented SQLite schema"},
    {"batch.recipients", "a batch can have several recipients"},
    {"gwkeys.pss", "the Gateway key file can be signed with RSASSA-PSS"},
    {"kdf.pbkdf2", "PBKDF2-HMAC-SHA256 beside scrypt"},
    {"audit.log", "every run is told in a hash-chained audit file"},
    {"ipsec.model", "the readers tell what they understood", ipsec},
    {"ipsec.extended", "cmd.ipsec has the switches that the requirements add to document 003",
     generator},
    {"dot1x.model", "the reader of wpa_supplicant.conf tells what it understood", dot1x},
    {"net8021x.extended", "cmd.net8021x has the switches that are not in document 003", generator},
    {"localNTP.extended", "cmd.localNTP has the switches that are not in document 003", generator},
    {"output.json", "the option --json gives one JSON object"},
    {"clock.fixed", "the time of a command can be given (--now)"},
    {"diameter.server", "answers AMRs as a KMS", server},
    {"diameter.connecting_server", "a server that connects to peers with PeerConnecting", server},
    {"diameter.client", "asks a KMS for keys as a gateway", client},
    {"diameter.peer_list", "serves the peers of its configuration alone", server},
    {"diameter.require_protected", "can demand protection (5025)", server},
    {"diameter.wrapped_keys", "can wrap keys by RFC 3394", server},
    {"net.files", "keyring, cache and log are files that the harness can look at", network},
    {"kms.compat_restart", "can serve a changed keyring after a restart alone", server},
    {"diameter.timers", "Tw and the time for a CER can be set by net.start", network},
};

}  // namespace

const std::vector<Capability>& capabilities() {
  static const std::vector<Capability> rows(std::begin(all_rows), std::end(all_rows));
  return rows;
}

const std::vector<std::string_view>& iut_kinds() {
  static const std::vector<std::string_view> kinds{
      "file-tool",    "diameter-server", "diameter-client", "diameter-codec",
      "ipsec-config", "dot1x-config",    "generator"};
  return kinds;
}

bool must_answer(const std::vector<std::string>& kinds, const Capability& capability) {
  return kinds.empty() || std::ranges::any_of(kinds, [&](const std::string& kind) {
           return kind == capability.kind || kind.starts_with(fmt::format("{}-", capability.kind));
         });
}

bool is_capability(std::string_view name) {
  return std::ranges::any_of(capabilities(), [&](const auto& row) { return row.name == name; });
}

bool is_operation(std::string_view name) {
  const auto& rows = capabilities();
  const auto last = std::ranges::find(rows, "cli.run", &Capability::name);
  return std::any_of(rows.begin(), last + 1, [&](const auto& row) { return row.name == name; });
}

}  // namespace touchstone::conformance::harness
