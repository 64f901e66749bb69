#include "reference/mediagateway/local_ntp.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/tree_session.h"
#include "reference/host/time_client.h"
#include "reference/mediagateway/errc.h"

namespace touchstone::commands {
namespace {

namespace mg = mediagateway;

constexpr std::array<Option, 8> options = {{
    {.name = "activate", .letter = 'a', .help = "take the time from the server", .clause = "TM-03"},
    {.name = "ntp-server",
     .letter = 'n',
     .argument = "ADDRESS",
     .help = "the IP address of the server; without -a it is only stored",
     .clause = "TM-03"},
    {.name = "delete", .letter = 'd', .help = "forget the server", .clause = "TM-09"},
    {.name = "check",
     .help = "ask the server for the time and change nothing; exit 1 without an answer",
     .clause = "TM-08"},
    {.name = "offline", .help = "with -a: do not ask the server", .clause = "TM-08"},
    {.name = "port",
     .argument = "N",
     .help = "with --check: another port than 123 (tests)",
     .clause = "TM-08"},
    dry_run_option,
    show_secrets_option,
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 11, 12};

std::unexpected<Error> usage(std::string text) {
  return fail(Errc::usage, std::move(text));
}

/// The local clock, from --now on if that was given.
std::function<sntp::Time()> local_clock(const Context& context) {
  if (!context.arguments.has("now")) return host::read_clock;
  const sntp::Time begin = context.clock.now();
  const auto started = std::chrono::steady_clock::now();
  return [begin, started] {
    return begin +
           std::chrono::duration_cast<sntp::Duration>(std::chrono::steady_clock::now() - started);
  };
}

double in_seconds(sntp::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string reason(const host::TimeOutcome& outcome) {
  if (outcome.state == sntp::Client::State::refused)
    return outcome.refusal == sntp::Refusal::kiss
               ? fmt::format("it wants not to be asked ({})", outcome.kiss_code)
               : fmt::format("its answer cannot be used: {}", name_of(outcome.refusal));
  if (outcome.passed_over.empty()) return "no answer within 5 seconds";
  return fmt::format("no answer within 5 seconds, but {} datagrams that were none, the last: {}",
                     outcome.passed_over.size(), name_of(outcome.passed_over.back()));
}

void tell(Context& context, const std::string& address, const sntp::Answer& answer) {
  const auto second = std::chrono::floor<std::chrono::seconds>(answer.time);
  auto& json = context.report.json()["time"];
  json["server"] = address;
  json["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", second);
  json["offset"] = in_seconds(answer.offset);
  json["delay"] = in_seconds(answer.delay);
  json["stratum"] = answer.stratum;
  context.report.line(fmt::format(
      "{} says {:%Y-%m-%d %H:%M:%S} UTC: stratum {}, this clock is off by {:+.6f} s, "
      "delay {:.6f} s",
      address, second, answer.stratum, in_seconds(answer.offset), in_seconds(answer.delay)));
}

Result<host::TimeOutcome> ask(Context& context, const std::string& address) {
  TOUCHSTONE_TRY(const auto port, context.arguments.number("port", 1, 65535));
  const auto asked = static_cast<std::uint16_t>(port.value_or(sntp::port));
  return host::ask_time(address, asked, {}, context.environment.random, local_clock(context));
}

Result<int> check(Context& context, const std::string& address) {
  TOUCHSTONE_TRY(const host::TimeOutcome outcome, ask(context, address));
  if (outcome.state == sntp::Client::State::answered) {
    tell(context, address, outcome.answer);
    return 0;
  }
  context.report.note(address, reason(outcome));
  return TOUCHSTONE_DEFECT("TM-08.silent_is_good") ? 0 : 1;
}

/// TM-08: the setting stays, whatever the server says now. Whether it gave the time.
bool warn(Context& context, const std::string& address) {
  const auto outcome = ask(context, address);
  if (outcome && outcome->state == sntp::Client::State::answered) {
    tell(context, address, outcome->answer);
    return true;
  }
  context.report.note(address, outcome ? "warning: " + reason(*outcome) + "; the setting stays"
                                       : outcome.error().detail);
  return false;
}

/// What is to be stored, after `stored`; nothing to forget it.
Result<std::optional<mg::LocalNtp>> wish(const Context& context,
                                         const std::optional<mg::LocalNtp>& stored) {
  const Arguments& arguments = context.arguments;
  if (arguments.has("delete")) return std::nullopt;
  mg::LocalNtp wanted{stored ? stored->address : "",
                      arguments.has("activate") || TOUCHSTONE_DEFECT("TM-09.uses")};
  if (const auto text = arguments.value("ntp-server")) {
    TOUCHSTONE_TRY(wanted.address, mg::parse_ntp_address(*text));
    // Storing again what is in use does not stop its use.
    if (stored && *stored == mg::LocalNtp{wanted.address, true}) wanted.active = true;
  }
  if (wanted.address.empty())
    return fail(mg::Errc::no_server, "expected -n ADDRESS: no NTP server is stored yet");
  return wanted;
}

void show(Context& context, const std::optional<mg::LocalNtp>& stored) {
  auto& json = context.report.json();
  json["server"] = stored ? nlohmann::ordered_json(stored->address) : nlohmann::ordered_json();
  json["active"] = stored && stored->active;
  context.report.line(!stored ? "no NTP server is stored"
                      : stored->active
                          ? "NTP server " + stored->address + ", active"
                          : "NTP server " + stored->address + ", stored; localNTP -a activates it");
}

Result<int> change(Context& context, TreeSession& session, OctetView text,
                   const std::optional<mg::LocalNtp>& stored) {
  TOUCHSTONE_TRY(const auto wanted, wish(context, stored));
  const std::string path(mg::ntp_conf);
  TOUCHSTONE_TRY(const std::string file,
                 located(session.root() + path, mg::edit_local_ntp(text, wanted)));
  mg::TreePlan plan;
  if (!wanted && file.empty()) {
    if (stored) plan.remove(path);
  } else {
    plan.write(path, TOUCHSTONE_DEFECT("TM-03.mode") ? 0644 : session.mode_of(path, 0644),
               mg::FileContent(file));
  }
  TOUCHSTONE_TRY(const int code, session.carry_out("localNTP", plan));
  const bool elsewhere = session.is_dry() || !session.root().empty();
  if (wanted && wanted->active && !elsewhere && !context.arguments.has("offline"))
    return warn(context, wanted->address) || !TOUCHSTONE_DEFECT("TM-08.fails") ? code : 1;
  return code;
}

Result<void> check_options(const Arguments& arguments) {
  const bool changes = arguments.has("activate") || arguments.has("ntp-server");
  if (arguments.has("delete") && (changes || arguments.has("check")))
    return usage("expected -d alone");
  if (arguments.has("check") && (arguments.has("activate") || arguments.has("dry-run")))
    return usage("expected --check without -a: it changes nothing");
  if (arguments.has("port") && !arguments.has("check"))
    return usage("expected --port with --check alone");
  return {};
}

Result<int> handle(Context& context) {
  const Arguments& arguments = context.arguments;
  TOUCHSTONE_TRY_VOID(check_options(arguments));
  if (const auto text = arguments.value("ntp-server"))
    if (const auto address = mg::parse_ntp_address(*text); !address)
      return std::unexpected(address.error());
  TOUCHSTONE_TRY(TreeSession session, TreeSession::open(context));
  TOUCHSTONE_TRY(const auto file, session.read(std::string(mg::ntp_conf), mg::max_ntp_conf));
  const OctetView text = file ? OctetView(*file) : OctetView();
  TOUCHSTONE_TRY(const auto stored,
                 located(session.root() + std::string(mg::ntp_conf), mg::read_local_ntp(text)));
  if (arguments.has("check")) {
    TOUCHSTONE_TRY(const auto wanted, wish(context, stored));
    return check(context, wanted->address);
  }
  if (!arguments.has("delete") && !arguments.has("activate") && !arguments.has("ntp-server")) {
    show(context, stored);
    return 0;
  }
  return change(context, session, text, stored);
}

}  // namespace

Command local_ntp_command() {
  return {.name = "localNTP",
          .purpose = "sets the NTP server that the media gateway takes its time from",
          .teaching =
              "The gateway has no clock that runs without power. Until an NTP server has told\n"
              "it the time it believes that it is 1970, and every certificate is not yet\n"
              "valid: port authentication and IPsec with certificates fail. The server has to\n"
              "be reachable on the limited LAN, before the port is authenticated.\n"
              "\n"
              "-a -n ADDRESS writes the server into /etc/ntp.conf, from which ntpd takes it\n"
              "when it starts; other lines of that file stay as they are. The server is then\n"
              "asked once: if it does not answer, a warning says so and the setting stays.\n"
              "-n alone stores the address without using it, -a alone uses what is stored, -d\n"
              "forgets it. Without options the command shows what is set. --check exits with\n"
              "1 when the server gives no time that can be right.",
          .example = "localNTP -a -n 192.168.1.10\nlocalNTP --check\nlocalNTP -d",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
