#include "reference/commands/kms_machine.h"

#include <fmt/format.h>

#include <limits>

namespace touchstone::commands {
namespace {

Result<std::unique_ptr<PassphraseSource>> open_source(Context& context, std::string_view option) {
  TOUCHSTONE_TRY(const auto number,
                 context.arguments.number(option, 0, std::numeric_limits<int>::max()));
  std::optional<int> descriptor;
  if (number) descriptor = static_cast<int>(*number);
  return context.environment.passphrases(descriptor);
}

}  // namespace

Result<KmsMachine> KmsMachine::make(Context& context) {
  KmsMachine made;
  TOUCHSTONE_TRY(made.passphrases_, open_source(context, "passphrase-fd"));
  TOUCHSTONE_TRY(made.key_passphrases_, open_source(context, "key-passphrase-fd"));
  made.machine_ =
      std::make_unique<kms::Machine>(kms::Machine{.files = context.files,
                                                  .clock = context.clock,
                                                  .random = context.environment.random,
                                                  .passphrases = *made.passphrases_,
                                                  .key_passphrases = *made.key_passphrases_,
                                                  .progress = context.report,
                                                  .user_id = context.environment.user_id});
  return made;
}

void report_findings(Report& report, const std::vector<kms::PlacedFinding>& findings) {
  for (const kms::PlacedFinding& placed : findings)
    report.finding(placed.file, placed.finding);
}

void report_repairs(Report& report, const std::string& master,
                    const std::vector<std::string>& repairs) {
  for (const std::string& repair : repairs)
    report.note(master, repair);
}

void note_other_place(Context& context, const std::string& master) {
  const std::string service = context.root + "/keyring.csv";
  if (context.files.absolute(master) != context.files.absolute(service))
    context.report.note(master, "the service reads " + service);
}

std::string print_node_id(std::uint32_t node_id) {
  return fmt::format("0x{:08x}", node_id);
}

}  // namespace touchstone::commands
