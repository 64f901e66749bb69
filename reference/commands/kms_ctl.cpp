#include "reference/commands/all_commands.h"
#include "reference/commands/control_client.h"

namespace touchstone::commands {
namespace {

Result<int> kms_ctl(Context& context) {
  return ask_daemon(context, {"status", "peers", "reload", "stop"}, "/run/ulp-kms/control");
}

}  // namespace

Command kms_ctl_command() {
  return {.name = "kms_ctl",
          .purpose = "look at a running KMS, let it read its keyring again, or stop it",
          .teaching =
              "WORD is status, peers, reload or stop. The KMS listens at the socket of its option\n"
              "--control and hears its own user and root alone. reload only begins: status tells\n"
              "what came of it.",
          .example = "kms_ctl status\nkms_ctl --control /tmp/kms.control peers --json",
          .options = control_options(),
          .exit_codes = control_exit_codes(),
          .handler = kms_ctl};
}

}  // namespace touchstone::commands
