#include <fmt/format.h>

#include <array>

#include "reference/commands/all_commands.h"
#include "reference/commands/daemon_files.h"
#include "reference/gateway/places.h"
#include "reference/host/gateway_daemon.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 13> options = {{
    {.name = "config",
     .argument = "FILE",
     .help = "instead of ROOT/diameter_client.conf",
     .clause = "DC-15"},
    {.name = "cache",
     .argument = "FILE",
     .help = "the keys that it has fetched, instead of ROOT/gateway.cache: SECRET",
     .clause = "GC-01"},
    {.name = "listen-join",
     .argument = "ADDR:PORT",
     .help = "where nodes and access points send their joins (the host of URI, port 4004)",
     .clause = "GC-03"},
    {.name = "log",
     .argument = "FILE",
     .help = "instead of ROOT/logs/kmc.log, or standard error where there is no ROOT/logs",
     .clause = "GC-07"},
    {.name = "control",
     .argument = "SOCKET",
     .help = "where gateway_ctl talks to it",
     .clause = "GC-11"},
    {.name = "watchdog",
     .argument = "SECONDS",
     .help = "silence of a KMS before it is looked after, and between attempts to connect (30)",
     .clause = "GC-06"},
    {.name = "certificate",
     .argument = "PEM",
     .help = "of this gateway, and those between it and the root",
     .clause = "DC-21"},
    {.name = "certificate-key",
     .argument = "PEM",
     .help = "its private key: SECRET",
     .clause = "DC-21"},
    {.name = "trust",
     .argument = "PEM",
     .help = "roots of the certificates that KMS show",
     .clause = "DC-21"},
    {.name = "rfc",
     .argument = "NUMBER",
     .help = "3588 or 6733 (default): what differs between them",
     .clause = "DC-13"},
    {.name = "ipsec", .help = "IPsec protects every connection", .clause = "DC-21"},
    {.name = "strict", .help = "exit 13 when the configuration has a warning", .clause = "DC-12"},
    {.name = "check",
     .help = "read the configuration, say what is wrong, and end",
     .clause = "DC-12"},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 11, 12, 13};

/// Beside its Diameter address unless it is told another place.
Result<host::Endpoint> join_endpoint(const Context& context, const diameter::Config& config) {
  if (const auto text = context.arguments.value("listen-join"))
    return located("--listen-join", host::parse_endpoint(*text));
  const auto addresses = host::addresses_of(config.uri.host);
  TOUCHSTONE_TRY(host::Endpoint endpoint, host::parse_endpoint(gateway::default_join_port));
  if (!addresses.empty()) endpoint.address = addresses[0];
  return endpoint;
}

Result<int> handle(Context& context) {
  const Arguments& arguments = context.arguments;
  const std::string path =
      arguments.value("config").value_or(context.root + "/diameter_client.conf");
  TOUCHSTONE_TRY(
      diameter::Config config,
      read_diameter_config(context, path, diameter::StackType::client, arguments.has("ipsec")));
  if (arguments.has("check")) return 0;
  TOUCHSTONE_TRY(const host::Endpoint join, join_endpoint(context, config));
  TOUCHSTONE_TRY(const auto watchdog, arguments.number("watchdog", 6, 3600));
  TOUCHSTONE_TRY(host::TlsPaths tls, read_tls_paths(arguments));
  TOUCHSTONE_TRY(const diameter::Profile profile, parse_profile(arguments));
  const host::GatewayOrder order{
      .config = std::move(config),
      .cache = arguments.value("cache").value_or(context.root + "/gateway.cache"),
      .join = join,
      .log = daemon_log(context, "kmc.log"),
      .control = arguments.value("control").value_or(""),
      .tls = std::move(tls),
      .profile = profile,
      .has_ipsec = arguments.has("ipsec"),
      .watchdog = std::chrono::seconds(watchdog.value_or(30))};
  const host::GatewayMachine machine{
      .files = context.files,
      .clock = context.clock,
      .random = context.environment.random,
      .ready =
          [&](const host::Endpoint& at) {
            context.environment.out(fmt::format("ready gateway {}\n", host::print_endpoint(at)));
          },
      .warn =
          [&](const Error& error) {
            context.report.note(error.place,
                                error.code.message() + "; it begins with an empty one");
          }};
  TOUCHSTONE_TRY_VOID(host::run_gateway(order, machine));
  return 0;
}

}  // namespace

Command gateway_command() {
  return {.name = "gateway",
          .purpose = "admits nodes whose keys the KMS has (the KMC of document 004)",
          .teaching =
              "Starts from its cache and asks the KMS over Diameter for what it lacks: network\n"
              "keys at the start, the key of a node when that node joins. Nodes in the cache join\n"
              "while every KMS is down. It prints `ready gateway ADDR:PORT` when it has its keys,\n"
              "and runs until SIGTERM. SIGHUP begins a new log file.",
          .example =
              "gateway --config diameter_client.conf --cache gateway.cache\n"
              "gateway --config diameter_client.conf --check",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
