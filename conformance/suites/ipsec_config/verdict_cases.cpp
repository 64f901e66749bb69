// What the real racoon and setkey took and refused (fixtures/ipsec/verdicts), and the lexer rule
// behind it: blanks, line ends and comments between two words change nothing.

#include "conformance/generators/ipsec.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

/// fixtures/ipsec/verdicts, embedded.
std::string_view racoon_verdicts();
std::string_view setkey_verdicts();

namespace {

const Json& vectors_of_racoon() {
  static const Json list = Json::parse(racoon_verdicts());
  return list;
}
const Json& vectors_of_setkey() {
  static const Json list = Json::parse(setkey_verdicts());
  return list;
}

void expect_recorded(CaseContext& ctx, std::string_view requirement, const Response& response,
                     const std::string& verdict) {
  if (verdict == "accept")
    ctx.expect_accepted(response, requirement);
  else
    ctx.expect_rejected(response, requirement);
}

Response as_racoon(CaseContext& ctx, const std::string& text) {
  ctx.counterexample("file", as_octets(text));
  return ctx.call(
      "racoon_conf.decode",
      {{"octets_b64", base64(text)}, {"profile", "racoon-0.8"}, {"files", Json::object()}});
}

void check_racoon(CaseContext& ctx) {
  for (const Json& one : vectors_of_racoon()) {
    ctx.counterexample("vector", one.at("name"));
    expect_recorded(ctx, "RF-07", as_racoon(ctx, one.at("config")), one.at("verdict"));
    expect_racoon(ctx, "RF-07", one.at("config"), true);
  }
}

void check_racoon_spread(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "spread", {},
      [] {
        const auto& list = vectors_of_racoon();
        const Json& one = list[generators::draw_below(static_cast<std::uint32_t>(list.size()))];
        return Drawn{one.at("verdict"), generators::spread_racoon(one.at("config")), "", 0};
      },
      [](CaseContext& at, const Drawn& drawn) {
        expect_recorded(at, "RF-07", as_racoon(at, drawn.file), drawn.rule);
        expect_racoon(at, "RF-07", drawn.file, true);
      });
}

void check_setkey(CaseContext& ctx) {
  for (const Json& one : vectors_of_setkey()) {
    const std::string verdict = one.at("verdict");
    const std::string line = one.at("line");
    if (verdict != "accept" && verdict != "refuse") continue;  // it asked a name server
    ctx.counterexample("file", as_octets(line));
    const Response response =
        ctx.call("setkey.decode", {{"octets_b64", base64(line)}, {"profile", "setkey-0.8"}});
    expect_recorded(ctx, "IC-07", response, verdict);
    expect_setkey(ctx, "IC-07", line);
  }
}

}  // namespace

void add_verdict_cases(harness::Registry& registry) {
  add_case(registry, "RF-07.AgreesWithRacoon", {"RF-07"}, {"racoon_conf.decode"},
           "Each recorded verdict of racoon 0.8 is the verdict of the profile racoon-0.8",
           check_racoon);
  add_case(registry, "RF-07.KeepsAVerdictInEveryLayout", {"RF-07"}, {"racoon_conf.decode"},
           "Blanks, line ends and comments between words keep a recorded verdict",
           check_racoon_spread);
  add_case(registry, "IC-07.AgreesWithSetkey", {"IC-07"}, {"setkey.decode"},
           "Each recorded verdict of setkey 0.8 is the verdict of the profile setkey-0.8",
           check_setkey);
}

}  // namespace touchstone::conformance::suites::ipsec_config
