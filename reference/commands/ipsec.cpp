#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/ipsec_session.h"

namespace touchstone::commands {
namespace {

constexpr std::array options = std::to_array<Option>({
    {.name = "create",
     .help = "make a configuration; it is active after a reboot",
     .clause = "IC-01"},
    {.name = "remove",
     .help = "take a configuration away; an active one is stopped",
     .clause = "IC-04"},
    {.name = "start",
     .help = "bring a configuration up now, also beside --create; all without --name",
     .clause = "IC-03"},
    {.name = "stop",
     .help = "take it down until the next boot; all without --name",
     .clause = "IC-05"},
    {.name = "list", .help = "print the configurations", .clause = "IC-12"},
    {.name = "status",
     .help = "print what racoon has negotiated; exit 1 where traffic is not protected",
     .clause = "IC-12"},
    {.name = "install-certs",
     .help = "install three PEM files, also beside --create",
     .clause = "CE-02"},
    {.name = "name",
     .argument = "NICKNAME",
     .help = "letters and digits, at most 32",
     .clause = "IC-02"},
    {.name = "src-address",
     .argument = "ADDR",
     .help = "of the gateway; that of eth0 without it",
     .clause = "MO-03"},
    {.name = "dst-address", .argument = "ADDR", .help = "of the peer", .clause = "MO-04"},
    {.name = "dst-network",
     .argument = "CIDR",
     .help = "behind the peer; asks for tunnel mode",
     .clause = "MO-07"},
    {.name = "src-port", .argument = "PORT", .help = "protect this port alone", .clause = "MO-05"},
    {.name = "dst-port",
     .argument = "PORT",
     .help = "protect this port of the peer alone",
     .clause = "MO-05"},
    {.name = "ip-proto",
     .argument = "IPPROT",
     .help = "number or name of /etc/protocols; all without it",
     .clause = "MO-06"},
    {.name = "media-address",
     .argument = "ADDR",
     .help = "of ours, whose traffic passes a tunnel by in clear; that of eth1 without it",
     .clause = "MO-13"},
    {.name = "media-ports",
     .argument = "LOW-HIGH",
     .help = "UDP ports of ours that pass in clear, at most 1024",
     .clause = "MO-13"},
    {.name = "src-preshared-key",
     .argument = "KEY",
     .help = "row of psk.txt for the gateway",
     .clause = "PK-01"},
    {.name = "dst-preshared-key",
     .argument = "KEY",
     .help = "row of psk.txt for the peer, which IKE uses",
     .clause = "PK-01"},
    {.name = "src-preshared-key-file",
     .argument = "FILE",
     .help = "the same from a file, or - for standard input",
     .clause = "PK-09"},
    {.name = "dst-preshared-key-file",
     .argument = "FILE",
     .help = "the same from a file, or - for standard input: no trace in a history",
     .clause = "PK-09"},
    {.name = "ca-cert-file",
     .argument = "FILE",
     .help = "PEM of the CA that the peer's leads to",
     .clause = "CE-02"},
    {.name = "cert-file-public",
     .argument = "FILE",
     .help = "PEM of the gateway's certificate",
     .clause = "CE-02"},
    {.name = "cert-file-private",
     .argument = "FILE",
     .help = "PEM of its private key",
     .clause = "CE-02"},
    {.name = "allow-weak", .help = "take an RSA key under 2048 bits", .clause = "PA-17"},
    {.name = "proto", .argument = "NAME", .help = "esp (default) or ah", .clause = "MO-20"},
    {.name = "profile",
     .argument = "NAME",
     .help = "legacy (default): AES-128, SHA-1, group 2; modern: AES-256, SHA-256, group 14",
     .clause = "MO-12"},
    {.name = "i-know", .help = "a network with prefix 0 is meant", .clause = "MO-19"},
    {.name = "confirm",
     .argument = "SECONDS",
     .help = "beside --start: stop again unless yes is typed in time",
     .clause = "OR-04"},
    {.name = "dry-run",
     .help = "print a shell script that does the same, and touch nothing",
     .clause = "IC-07"},
    {.name = "show-secrets", .help = "beside --dry-run: with the keys in it", .clause = "IC-07"},
    {.name = "programs",
     .argument = "DIR",
     .help =
         "run setkey, racoon and racoonctl of this folder; with --root nothing is run without it",
     .clause = "IC-07"},
});

constexpr std::array exit_codes = {1, 2, 3, 6, 7, 8, 9, 10, 11, 12};

constexpr std::array<std::string_view, 7> actions = {"create", "remove", "start",        "stop",
                                                     "list",   "status", "install-certs"};
constexpr std::array<std::string_view, 3> everywhere = {"dry-run", "show-secrets", "programs"};

/// The options that one action takes besides `everywhere`.
bool takes(std::string_view action, std::string_view option) {
  const auto in = [&](std::initializer_list<std::string_view> list) {
    return std::ranges::find(list, option) != list.end();
  };
  if (action == "create")
    return in({"name", "src-address", "dst-address", "dst-network", "src-port", "dst-port",
               "ip-proto", "media-address", "media-ports", "src-preshared-key", "dst-preshared-key",
               "src-preshared-key-file", "dst-preshared-key-file", "proto", "profile", "i-know"});
  if (action == "install-certs")
    return in({"ca-cert-file", "cert-file-public", "cert-file-private", "allow-weak"});
  if (action == "start") return in({"name", "confirm"});
  return in({"name"});
}

/// --create goes with --start and --install-certs; every other action stands alone (IC-09).
Result<void> check_actions(const Arguments& arguments) {
  std::vector<std::string_view> given;
  for (const std::string_view action : actions)
    if (arguments.has(action)) given.push_back(action);
  if (given.empty())
    return fail(Errc::usage,
                "expected --create, --remove, --start, --stop, --list, --status or "
                "--install-certs");
  const bool creates = arguments.has("create");
  for (const std::string_view action : given)
    if (given.size() > 1 && !TOUCHSTONE_DEFECT("IC-09.two_actions") &&
        !(creates && (action == "create" || action == "start" || action == "install-certs")))
      return fail(Errc::usage, "expected one action");
  for (const Option& option : options) {
    const bool known = std::ranges::find(actions, option.name) != actions.end() ||
                       std::ranges::find(everywhere, option.name) != everywhere.end();
    const bool taken = std::ranges::any_of(
        given, [&](std::string_view action) { return takes(action, option.name); });
    if (arguments.has(option.name) && !known && !taken)
      return located("--" + std::string(option.name),
                     Result<void>(fail(Errc::usage, "this action does not take it")));
  }
  return {};
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY_VOID(check_actions(context.arguments));
  TOUCHSTONE_TRY_VOID(context.arguments.number("confirm", 1, 3600));
  IpsecSession session(context);
  if (context.arguments.has("list")) return session.list();
  if (context.arguments.has("status")) return session.status();
  return session.run();
}

}  // namespace

Command ipsec_command() {
  return {
      .name = "ipsec",
      .purpose = "sets up IPsec between the media gateway and a peer",
      .teaching =
          "A configuration protects the traffic with one peer: in transport mode that with\n"
          "--dst-address itself; with --dst-network in tunnel mode that with the network\n"
          "behind it. A key (--dst-preshared-key) or certificates (--install-certs, or those\n"
          "that are installed) say who the peer is; it must have the same key or CA, the same\n"
          "algorithms, and the mirrored policy. Nothing is negotiated before a packet matches.\n"
          "Try transport mode first: with a tunnel that fails nobody logs in any more, so use\n"
          "--start --confirm=60. --dry-run prints every file and setkey line as a script.\n"
          "Life times and algorithms are changed by hand in /etc/racoon/<peer>.conf. Changed\n"
          "something? Tell who is responsible for telephony, then reboot the gateway.",
      .example =
          "ipsec --create --name=head --dst-address=192.168.1.200 \\\n"
          "      --dst-preshared-key-file=key.txt --dry-run\n"
          "ipsec --create --name=head --dst-address=192.168.1.200 \\\n"
          "      --dst-network=192.168.2.0/24 --dst-preshared-key-file=- --start --confirm=60\n"
          "ipsec --install-certs --ca-cert-file=ca.pem --cert-file-public=mgu.pem \\\n"
          "      --cert-file-private=mgu_key.pem\n"
          "ipsec --status --name=head",
      .options = options,
      .exit_codes = exit_codes,
      .handler = handle};
}

}  // namespace touchstone::commands
