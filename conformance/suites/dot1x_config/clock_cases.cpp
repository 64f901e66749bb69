// A gateway whose clock was never set, and where to look when the port is not authenticated.

#include <fmt/format.h>

#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/tree.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

constexpr const char* boot = "1970-01-01 00:05:00";
constexpr const char* today = "2026-11-28 12:00:00";

constexpr std::string_view open_port =
    "wpa_state=COMPLETED\nSupplicant PAE state=AUTHENTICATED\nsuppPortStatus=Authorized\n"
    "EAP state=SUCCESS\nselectedMethod=13 (EAP-TLS)\n";
constexpr std::string_view deaf_port =
    "wpa_state=ASSOCIATED\nSupplicant PAE state=HELD\nsuppPortStatus=Unauthorized\n"
    "EAP state=FAILURE\n";

/// The verdicts of mgu_doctor, by the name of the check and in its order.
using Verdicts = std::vector<std::pair<std::string, std::string>>;

std::string verdict_of(const Verdicts& verdicts, const char* check) {
  for (const auto& [name, verdict] : verdicts)
    if (name == check) return verdict;
  return "none";
}

Verdicts examine(CaseContext& ctx, const char* what, const char* now, std::string_view requirement,
                 int exit, std::string_view status = open_port) {
  ctx.sandbox().write("status.txt", status, 0644);
  Json args = {
      {"what", what}, {"root", ctx.sandbox().folder().string()}, {"now", now}, {"json", true}};
  if (what == std::string_view("8021x")) args["status"] = "status.txt";
  const Response response = ctx.call("cmd.mgu_doctor", args);
  if (exit >= 0) ctx.expect_exit(response, requirement, {exit});
  const Json report = Json::parse(response.obs.value("stdout", ""), nullptr, false);
  Verdicts verdicts;
  if (!report.is_object()) return verdicts;
  for (const Json& check : report.value("checks", Json::array()))
    verdicts.emplace_back(check.value("check", ""), check.value("verdict", ""));
  return verdicts;
}

/// A gateway that is set up, and whose time comes from a server.
void make_gateway(CaseContext& ctx, std::string_view requirement, const char* now) {
  ctx.start_afresh();
  PortSetup setup;
  setup.now = now;
  ctx.expect_accepted(set_up(ctx, setup), requirement);
  ctx.expect_accepted(
      local_ntp(ctx, {{"activate", true}, {"ntp-server", "192.168.1.10"}, {"offline", true}}),
      requirement);
}

/// Four questions in the order of 003 §5.4.1; each is answered with no once.
void check_doctor(CaseContext& ctx) {
  const auto expect = [&](const char* bad, const Verdicts& verdicts) {
    Json names = Json::array();
    for (const auto& [name, verdict] : verdicts) {
      names.push_back(name);
      ctx.expect((verdict == "BAD") == (name == bad), "ST-06",
                 fmt::format("BAD for {} alone", *bad == 0 ? "nothing" : bad),
                 fmt::format("{} is {}", name, verdict));
    }
    ctx.expect_equal("ST-06", "checks", Json::array({"radius", "certificates", "key", "clock"}),
                     names);
  };
  make_gateway(ctx, "ST-06", today);
  expect("", examine(ctx, "8021x", today, "ST-06", 0));
  expect("radius", examine(ctx, "8021x", today, "ST-06", 1, deaf_port));
  ctx.sandbox().write("etc/wpa_cert/privateKey.pem", pki("stranger_key"));
  expect("key", examine(ctx, "8021x", today, "ST-06", 1));
  make_gateway(ctx, "ST-06", today);
  ctx.sandbox().remove("etc/wpa_cert/cacert.pem");
  expect("certificates", examine(ctx, "8021x", today, "ST-06", 1));
  make_gateway(ctx, "ST-06", today);
  expect("clock", examine(ctx, "8021x", boot, "ST-06", 1));
}

/// At the boot value of the clock the files are installed with a warning; the doctor says why the
/// port stays closed, and is content once the time is known.
void check_boot(CaseContext& ctx) {
  PortSetup setup;
  setup.now = boot;
  const Response response = set_up(ctx, setup);
  ctx.expect_accepted(response, "TM-05");
  ctx.expect_finding(response, "TM-05", "ML-BOOTCLOCK");
  expect_conf(ctx, "TM-05", setup);
  make_gateway(ctx, "TM-05", boot);
  const auto verdict_of_clock = [&](const char* now, int exit) {
    return verdict_of(examine(ctx, "8021x", now, "TM-05", exit), "clock");
  };
  ctx.expect_equal("TM-05", "clock at its boot value", "BAD", verdict_of_clock(boot, 1));
  ctx.expect_equal("TM-05", "clock set by NTP", "good", verdict_of_clock(today, 0));
  ctx.expect_equal("TM-05", "clock after the end", "BAD",
                   verdict_of_clock("2051-01-01 00:00:00", 1));
}

/// IPsec with certificates needs the time as well.
void check_ipsec(CaseContext& ctx) {
  make_machine(ctx);
  const auto any = -1;  // what else is wrong with a gateway without IPsec is not asked here
  ctx.expect_equal("TM-06", "clock at its boot value", "BAD",
                   verdict_of(examine(ctx, "ipsec", boot, "TM-06", any), "clock"));
  ctx.expect_equal("TM-06", "clock set by NTP", "good",
                   verdict_of(examine(ctx, "ipsec", today, "TM-06", any), "clock"));
}

}  // namespace

void add_clock_cases(harness::Registry& registry) {
  const std::vector<std::string> needs = {"cmd.net8021x", "cmd.localNTP", "cmd.mgu_doctor",
                                          "localNTP.extended", "clock.fixed"};
  add_case(registry, "ST-06.AsksFourQuestions", {"ST-06"}, needs,
           "Four things are looked at in the order of the document", check_doctor);
  add_case(registry, "TM-06.TellsThatIpsecNeedsTheTime", {"TM-06"},
           {"cmd.mgu_doctor", "clock.fixed"}, "A clock at its boot value is told for IPsec too",
           check_ipsec);
  add_case(registry, "TM-05.WaitsForTheClock", {"TM-05"}, needs,
           "Before NTP no certificate is valid, and after it each is", check_boot);
}

}  // namespace touchstone::conformance::suites::dot1x_config
