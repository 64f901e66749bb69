#include "reference/commands/all_commands.h"
#include "reference/commands/control_client.h"

namespace touchstone::commands {
namespace {

Result<int> gateway_ctl(Context& context) {
  return ask_daemon(context, {"status", "peers", "cache", "reload", "stop"},
                    "/run/ulp-gateway/control");
}

}  // namespace

Command gateway_ctl_command() {
  return {.name = "gateway_ctl",
          .purpose = "look at a running gateway, let it begin a new log, or stop it",
          .teaching =
              "WORD is status, peers, cache, reload or stop. The gateway listens at the socket of\n"
              "its option --control and hears its own user and root alone. cache lists the nodes\n"
              "whose keys it has, never a key; reload begins a new log file.",
          .example = "gateway_ctl status\ngateway_ctl --control gateway.sock peers --json",
          .options = control_options(),
          .exit_codes = control_exit_codes(),
          .handler = gateway_ctl};
}

}  // namespace touchstone::commands
