#pragma once
// One function a command, defined in the file of its name; all_commands.cpp puts the rows in order.

#include "reference/commands/command.h"

namespace touchstone::commands {

[[nodiscard]] Command generate_gw_keys_command();
[[nodiscard]] Command import_keys_command();
[[nodiscard]] Command remove_keys_command();
[[nodiscard]] Command keyring_lint_command();
[[nodiscard]] Command diameter_conf_lint_command();
[[nodiscard]] Command import_gw_keys_command();
[[nodiscard]] Command provision_command();
[[nodiscard]] Command export_keys_command();
[[nodiscard]] Command kms_doctor_command();
[[nodiscard]] Command racoon_lint_command();
[[nodiscard]] Command setkey_lint_command();
[[nodiscard]] Command ifcfg_lint_command();
[[nodiscard]] Command ipsec_command();
[[nodiscard]] Command ipsec_check_command();
[[nodiscard]] Command local_ntp_command();
[[nodiscard]] Command net8021x_command();
[[nodiscard]] Command wpa_status_command();
[[nodiscard]] Command mgu_doctor_command();
[[nodiscard]] Command access_point_command();
[[nodiscard]] Command enode_command();
[[nodiscard]] Command gateway_command();
[[nodiscard]] Command gateway_ctl_command();
[[nodiscard]] Command kms_command();
[[nodiscard]] Command kms_ctl_command();

}  // namespace touchstone::commands
