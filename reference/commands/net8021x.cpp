#include "reference/mediagateway/net8021x.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/tree_session.h"

namespace touchstone::commands {
namespace {

namespace mg = mediagateway;

constexpr std::size_t max_given = 64 * 1024 + 1;  // one more than is taken, so that it is told
constexpr std::size_t max_conf = 1 << 20;

constexpr std::array<Option, 14> options = {{
    {.name = "client-cert",
     .letter = 'l',
     .argument = "FILE",
     .help = "the certificate of this gateway, PEM (required without -d)",
     .clause = "PA-06"},
    {.name = "ca-cert",
     .letter = 'c',
     .argument = "FILE",
     .help = "the certificate of the root that the server's leads to, PEM (required without -d)",
     .clause = "PA-06"},
    {.name = "identity",
     .letter = 'i',
     .argument = "NAME",
     .help = "what the gateway calls itself, such as test@test.se (required without -d)",
     .clause = "PA-06"},
    {.name = "private-key",
     .letter = 'p',
     .argument = "FILE",
     .help = "the private key of the certificate, PEM (required without -d)",
     .clause = "PA-06"},
    {.name = "activate",
     .letter = 'a',
     .help = "authenticate the port from the next start of the gateway on",
     .clause = "PA-10"},
    {.name = "deactivate",
     .letter = 'd',
     .help = "alone: take -a back; the files stay",
     .clause = "PA-16"},
    {.name = "key-password-file",
     .letter = 'w',
     .argument = "FILE",
     .help = "its first line is the password of an encrypted key",
     .clause = "PA-15"},
    {.name = "server-name",
     .argument = "NAME",
     .help = "believe a server with this DNS name in its certificate alone",
     .clause = "WS-04"},
    {.name = "interface", .argument = "NAME", .help = "another one than eth0", .clause = "WS-03"},
    {.name = "profile",
     .argument = "NAME",
     .help = "legacy (default) or modern: RSA keys under 2048 bits are refused",
     .clause = "PA-17"},
    {.name = "allow-weak",
     .help = "with --profile modern: warn of such keys only",
     .clause = "PA-17"},
    {.name = "force",
     .help = "replace a wpa_supplicant.conf that was made for something else",
     .clause = "PA-12"},
    dry_run_option,
    show_secrets_option,
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 7, 9, 11, 12};

Result<bool> is_modern(const Arguments& arguments) {
  const std::string name = arguments.value("profile").value_or("legacy");
  if (name == "legacy" || name == "modern") return name == "modern";
  return located("--profile", Result<bool>(fail(Errc::usage, "expected legacy or modern")));
}

Result<mg::GivenFile> read_file(Context& context, TreeSession& session, std::string_view option,
                                std::string letter) {
  TOUCHSTONE_TRY(TreeSession::Given given,
                 session.read_given(context.arguments.required(option), max_given));
  return mg::GivenFile{std::move(letter), std::move(given.name), std::move(given.octets)};
}

Result<mg::Net8021xRequest> request_of(Context& context, TreeSession& session) {
  const Arguments& arguments = context.arguments;
  mg::Net8021xRequest request;
  TOUCHSTONE_TRY(request.modern, is_modern(arguments));
  TOUCHSTONE_TRY(request.client_cert, read_file(context, session, "client-cert", "-l"));
  TOUCHSTONE_TRY(request.ca_cert, read_file(context, session, "ca-cert", "-c"));
  TOUCHSTONE_TRY(request.private_key, read_file(context, session, "private-key", "-p"));
  if (arguments.has("key-password-file")) {
    TOUCHSTONE_TRY(request.password, read_file(context, session, "key-password-file", "-w"));
  }
  request.identity = arguments.value("identity").value_or("gateway");
  request.server_name = arguments.value("server-name").value_or("");
  if (arguments.has("server-name") && request.server_name.empty())
    return located("--server-name", Result<mg::Net8021xRequest>(
                                        fail(Errc::usage, "expected a name that is not empty")));
  if (TOUCHSTONE_DEFECT("PA-06.name_or_password") && request.password) request.server_name = "";
  request.interface = arguments.value("interface").value_or("eth0");
  request.allow_weak = arguments.has("allow-weak");
  request.activate = arguments.has("activate");
  request.force = arguments.has("force");
  request.now = context.clock.now();
  return request;
}

Result<void> usage(std::string_view option, std::string_view expected) {
  return located(option, Result<void>(fail(Errc::usage, std::string(expected))));
}

/// What a set-up needs, and a deactivation does not take.
Result<void> check_options(const Arguments& arguments) {
  constexpr std::array<std::string_view, 3> of_any_run = {"deactivate", "dry-run", "show-secrets"};
  const bool off = arguments.has("deactivate");
  for (const Option& option : options) {
    const bool needed = option.letter != 0 && std::string_view("lcip").contains(option.letter);
    const bool made_up = TOUCHSTONE_DEFECT("PA-14.any_identity") && option.letter == 'i';
    if (!off && needed && !arguments.has(option.name) && !made_up)
      return usage(fmt::format("--{}", option.name), "expected this option, or -d alone");
    const bool of_set_up = std::ranges::find(of_any_run, option.name) == of_any_run.end();
    if (off && of_set_up && arguments.has(option.name))
      return usage(fmt::format("--{}", option.name), "expected no other option with -d");
  }
  return {};
}

Result<int> deactivate(TreeSession& session) {
  return session.carry_out("net8021x", mg::plan_net8021x_off());
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY_VOID(check_options(context.arguments));
  TOUCHSTONE_TRY(TreeSession session, TreeSession::open(context));
  if (context.arguments.has("deactivate")) return deactivate(session);
  TOUCHSTONE_TRY(const mg::Net8021xRequest request, request_of(context, session));
  TOUCHSTONE_TRY(const auto standing, session.read(std::string(mg::wpa_conf), max_conf));
  TOUCHSTONE_TRY(const mg::Net8021xPlan made, mg::plan_net8021x(request, standing));
  for (const auto& [file, finding] : made.findings)
    context.report.finding(file, finding);
  TOUCHSTONE_TRY(const int code, session.carry_out("net8021x", made.plan));
  if (!session.is_dry() && request.activate)
    context.report.line("The port is authenticated after the next start of the gateway.");
  return code;
}

}  // namespace

Command net8021x_command() {
  return {.name = "net8021x",
          .purpose = "sets up port authentication (IEEE 802.1X, EAP-TLS) of the media gateway",
          .teaching =
              "A switch with IEEE 802.1X lets the gateway into the LAN when a RADIUS server has\n"
              "believed its certificate. Needed are three PEM files and a name: the gateway's\n"
              "certificate, its private key, the certificate of the root that the server's\n"
              "certificate leads to, and the identity under which the server knows the gateway.\n"
              "Set the clock before (localNTP): at its boot value no certificate is valid yet.\n"
              "\n"
              "The files are checked, copied into /etc/wpa_cert, and named in\n"
              "/etc/wpa_supplicant.conf; the originals may then be deleted. With -a the service\n"
              "starts with the gateway: restart it; -d alone takes that back and leaves the\n"
              "files. What is replaced stays as NAME.bak. When\n"
              "anything is wrong, nothing is changed. Other methods than EAP-TLS are set up by\n"
              "hand (man wpa_supplicant); a file made for them is not replaced without --force.\n"
              "\n"
              "Afterwards `wpa_cli status | wpa_status` says whether the port is authenticated,\n"
              "and mgu_doctor 8021x where to look when it is not.",
          .example =
              "net8021x -l ./clientCert.pem -c ./cacert.pem -i test@test.se \\\n"
              "    -p ./privateKey.pem -a\nnet8021x -d",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
