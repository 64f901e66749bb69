#include "reference/commands/all_commands.h"

#include <vector>

namespace touchstone::commands {

std::span<const Command> all_commands() {
  static const std::vector<Command> rows = {generate_gw_keys_command(),
                                            import_gw_keys_command(),
                                            provision_command(),
                                            export_keys_command(),
                                            import_keys_command(),
                                            remove_keys_command(),
                                            keyring_lint_command(),
                                            kms_doctor_command(),
                                            access_point_command(),
                                            enode_command(),
                                            gateway_command(),
                                            gateway_ctl_command(),
                                            kms_command(),
                                            kms_ctl_command(),
                                            racoon_lint_command(),
                                            setkey_lint_command(),
                                            ifcfg_lint_command(),
                                            ipsec_command(),
                                            ipsec_check_command(),
                                            local_ntp_command(),
                                            net8021x_command(),
                                            wpa_status_command(),
                                            mgu_doctor_command(),
                                            diameter_conf_lint_command()};
  return rows;
}

}  // namespace touchstone::commands
