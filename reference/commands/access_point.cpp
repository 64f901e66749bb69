#include "reference/host/access_point.h"

#include <fmt/format.h>

#include <array>

#include "reference/commands/all_commands.h"
#include "reference/gateway/places.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 2> options = {{
    {.name = "listen",
     .argument = "ADDR:PORT",
     .help = "where nodes send their joins (127.0.0.3:4004)",
     .clause = "GC-03"},
    {.name = "gateway",
     .argument = "ADDR:PORT",
     .help = "the join port of the gateway (127.0.0.2:4004)",
     .clause = "GC-03"},
}};

constexpr std::array exit_codes = {1, 2, 3, 11};

Result<host::Endpoint> endpoint(const Context& context, std::string_view option,
                                std::string_view otherwise) {
  const std::string text = context.arguments.value(option).value_or(std::string(otherwise));
  return located(fmt::format("--{}", option), host::parse_endpoint(text));
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(const host::Endpoint listen,
                 endpoint(context, "listen", gateway::default_access_point));
  TOUCHSTONE_TRY(const host::Endpoint above,
                 endpoint(context, "gateway", gateway::default_join_port));
  TOUCHSTONE_TRY_VOID(host::run_access_point(listen, above, [&](const host::Endpoint& bound) {
    context.environment.out(fmt::format("ready access_point {}\n", host::print_endpoint(bound)));
  }));
  return 0;
}

}  // namespace

Command access_point_command() {
  return {.name = "access_point",
          .purpose = "passes the joins of nodes on to the gateway",
          .teaching =
              "Takes datagrams of nodes at one address and passes them on, unchanged, to the\n"
              "gateway, whose answers go back to the node that asked. It has no keys and decides\n"
              "nothing. It prints `ready access_point ADDR:PORT` and runs until SIGTERM.",
          .example = "access_point --listen 127.0.0.3:4004 --gateway 127.0.0.2:4004",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
