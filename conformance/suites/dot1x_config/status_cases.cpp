// What `wpa_cli status` prints: read, judged, and printed.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/dot1x.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/support.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

using oracle::dot1x::PortStatus;
using oracle::dot1x::read_status;
using oracle::dot1x::StatusReading;

/// 003 §5.4.4, with the blank lines of its listing.
constexpr std::string_view sample =
    "Selected interface 'eth0'\n\nbssid=01:80:c2:00:00:03\n\nfreq=0\n\nssid=\n\nid=0\n\n"
    "mode=station\n\npairwise_cipher=NONE\n\ngroup_cipher=NONE\n\n"
    "key_mgmt=IEEE 802.1X (no WPA)\n\nwpa_state=COMPLETED\n\nip_address=10.105.68.5\n\n"
    "address=00:08:5d:79:1f:3e\n\nSupplicant PAE state=AUTHENTICATED\n\n"
    "suppPortStatus=Authorized\n\nEAP state=SUCCESS\n\nselectedMethod=13 (EAP-TLS)\n\n"
    "EAP TLS cipher=ECDHE-RSA-AES256-SHA\n";

std::string with(std::string_view part, std::string_view by) {
  std::string text(sample);
  const auto at = text.find(part);
  return at == std::string::npos ? text : text.replace(at, part.size(), by);
}

Response decode(CaseContext& ctx, const std::string& text) {
  ctx.counterexample("status", as_octets(text));
  return ctx.call("wpa_status.decode", {{"octets_b64", base64(text)}});
}

/// The implementation says of a status what the oracle says.
void expect_status(CaseContext& ctx, std::string_view requirement, const std::string& text) {
  const StatusReading wanted = read_status(text);
  const Response response = decode(ctx, text);
  ctx.expect_accepted(response, requirement);
  ctx.expect_equal(requirement, "verdict", wanted.verdict, response.obs.value("verdict", ""));
  if (wanted.verdict == "unknown") return;
  ctx.expect_equal(requirement, "interface", wanted.interface, response.obs.value("interface", ""));
  ctx.expect_equal(requirement, "lines", Json(wanted.lines), response.obs.value("lines", Json()));
  ctx.expect_equal(requirement, "wired", wanted.wired, response.obs.value("wired", Json()));
  if (wanted.weak)
    ctx.expect_finding(response, requirement, "ML-WEAKTLS");
  else
    ctx.expect_no_finding(response, requirement, "ML-WEAKTLS");
}

void check_sample(CaseContext& ctx) {
  expect_status(ctx, "ST-02", std::string(sample));
  const Response response = decode(ctx, std::string(sample));
  ctx.expect_equal("ST-02", "verdict", "authenticated", response.obs.value("verdict", ""));
  const Json lines = response.obs.value("lines", Json::array());
  ctx.expect_equal("ST-02", "number of lines", 16, lines.size());
  ctx.expect(std::ranges::count(lines, Json::array({"ssid", ""})) == 1, "ST-02",
             "the empty ssid as it stands", lines.dump());
}

void check_any_form(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "status",
      {.classes = {{"authenticated", 0.04}, {"other method", 0.02}, {"not authenticated", 0.3}}},
      [] { return Drawn{"", generators::draw_status_text(generators::draw_port_status()), ""}; },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, read_status(drawn.text).verdict);
        expect_status(at, "ST-07", drawn.text);
      });
}

void expect_verdict_of(CaseContext& ctx, std::string_view requirement, const std::string& text,
                       const char* verdict) {
  const Response response = decode(ctx, text);
  ctx.expect_equal(requirement, "verdict", verdict, response.obs.value("verdict", ""));
  expect_status(ctx, requirement, text);
}

