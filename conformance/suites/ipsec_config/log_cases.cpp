// What racoon writes to syslog: read, printed, and held against what was configured: SL-01 to
// SL-08.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/oracle/ipsec/syslog.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using generators::draw_below;
using generators::draw_bool;
using oracle::ipsec::LogMessage;
using oracle::ipsec::print_message;
using oracle::ipsec::read_syslog;

/// 003 §6.1.7, its lines broken where the document breaks them.
constexpr std::string_view sample =
    "May  5 06:05:39 localhost racoon: INFO: ISAKMP-SA established \n"
    "10.105.68.54[500]-10.105.68.60[500] spi:ef50162240d3ea63:3a19910510ef8700\n\n"
    "May  5 06:05:40 localhost racoon: INFO: initiate new phase 2 negotiation: \n"
    "10.105.68.54[0]<=>10.105.68.60[0]\n\n"
    "May  5 06:05:40 localhost racoon: INFO: IPsec-SA established: ESP/Transport \n"
    "10.105.68.60[0]->10.105.68.54[0] spi=227461701(0xd8eca45)\n\n"
    "May  5 06:05:40 localhost racoon: INFO: IPsec-SA established: ESP/Transport \n"
    "10.105.68.54[0]->10.105.68.60[0] spi=139048678(0x849b6e6)\n";

constexpr const char* self = "10.105.68.54";
constexpr const char* peer = "10.105.68.60";

LogMessage message(const char* kind, int second) {
  return {{"month", 5},          {"day", 5},        {"seconds", 21900 + second},
          {"host", "localhost"}, {"level", "INFO"}, {"kind", kind}};
}

LogMessage isakmp() {
  LogMessage made = message("isakmp", 39);
  made["self"] = fmt::format("{}[500]", self);
  made["peer"] = fmt::format("{}[500]", peer);
  made["cookies"] = "ef50162240d3ea63:3a19910510ef8700";
  return made;
}

LogMessage begun(bool initiates = true) {
  LogMessage made = message(initiates ? "initiate" : "respond", 40);
  made["self"] = fmt::format("{}[0]", self);
  made["peer"] = fmt::format("{}[0]", peer);
  return made;
}

LogMessage ipsec(bool out, const char* mode = "transport", const char* protocol = "ESP") {
  LogMessage made = message("ipsec", 40);
  made["protocol"] = protocol;
  made["mode"] = mode;
  made["from"] = fmt::format("{}[0]", out ? self : peer);
  made["to"] = fmt::format("{}[0]", out ? peer : self);
  made["spi"] = out ? 139048678 : 227461701;
  return made;
}

std::string print(const std::vector<LogMessage>& messages) {
  std::string text;
  for (const LogMessage& one : messages)
    text += print_message(one) + "\n";
  return text;
}

/// The implementation reads a log as the oracle does.
void expect_read(CaseContext& ctx, std::string_view requirement, const std::string& text) {
  ctx.counterexample("log", as_octets(text));
  const auto wanted = read_syslog(text);
  const Response response = ctx.call("racoon_log.decode", {{"octets_b64", base64(text)}});
  ctx.expect_accepted(response, requirement);
  Json messages = response.obs.value("lines", Json::array());
  Json broken = Json::array();
  for (const Json& finding : response.obs.value("findings", Json::array()))
    broken.push_back(finding.value("line", 0));
  ctx.expect_equal(requirement, "broken lines", Json(wanted.broken), broken);
  ctx.expect_equal(requirement, "messages", wanted.messages.size(), messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const bool whole =
        std::ranges::count(wanted.broken, wanted.messages[i].at("line").get<std::uint64_t>()) == 0;
    if (whole) ctx.expect_equal(requirement, "message", wanted.messages[i], messages[i]);
  }
}

void check_sample(CaseContext& ctx) {
  expect_read(ctx, "SL-08", std::string(sample));
  std::string crlf;
  for (const char c : sample)
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  expect_read(ctx, "SL-08", crlf);
  const std::string other = "May  5 06:05:39 localhost sshd[7]: INFO: IPsec-SA established: no\n";
  expect_read(ctx, "SL-08", other + " of sshd\n" + std::string(sample) + other);
  expect_read(ctx, "SL-08", std::string(sample.substr(0, sample.size() / 2)));
}

