#pragma once
// What the commands of the KMS share: the machine of their role and how its answers are told.

#include <memory>

#include "reference/commands/command.h"
#include "reference/kms/import.h"
#include "reference/kms/machine.h"

namespace touchstone::commands {

/// The machine of one run, with the passphrase sources that its options name.
class KmsMachine {
 public:
  /// Errc::usage when --passphrase-fd or --key-passphrase-fd is no descriptor number.
  static Result<KmsMachine> make(Context& context);

  [[nodiscard]] kms::Machine& machine() { return *machine_; }

 private:
  std::unique_ptr<PassphraseSource> passphrases_;
  std::unique_ptr<PassphraseSource> key_passphrases_;
  std::unique_ptr<kms::Machine> machine_;
};

void report_findings(Report& report, const std::vector<kms::PlacedFinding>& findings);

/// What an earlier, killed run had left, as notes.
void report_repairs(Report& report, const std::string& master,
                    const std::vector<std::string>& repairs);

/// A note when the service will not read `master`: it reads `<root>/keyring.csv`.
void note_other_place(Context& context, const std::string& master);

/// `0x00010200`.
[[nodiscard]] std::string print_node_id(std::uint32_t node_id);

}  // namespace touchstone::commands