/// Each of the four lines can deny it alone.
void check_four_lines(CaseContext& ctx) {
  for (const auto& [line, other] :
       {std::pair("wpa_state=COMPLETED", "wpa_state=ASSOCIATED"),
        std::pair("PAE state=AUTHENTICATED", "PAE state=HELD"),
        std::pair("suppPortStatus=Authorized", "suppPortStatus=Unauthorized"),
        std::pair("EAP state=SUCCESS", "EAP state=IDLE")})
    expect_verdict_of(ctx, "ST-03", with(line, other), "not authenticated");
  for (const char* line :
       {"wpa_state=COMPLETED\n", "suppPortStatus=Authorized\n", "EAP state=SUCCESS\n"})
    expect_verdict_of(ctx, "ST-03", with(line, ""), "not authenticated");
  expect_verdict_of(ctx, "ST-03", std::string(sample), "authenticated");
}

void check_methods(CaseContext& ctx) {
  for (const char* other : {"25 (EAP-PEAP)", "4 (MD5)", "0 (none)", "113 (unknown)", "1 (EAP-TLS)"})
    expect_verdict_of(ctx, "ST-04", with("13 (EAP-TLS)", other), "other method");
  expect_verdict_of(ctx, "ST-04", with("13 (EAP-TLS)", "13"), "authenticated");
}

void check_wired(CaseContext& ctx) {
  expect_status(ctx, "ST-05", std::string(sample));
  expect_status(ctx, "ST-05", with("01:80:c2:00:00:03", "00:11:22:33:44:55"));
  expect_status(ctx, "ST-05", with("bssid=01:80:c2:00:00:03\n", ""));
}

/// What wpa_cli says where no wpa_supplicant runs.
constexpr std::string_view no_socket =
    "Failed to connect to non-global ctrl_iface: eth0  error: No such file or directory\n";

void check_no_status(CaseContext& ctx) {
  const std::string texts[] = {"",
                               "\n\n",
                               "FAIL\n",
                               "FAIL-BUSY\n",
                               "UNKNOWN COMMAND\n",
                               with("Supplicant PAE state=AUTHENTICATED\n", ""),
                               with("freq=0", "freq=0\nfreq=0"),
                               with("freq=0", "freq=" + std::string(257, '9')),
                               with("freq=0", "=0"),
                               with("freq=0", "freq"),
                               with("freq=0", std::string_view("freq=\0", 6)),
                               std::string(sample.substr(0, sample.find("suppPort") + 3)),
                               std::string(no_socket)};
  for (const std::string& text : texts)
    expect_verdict_of(ctx, "ST-08", text, "unknown");
  expect_status(ctx, "ST-08", with("freq=0", "freq=" + std::string(256, '9')));
  for (std::size_t size = 0; size < sample.size(); size += 7)
    expect_status(ctx, "ST-08", std::string(sample.substr(0, size)));
}

void check_weak(CaseContext& ctx) {
  const auto expect = [&](const char* cipher, const char* version, bool weak) {
    std::string text = with("ECDHE-RSA-AES256-SHA", cipher);
    if (*version != 0) text += fmt::format("eap_tls_version={}\n", version);
    expect_status(ctx, "ST-09", text);
    if (weak)
      ctx.expect_finding(decode(ctx, text), "ST-09", "ML-WEAKTLS");
    else
      ctx.expect_no_finding(decode(ctx, text), "ST-09", "ML-WEAKTLS");
  };
  expect("ECDHE-RSA-AES256-SHA", "", true);
  expect("AES128-SHA", "TLSv1.2", true);
  expect("TLS_RSA_WITH_AES_128_CBC_SHA", "TLSv1.2", true);
  expect("ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.2", false);
  expect("TLS_AES_256_GCM_SHA384", "TLSv1.3", false);
  expect("AES128-SHA256", "TLSv1.2", false);
  expect("AES128-SHA256", "TLSv1.1", true);
  expect("AES128-SHA256", "TLSv1", true);
}

/// The arguments of wpa_status.encode.
Json arguments_of(const PortStatus& status) {
  Json args = {{"interface", status.interface},   {"wpa_state", status.wpa_state},
               {"ip_address", status.ip_address}, {"address", status.address},
               {"pae_state", status.pae_state},   {"authorized", status.authorized},
               {"eap_state", status.eap_state},   {"tls_version", status.tls_version},
               {"cipher", status.cipher},         {"reused", status.reused},
               {"session_id", status.session_id}, {"uuid", status.uuid}};
  if (status.method) args["method"] = *status.method;
  return args;
}

