#include "reference/commands/all_commands.h"

#include <vector>

namespace touchstone::commands {

std::span<const Command> all_commands() {
  static const std::vector<Command> rows = {import_gw_keys_command(), provision_command(),
                                            export_keys_command(), kms_doctor_command()};
  return rows;
}

}  // namespace touchstone::commands