/// Each of the forms, whole and broken.
void check_forms(CaseContext& ctx) {
  const std::string whole = print({isakmp(), begun(), begun(false), ipsec(false), ipsec(true)});
  expect_read(ctx, "SL-01", whole);
  const auto broken = [&](std::string_view requirement, std::string_view part,
                          std::string_view by) {
    std::string text = whole;
    text.replace(text.find(part), part.size(), by);
    expect_read(ctx, requirement, text);
  };
  broken("SL-01", "spi:ef50162240d3ea63", "spi:ef50162240d3ea6");
  broken("SL-01", "[500]-", "-");
  broken("SL-01", "10.105.68.54[500]", "10.105.68[500]");
  broken("SL-01", "spi:ef50162240d3ea63:", "spi:ef50162240d3ea63");
  broken("SL-02", "<=>", "<->");
  broken("SL-02", "[0]<=>", "<=>");
  broken("SL-03", "ESP/Transport", "ESP-Transport");
  broken("SL-03", "ESP/Transport", "ESP/Both");
  broken("SL-03", "[0]->", "[0]-");
}

void check_spi(CaseContext& ctx) {
  const std::string whole = print({ipsec(true)});
  expect_read(ctx, "SL-04", whole);
  for (const char* spi : {"139048678(0x849b6e7)", "139048678(849b6e6)", "139048678", "(0x849b6e6)",
                          "4294967296(0x100000000)", "139048678(0x849b6e6"}) {
    std::string text = whole;
    text.replace(text.find("139048678"), std::string::npos, spi);
    expect_read(ctx, "SL-04", text + "\n");
  }
}

/// What is printed is what racoon prints: an SPI without zeros in front, a day with a blank.
void check_printer(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "printed", {},
      [] {
        LogMessage one = isakmp();
        if (draw_bool()) one = begun(draw_bool());
        if (draw_bool()) one = ipsec(draw_bool(), draw_bool() ? "tunnel" : "transport");
        if (one.contains("spi")) one["spi"] = 256 + draw_below(draw_bool() ? 0xFFFFU : 0xFFFFFF00U);
        one["month"] = 1 + draw_below(12);
        one["day"] = 1 + draw_below(28);
        one["seconds"] = draw_below(86400);
        return Drawn{one.at("kind"), print_message(one) + "\n", one.dump(), 0};
      },
      [](CaseContext& at, const Drawn& drawn) {
        const Response response =
            at.call("racoon_log.encode", {{"lines", Json::array({Json::parse(drawn.more)})}});
        at.expect_accepted(response, "SL-05");
        at.expect_octets("SL-05", "the line", as_octets(drawn.file),
                         as_octets(response.obs.value("text", "")));
        expect_read(at, "SL-05", drawn.file);
      });
}

void expect_judged(CaseContext& ctx, std::string_view requirement,
                   const std::vector<LogMessage>& messages, const char* code,
                   const char* mode = "transport") {
  const std::string text = print(messages);
  ctx.counterexample("log", as_octets(text));
  const Response response = ctx.call("racoon_log.judge", {{"octets_b64", base64(text)},
                                                          {"self", self},
                                                          {"peer", peer},
                                                          {"protocol", "ESP"},
                                                          {"mode", mode}});
  if (*code == 0) return ctx.expect_accepted(response, requirement);
  ctx.expect_rejected(response, requirement);
  ctx.expect_finding(response, requirement, code);
}

