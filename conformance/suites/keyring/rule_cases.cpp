// Every rule of the mutators, applied to drawn keyrings: one rule, one verdict.

#include <rapidcheck.h>

#include "conformance/generators/keyring.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/keyring_rules.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/support.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::keyring {

namespace {

/// A keyring spoilt by one rule. `rule` is its name; empty when the rule found nothing to spoil.
struct SpoiltFile {
  std::string rule;
  Octets file;
  std::uint64_t line = 0;
};

void to_json(Json& json, const SpoiltFile& spoilt) {
  json = {
      {"rule", spoilt.rule}, {"file_b64", harness::to_base64(spoilt.file)}, {"line", spoilt.line}};
}

void from_json(const Json& json, SpoiltFile& spoilt) {
  spoilt.rule = json.at("rule").get<std::string>();
  spoilt.file = harness::from_base64(json.at("file_b64").get<std::string>()).value_or(Octets());
  spoilt.line = json.at("line").get<std::uint64_t>();
}

using Rules = std::vector<const mutators::Rule*>;

mutators::Choice draw_choice() {
  return {*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint32_t>()};
}

SpoiltFile draw_spoilt(const Rules& rules) {
  const auto& rule = *rules[generators::draw_below(static_cast<std::uint32_t>(rules.size()))];
  for (;;) {
    mutators::KeyringLines lines(generators::draw_keyring_with_rows(2, 12));
    if (const auto place = rule.apply(lines, draw_choice()))
      return {std::string(rule.name), lines.print(), *place};
  }
}

const mutators::Rule& rule_named(std::string_view name) {
  for (const mutators::Rule& rule : mutators::keyring_rules())
    if (rule.name == name) return rule;
  bug("a saved input names an unknown rule", __FILE__, __LINE__);
}

void expect_verdict(CaseContext& ctx, const SpoiltFile& spoilt, Mode mode,
                    std::string_view requirement) {
  const mutators::Rule& rule = rule_named(spoilt.rule);
  const Response response = decode(ctx, spoilt.file, mode);
  const int exit_code = mode == Mode::strict ? rule.strict_exit : rule.tolerant_exit;
  if (exit_code == 0) {
    expect_as_oracle(ctx, response, spoilt.file, mode, requirement);
    ctx.expect_finding(response, requirement, rule.code);
    return;
  }
  if (exit_code == 13 || rule.reject_class.empty())
    ctx.expect_rejected(response, requirement);
  else
    ctx.expect_rejected(response, requirement, {reject_class_of(rule.reject_class)});
  if (!rule.code.empty()) ctx.expect_finding(response, requirement, rule.code);
}

void check_rules(CaseContext& ctx, const Rules& rules, const std::string& requirement) {
  harness::PropertyOptions options;
  if (rules.size() > 1)
    for (const mutators::Rule* rule : rules)
      options.classes.push_back({std::string(rule->name), 0.2 / static_cast<double>(rules.size())});
  harness::property<SpoiltFile>(
      ctx, "spoilt by one rule", options, [&] { return draw_spoilt(rules); },
      [&](CaseContext& at, const SpoiltFile& spoilt) {
        harness::classify(at, spoilt.rule);
        at.counterexample("file", OctetView(spoilt.file));
        expect_verdict(at, spoilt, Mode::strict, requirement);
        if (at.has("keyring.tolerant")) expect_verdict(at, spoilt, Mode::tolerant, requirement);
      });
}

/// KR-26: whatever the fault, a finding tells its line.
void check_places(CaseContext& ctx) {
  Rules rules;
  for (const mutators::Rule& rule : mutators::keyring_rules())
    rules.push_back(&rule);
  harness::property<SpoiltFile>(
      ctx, "place of the fault", {}, [&] { return draw_spoilt(rules); },
      [&](CaseContext& at, const SpoiltFile& spoilt) {
        if (spoilt.line == 0) return;
        at.counterexample("file", OctetView(spoilt.file));
        const Mode mode = at.has("keyring.tolerant") ? Mode::tolerant : Mode::strict;
        const Response response = decode(at, spoilt.file, mode);
        const Json findings = response.obs.value("findings", Json::array());
        bool told = false;
        for (const Json& finding : findings)
          told |= finding.value("line", std::uint64_t{0}) == spoilt.line;
        at.expect(told, "KR-26", "a finding at line " + std::to_string(spoilt.line),
                  findings.empty() ? "no finding" : "findings at other lines");
      });
}

struct RuleCase {
  std::string_view requirement;
  std::string_view name;
  std::string_view title;
};

constexpr RuleCase rule_table[] = {
    {"KR-01", "RefusesAnotherOrderOfHeaderLines", "Header lines in another order are refused"},
    {"KR-02", "RefusesPwdhOfAnotherLength", "A pwdh that is not 16 octets is refused"},
    {"KR-03", "RefusesBaseOfAnotherLength", "A base that is not 16 octets is refused"},
    {"KR-04", "RefusesGatewayOfAnotherLength", "A Gateway key that is not 24 octets is refused"},
    {"KR-05", "RefusesCdldOfAnotherLength", "A code download key not of 16 octets is refused"},
    {"KR-06", "RefusesOtherThanFourColumns", "A row of other than four columns is refused"},
    {"KR-07", "RefusesMisspeltHeaderLines", "A header line spelt otherwise is refused"},
    {"KR-08", "TellsTheMissingSpace", "A row without its one space is told as KL-SPACE"},
    {"KR-09", "RefusesOtherDigits", "Hexadecimal of another width or alphabet is refused"},
    {"KR-10", "RefusesOtherNumbers", "Ids, keys and numbers of another form are refused"},
    {"KR-11", "TellsEvenParity", "A Gateway key octet of even parity is told as KL-PARITY"},
    {"KR-12", "RefusesWeakGatewayKeys", "A Gateway key that falls to DES is refused"},
    {"KR-14", "TellsOtherLineEnds", "Line ends and blank lines are told, CR alone is refused"},
    {"KR-15", "ToleratesLayoutOnly", "Layout is tolerated, other octets are refused"},
    {"KR-17", "TellsAnotherOrder", "Rows out of order are told as KL-ORDER"},
    {"KR-18", "TellsDoubledRows", "Equal rows are kept once, different ones refused"},
    {"KR-19", "RefusesSharedAndConstantKeys", "Shared and constant keys are refused"},
    {"KR-20", "RefusesNumbersOutOfRange", "Numbers out of range or with signs are refused"},
    {"KR-25", "RefusesOverlongLines", "Lines over the limit are refused, up to it taken"},
    {"KR-27", "RefusesMissingAndExtraHeaderLines", "Other than the four header lines is refused"},
};

}  // namespace

void add_rule_cases(harness::Registry& registry) {
  for (const RuleCase& row : rule_table) {
    const Rules rules = mutators::rules_of(row.requirement);
    TOUCHSTONE_CHECK(!rules.empty());
    const std::string requirement(row.requirement);
    add_decode_case(registry, requirement + "." + std::string(row.name), {requirement},
                    std::string(row.title),
                    [=](CaseContext& ctx) { check_rules(ctx, rules, requirement); });
  }
  add_case(registry, "KR-26.FindingTellsTheLine", {"KR-26"}, {"keyring.decode", "lint.codes"},
           "A finding tells the line of its fault", check_places);
}

}  // namespace touchstone::conformance::suites::keyring
