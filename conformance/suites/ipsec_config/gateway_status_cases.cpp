// What `ipsec --status` makes of what racoonctl tells: RS-01 to RS-03, RS-05, RS-09.

#include <fmt/format.h>

#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

/// fixtures/ipsec/racoonctl/sample-003.txt, embedded: the dump of 003 §6.1.7.
std::string_view sample_dump();

namespace {

constexpr std::string_view isakmp =
    "Source                                        Destination                                   "
    "Cookies                           ST S  V E Created             Phase2\n"
    "10.105.68.54.500                              10.105.68.60.500                              "
    "022365d924ef0519:703f9ee98023afd3  9 I 10 M 2015-05-04 12:37:21      2\n";

/// The gateway of the document with its one configuration, started.
Gateway sample_gateway(CaseContext& ctx) {
  Gateway gateway(ctx);
  ctx.expect_accepted(gateway.run({"--create", "--name=head", "--src-address=10.105.68.54",
                                   "--dst-address=10.105.68.60",
                                   "--dst-preshared-key=a key of the sample's peer", "--start"}),
                      "RS-01");
  gateway.let_racoonctl_say("isakmp", isakmp);
  gateway.let_racoonctl_say("ipsec", sample_dump());
  return gateway;
}

Response status(Gateway& gateway) {
  return gateway.run({"--status"});
}

/// Every occurrence.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

void check_asks(CaseContext& ctx) {
  Gateway gateway = sample_gateway(ctx);
  ctx.expect_exit(status(gateway), "RS-01", {0});
  ctx.expect(gateway.was_told("racoonctl -ll show-sa isakmp"), "RS-01",
             "racoonctl -ll show-sa isakmp", "not asked");
  ctx.expect(gateway.was_told("racoonctl show-sa ipsec"), "RS-01", "racoonctl show-sa ipsec",
             "not asked");
  gateway.let_racoonctl_say("isakmp", isakmp.substr(0, isakmp.find('\n') + 1));
  ctx.expect_exit(status(gateway), "RS-01", {1});
  gateway.let_racoonctl_say("isakmp", replaced(std::string(isakmp), "  9 I", "  5 I"));
  ctx.expect_exit(status(gateway), "RS-01", {1});
}

/// Each change of the dump that means that traffic is not protected.
void check_judges(CaseContext& ctx) {
  Gateway gateway = sample_gateway(ctx);
  const std::string dump(sample_dump());
  const auto expect = [&](const std::string& text, const char* requirement, int exit) {
    gateway.let_racoonctl_say("ipsec", text);
    ctx.counterexample("dump", as_octets(text));
    ctx.expect_exit(status(gateway), requirement, {exit});
  };
  expect(dump, "RS-03", 0);
  expect(replaced(dump, "544(bytes)", "0(bytes)"), "RS-02", 1);
  expect(replaced(dump, "256(bytes)", "0(bytes)"), "RS-02", 1);
  expect(dump.substr(0, dump.find("10.105.68.60 10.105.68.54")), "RS-02", 1);
  expect(replaced(dump, "10.105.68.60 10.105.68.54", "10.105.68.61 10.105.68.54"), "RS-02", 1);
  for (const char* state : {"larval", "dying", "dead"})
    expect(replaced(dump, "state=mature", fmt::format("state={}", state)), "RS-03", 1);
  expect("", "RS-02", 1);
}

/// The layout of libipsec, that of the document, and what a terminal makes of it.
void check_layouts(CaseContext& ctx) {
  Gateway gateway = sample_gateway(ctx);
  const std::string dump(sample_dump());
  for (const std::string& text :
       {replaced(dump, "\n\n", "\n"), replaced(dump, "        ", "\t"),
        replaced(dump, "\n", "\r\n"), "Foreign line of another program\n" + dump,
        replaced(dump, "E: aes-cbc  bc31a0ac 98924ff1", "E: aes-cbc  bc31a0ac\n98924ff1")}) {
    gateway.let_racoonctl_say("ipsec", text);
    ctx.counterexample("dump", as_octets(text));
    ctx.expect_exit(status(gateway), "RS-03", {0});
  }
}

/// Cut anywhere it is no protection, and its keys are never told.
void check_cut(CaseContext& ctx) {
  Gateway gateway = sample_gateway(ctx);
  const std::string dump(sample_dump());
  for (const char* digits :
       {"bc31a0ac98924ff1585d6413fbedb274", "75fbb2f7c5825b8a15627523d2c16aac"})
    ctx.secret(*from_hex(digits));
  for (const char* group : {"bc31a0ac 98924ff1", "89e1acea f22af30f", "75fbb2f7 c5825b8a"})
    ctx.secret(as_octets(std::string_view(group)));
  const std::size_t whole = dump.rfind("sadb_seq");
  for (std::size_t part = 0; part < 12; ++part) {
    gateway.write("says.racoonctl.ipsec", dump.substr(0, whole * part / 12), 0600);
    const Response response = status(gateway);
    ctx.expect_exit(response, "RS-09", {1});
  }
  gateway.write("says.racoonctl.ipsec", replaced(dump, "bc31a0ac 98924ff1", "bc31a0ac zz"), 0600);
  const Response odd = gateway.run({"--status", "--verbose"});
  ctx.expect(odd.ok() || odd.rejected(), "RS-09", "a verdict", "none");
}

}  // namespace

void add_gateway_status_cases(harness::Registry& registry) {
  const auto add = [&](const char* id, Judged judged, const char* title,
                       void (*body)(CaseContext&)) {
    add_gateway_case(registry, id, std::move(judged), title, body, true);
  };
  add("RS-01.AsksRacoonctl", {"RS-01"},
      "The status is what racoonctl tells of ISAKMP and of IPsec associations", check_asks);
  add("RS-02.WantsOctetsBothWays", {"RS-02", "RS-03", "RS-01"},
      "One mature association a direction with octets in both is protection", check_judges);
  add("RS-03.ReadsTheDumpOfTheDocument", {"RS-03", "RS-01"},
      "The sample is read in every layout that a terminal gives it", check_layouts);
  add("RS-09.SurvivesADumpThatIsCut", {"RS-09", "RS-01"},
      "A dump that is cut is no protection, and no key of it is told", check_cut);
}

}  // namespace touchstone::conformance::suites::ipsec_config