void check_order(CaseContext& ctx) {
  const auto in = ipsec(false);
  const auto out = ipsec(true);
  expect_judged(ctx, "SL-06", {isakmp(), begun(), in, out}, "");
  expect_judged(ctx, "SL-06", {isakmp(), begun(false), out, in}, "");
  expect_judged(ctx, "SL-06", {isakmp(), begun(), in, out, isakmp(), begun(), out, in}, "");
  expect_judged(ctx, "SL-06", {begun(), in, out}, "ML-LOGMISSING");
  expect_judged(ctx, "SL-06", {isakmp(), in, out}, "ML-LOGMISSING");
  expect_judged(ctx, "SL-06", {isakmp(), begun()}, "ML-LOGMISSING");
  expect_judged(ctx, "SL-06", {isakmp(), begun(), in, out, isakmp()}, "ML-LOGMISSING");
  expect_judged(ctx, "SL-06", {begun(), isakmp(), in, out}, "ML-LOGORDER");
  expect_judged(ctx, "SL-06", {isakmp(), in, begun(), out}, "ML-LOGORDER");
  expect_judged(ctx, "SL-06", {isakmp(), begun(), in}, "ML-LOGDIRECTION");
  expect_judged(ctx, "SL-06", {isakmp(), begun(), out, out}, "ML-LOGDIRECTION");
}

void check_logged_mode(CaseContext& ctx) {
  const auto with = [](const char* mode, const char* protocol) {
    return std::vector<LogMessage>{isakmp(), begun(), ipsec(false, mode, protocol),
                                   ipsec(true, mode, protocol)};
  };
  expect_judged(ctx, "SL-06", with("tunnel", "ESP"), "ML-LOGMODE");
  expect_judged(ctx, "SL-06", with("tunnel", "ESP"), "", "tunnel");
  expect_judged(ctx, "SL-06", with("transport", "AH"), "ML-LOGMODE");
  expect_judged(ctx, "SL-06", with("transport", "ESP"), "ML-LOGMODE", "tunnel");
  auto elsewhere = with("transport", "ESP");
  elsewhere[0]["peer"] = "10.105.68.61[500]";
  expect_judged(ctx, "SL-06", elsewhere, "ML-LOGMISSING");
}

/// SL-07: what racoon told as an error stands in the place of what is missing.
void check_errors(CaseContext& ctx) {
  LogMessage fault = message("other", 50);
  fault["level"] = "ERROR";
  fault["text"] = "phase1 negotiation failed due to time up.";
  const std::string text = print({fault});
  const Response response = ctx.call("racoon_log.judge", {{"octets_b64", base64(text)},
                                                          {"self", self},
                                                          {"peer", peer},
                                                          {"protocol", "ESP"},
                                                          {"mode", "transport"}});
  ctx.expect_rejected(response, "SL-07");
  ctx.expect_finding(response, "SL-07", "ML-LOGMISSING");
  if (!response.obs.contains("findings")) return;
  ctx.expect_equal("SL-07", "line of the error", 1,
                   response.obs.at("findings").at(0).value("line", 0));
}

}  // namespace

void add_log_cases(harness::Registry& registry) {
  add_case(registry, "SL-08.ReadsTheSample", {"SL-08"}, {"racoon_log.decode"},
           "Lines that a document has broken are read as one", check_sample);
  add_case(registry, "SL-01.ReadsEachMessage", {"SL-01", "SL-02", "SL-03"}, {"racoon_log.decode"},
           "The messages of a negotiation are read, and told where they are not whole",
           check_forms);
  add_case(registry, "SL-04.ComparesTheSpi", {"SL-04"}, {"racoon_log.decode"},
           "An SPI is the same in decimal and in hexadecimal", check_spi);
  add_case(registry, "SL-05.PrintsAsRacoonDoes", {"SL-05"},
           {"racoon_log.encode", "racoon_log.decode"}, "Lines are printed as racoon prints them",
           check_printer);
  add_case(registry, "SL-06.LooksAtTheOrder", {"SL-06"}, {"racoon_log.judge"},
           "A negotiation that works has four messages in their order", check_order);
  add_case(registry, "SL-06.LooksAtTheMode", {"SL-06"}, {"racoon_log.judge"},
           "Protocol, mode and addresses are those that are configured", check_logged_mode);
  add_case(registry, "SL-07.NamesTheError", {"SL-07"}, {"racoon_log.judge"},
           "An error of racoon is named where a message is missing", check_errors);
}

}  // namespace touchstone::conformance::suites::ipsec_config