std::string printed(const PortStatus& status, bool newer) {
  std::string text;
  if (!status.interface.empty()) text = fmt::format("Selected interface '{}'\n", status.interface);
  for (const std::string& line : status_lines(status, newer))
    text += line + "\n";
  return text;
}

void check_printer(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "printed", {.classes = {{"newer", 0.3}}},
      [] {
        const PortStatus status = generators::draw_port_status();
        const bool newer = generators::draw_bool();
        Json args = arguments_of(status);
        args["format"] = newer ? "2.10" : "seed";
        return Drawn{newer ? "newer" : "seed", printed(status, newer), args.dump()};
      },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, drawn.what);
        const Response response = at.call("wpa_status.encode", Json::parse(drawn.more));
        at.expect_accepted(response, "ST-01");
        at.expect_octets("ST-01", "status", as_octets(drawn.text),
                         as_octets(response.obs.value("text", "")));
      });
}

/// The command: a file, exit 0 for an authenticated port alone.
void check_command(CaseContext& ctx) {
  ctx.sandbox().write("good.txt", std::string_view(sample), 0644);
  ctx.sandbox().write("held.txt", with("PAE state=AUTHENTICATED", "PAE state=HELD"), 0644);
  ctx.sandbox().write("peap.txt", with("13 (EAP-TLS)", "25 (EAP-PEAP)"), 0644);
  ctx.sandbox().write("none.txt", "FAIL\n", 0644);
  const auto before = ctx.sandbox().snapshot();
  const auto expect = [&](Json args, int exit) {
    ctx.counterexample("arguments", args);
    ctx.expect_exit(ctx.call("cmd.wpa_status", std::move(args)), "ST-01", {exit});
  };
  expect({{"file", "good.txt"}}, 0);
  expect({{"file", "held.txt"}}, 1);
  expect({{"file", "peap.txt"}}, 1);
  expect({{"file", "none.txt"}}, 1);
  expect({{"file", "missing.txt"}}, 3);
  ctx.expect_unchanged(before, "ST-01");
  if (ctx.reading("Y-01") != "A") return;
  const Json alias = {{"file", "good.txt"}, {"dash_status", true}};
  expect(alias, 0);
  ctx.expect_finding(ctx.call("cmd.wpa_status", alias), "ST-01", "ML-DASHSTATUS");
}

}  // namespace

void add_status_cases(harness::Registry& registry) {
  add_case(registry, "ST-02.ReadsTheSample", {"ST-02"}, {"wpa_status.decode"},
           "The sixteen lines of the document are read verbatim", check_sample);
  add_case(registry, "ST-07.ReadsEveryForm", {"ST-07"}, {"wpa_status.decode"},
           "Lines in any order, unknown keys, CRLF and blank lines are read", check_any_form);
  add_case(registry, "ST-03.LooksAtFourLines", {"ST-03"}, {"wpa_status.decode"},
           "A port is authenticated when four lines say so", check_four_lines);
  add_case(registry, "ST-04.TellsOtherMethods", {"ST-04"}, {"wpa_status.decode"},
           "A method other than 13 is told", check_methods);
  add_case(registry, "ST-05.KnowsAWire", {"ST-05"}, {"wpa_status.decode"},
           "The group address of 802.1X marks a wire", check_wired);
  add_case(registry, "ST-08.EndsOnWhatIsNoStatus", {"ST-08"}, {"wpa_status.decode"},
           "What is no status is unknown", check_no_status);
  add_case(registry, "ST-09.WarnsOfWeakTls", {"ST-09"}, {"wpa_status.decode"},
           "A TLS before 1.2 and a cipher with SHA-1 are told", check_weak);
  add_case(registry, "ST-01.PrintsBothFormats", {"ST-01"}, {"wpa_status.encode"},
           "The lines of the document, and those of wpa_supplicant 2.10", check_printer);
  add_case(registry, "ST-01.JudgesAStatus", {"ST-01"}, {"cmd.wpa_status"},
           "The reader of a status ends with 0 for an authenticated port alone", check_command);
}

}  // namespace touchstone::conformance::suites::dot1x_config
