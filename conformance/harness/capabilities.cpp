#include <algorithm>

#include "conformance/harness/case.h"

namespace touchstone::conformance::harness {

// Operations first (the names with a verb of tsp/1), then what an operation may leave out.
const std::vector<Capability>& capabilities() {
  static const std::vector<Capability> rows{
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
      {"output.json", "the option --json gives one JSON object"},
      {"clock.fixed", "the time of a command can be given (--now)"},
  };
  return rows;
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
