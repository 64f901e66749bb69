#include <fmt/format.h>

#include <array>

#include "reference/commands/all_commands.h"
#include "reference/commands/daemon_files.h"
#include "reference/commands/errc.h"
#include "reference/host/diameter_setup.h"
#include "reference/host/kms_daemon.h"
#include "reference/kms/served_keys.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 21> options = {{
    {.name = "config",
     .argument = "FILE",
     .help = "instead of ROOT/diameter_server.conf",
     .clause = "KM-16"},
    {.name = "keyring",
     .argument = "FILE",
     .help = "instead of ROOT/keyring.csv",
     .clause = "KM-01"},
    {.name = "log",
     .argument = "FILE",
     .help = "instead of ROOT/logs/kms.log, or standard error where there is no ROOT/logs",
     .clause = "KM-10"},
    {.name = "audit",
     .argument = "FILE",
     .help = "a line a request, written before its answer leaves",
     .clause = "KM-11"},
    {.name = "audit-mode",
     .argument = "MODE",
     .help = "when it cannot be written, answers: block (default), deny or continue",
     .clause = "KM-11"},
    {.name = "served",
     .argument = "FILE",
     .help = "digests of the network keys that were served, instead of KEYRING.served",
     .clause = "KM-06"},
    {.name = "control", .argument = "SOCKET", .help = "for kms_ctl", .clause = "OP-01"},
    {.name = "listen",
     .argument = "ADDRESS:PORT",
     .help = "instead of what URI says; port 0: any",
     .clause = "DC-13"},
    {.name = "port-file",
     .argument = "FILE",
     .help = "gets the port, when it listens",
     .clause = "DC-13"},
    {.name = "listen-tls",
     .argument = "ADDRESS:PORT",
     .help = "a second place, where TLS comes first",
     .clause = "DC-13"},
    {.name = "certificate",
     .argument = "PEM",
     .help = "of this KMS, and those between it and the root",
     .clause = "DC-21"},
    {.name = "certificate-key",
     .argument = "PEM",
     .help = "its private key: SECRET",
     .clause = "DC-21"},
    {.name = "trust",
     .argument = "PEM",
     .help = "roots of the certificates that gateways show",
     .clause = "DC-21"},
    {.name = "rfc",
     .argument = "NUMBER",
     .help = "3588 or 6733 (default): what differs between them",
     .clause = "DC-13"},
    {.name = "compat-restart",
     .help = "serve a changed keyring after a restart only, as 004 says",
     .clause = "KM-05"},
    {.name = "require-protected",
     .help = "keys over TLS or IPsec only, else 5025",
     .clause = "IP-01"},
    {.name = "ipsec", .help = "IPsec protects every connection", .clause = "DC-21"},
    {.name = "strict", .help = "refuse a configuration that is only linted", .clause = "DC-16"},
    {.name = "check",
     .help = "read the configuration, say what is wrong, and end",
     .clause = "DC-12"},
    {.name = "unknown-limit",
     .argument = "N",
     .help = "unknown nodes that a gateway may ask for at once, and one more a second",
     .clause = "KM-15"},
    {.name = "watchdog",
     .argument = "SECONDS",
     .help = "between watchdog messages, 6 to 3600; 30 without it",
     .clause = "KM-09"},
}};

constexpr std::array<int, 8> exit_codes = {1, 2, 3, 6, 8, 11, 12, 13};

Result<host::AuditMode> parse_audit_mode(const Arguments& arguments) {
  const std::string word = arguments.value("audit-mode").value_or("block");
  if (word == "block") return host::AuditMode::block;
  if (word == "deny") return host::AuditMode::deny;
  if (word == "continue") return host::AuditMode::keep;
  return located("--audit-mode",
                 Result<host::AuditMode>(fail(Errc::usage, "expected block, deny or continue")));
}

Result<void> read_places(const Arguments& given, host::KmsOrder& order) {
  if (const auto listen = given.value("listen")) {
    TOUCHSTONE_TRY(order.listen, located("--listen", host::parse_endpoint(*listen)));
  }
  if (const auto listen = given.value("listen-tls")) {
    TOUCHSTONE_TRY(order.listen_tls, located("--listen-tls", host::parse_endpoint(*listen)));
  }
  TOUCHSTONE_TRY(order.tls, read_tls_paths(given));
  const bool needs = order.listen_tls || order.config.uri.secure;
  if (needs && !order.tls.is_given())
    return located("--certificate",
                   Result<void>(fail(Errc::usage, "TLS needs a certificate (DC-21)")));
  return {};
}

Result<host::KmsOrder> read_order(Context& context) {
  const Arguments& given = context.arguments;
  host::KmsOrder order;
  TOUCHSTONE_TRY(order.audit_mode, parse_audit_mode(given));
  TOUCHSTONE_TRY(order.profile, parse_profile(given));
  TOUCHSTONE_TRY(const auto unknown, given.number("unknown-limit", 1, 1'000'000));
  if (unknown) order.unknown_limit.burst = static_cast<std::uint32_t>(*unknown);
  TOUCHSTONE_TRY(const auto watchdog, given.number("watchdog", 6, 3600));
  if (watchdog) order.watchdog = std::chrono::seconds(*watchdog);
  const std::string path = given.value("config").value_or(context.root + "/diameter_server.conf");
  TOUCHSTONE_TRY(order.config, read_diameter_config(context, path, diameter::StackType::server,
                                                    given.has("ipsec")));
  TOUCHSTONE_TRY_VOID(read_places(given, order));
  order.keyring = given.value("keyring").value_or(context.root + "/keyring.csv");
  order.served = given.value("served").value_or(kms::served_keys_name(order.keyring));
  order.log = daemon_log(context, "kms.log");
  order.audit = given.value("audit").value_or("");
  order.control = given.value("control").value_or("");
  order.port_file = given.value("port-file").value_or("");
  order.compat_restart = given.has("compat-restart");
  order.require_protected = given.has("require-protected");
  order.has_ipsec = given.has("ipsec");
  return order;
}

Result<int> kms(Context& context) {
  TOUCHSTONE_TRY(const host::KmsOrder order, read_order(context));
  if (context.arguments.has("check")) return 0;
  const host::KmsSite site{
      .files = context.files,
      .clock = context.clock,
      .random = context.environment.random,
      .ready =
          [&](const host::Endpoint& at) {
            context.report.line("ready kms " + host::print_endpoint(at));
          },
      .remark = [&](const Finding& finding) { context.report.finding(order.keyring, finding); },
  };
  TOUCHSTONE_TRY_VOID(host::run_kms(order, site));
  return 0;
}

}  // namespace

Command kms_command() {
  return {.name = "kms",
          .purpose = "serve the keys of a keyring to gateways over Diameter",
          .teaching =
              "Reads diameter_server.conf and keyring.csv, prints \"ready kms ADDRESS:PORT\" and\n"
              "stays in the foreground. Without a good keyring nothing listens. SIGHUP reads the\n"
              "keyring again, and a bad one changes nothing; SIGTERM says goodbye to the gateways\n"
              "and stops. The log has a line a request and never a key.",
          .example =
              "kms --config diameter_server.conf --keyring keyring.csv\n"
              "kms --root /srv/onramp --control /run/ulp-kms/control --audit /var/log/kms.audit",
          .options = options,
          .exit_codes = exit_codes,
          .handler = kms};
}

}  // namespace touchstone::commands
