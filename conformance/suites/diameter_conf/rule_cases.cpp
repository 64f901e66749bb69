// Drawn configurations: each as it is, printed and read back, and spoilt by one rule.

#include <rapidcheck.h>

#include <algorithm>

#include "conformance/generators/diameter_conf.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/diameter_conf_rules.h"
#include "conformance/suites/diameter_conf/cases.h"
#include "conformance/suites/diameter_conf/support.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::diameter_conf {

namespace {

/// A file spoilt by one rule, and how it is read.
struct SpoiltFile {
  std::string rule;
  Octets file;
  ConfUse use;
};

void to_json(Json& json, const SpoiltFile& spoilt) {
  json = {{"rule", spoilt.rule},       {"file_b64", harness::to_base64(spoilt.file)},
          {"role", spoilt.use.role},   {"certificate", spoilt.use.certificate},
          {"ipsec", spoilt.use.ipsec}, {"hosts", spoilt.use.hosts}};
}

void from_json(const Json& json, SpoiltFile& spoilt) {
  spoilt.rule = json.at("rule").get<std::string>();
  spoilt.file = harness::from_base64(json.at("file_b64").get<std::string>()).value_or(Octets());
  json.at("role").get_to(spoilt.use.role);
  json.at("certificate").get_to(spoilt.use.certificate);
  json.at("ipsec").get_to(spoilt.use.ipsec);
  json.at("hosts").get_to(spoilt.use.hosts);
}

using Rules = std::vector<const mutators::ConfRule*>;

Rules rules_of(std::string_view requirement) {
  Rules rules;
  for (const mutators::ConfRule& rule : mutators::conf_rules())
    if (rule.requirement == requirement) rules.push_back(&rule);
  return rules;
}

SpoiltFile draw_spoilt(const Rules& rules) {
  const auto& rule = *rules[generators::draw_below(static_cast<std::uint32_t>(rules.size()))];
  for (;;) {
    mutators::ConfDraft draft(generators::draw_conf());
    const mutators::Choice choice{*rc::gen::arbitrary<std::uint32_t>(),
                                  *rc::gen::arbitrary<std::uint32_t>()};
    if (rule.apply(draft, choice)) return {std::string(rule.name), draft.print(), draft.use};
  }
}

std::string_view code_of(std::string_view name) {
  for (const mutators::ConfRule& rule : mutators::conf_rules())
    if (rule.name == name) return rule.code;
  bug("a saved input names an unknown rule", __FILE__, __LINE__);
}

void check_rules(CaseContext& ctx, const Rules& rules, const std::string& requirement) {
  harness::PropertyOptions options;
  for (const mutators::ConfRule* rule : rules)
    options.classes.push_back({std::string(rule->name), 0.2 / static_cast<double>(rules.size())});
  harness::property<SpoiltFile>(
      ctx, "spoilt by one rule", options, [&] { return draw_spoilt(rules); },
      [&](CaseContext& at, const SpoiltFile& spoilt) {
        harness::classify(at, spoilt.rule);
        at.counterexample("file", OctetView(spoilt.file));
        ConfUse use = spoilt.use;
        for (const bool strict : {true, false}) {
          use.strict = strict;
          expect_as_oracle(at, spoilt.file, use, requirement);
          at.expect_finding(decode(at, spoilt.file, use), requirement, code_of(spoilt.rule));
        }
      });
}

struct RuleCase {
  std::string_view requirement;
  std::string_view name;
  std::string_view title;
};

constexpr RuleCase rule_table[] = {
    {"DC-01", "RefusesLinesThatAreNone", "A line without =, name or value is refused"},
    {"DC-02", "RefusesBrokenUris", "A URI of another form is refused"},
    {"DC-03", "RefusesBrokenRealms", "A realm that is no domain name is refused"},
    {"DC-04", "RefusesNumbersOfAnotherForm", "A number of another form is refused"},
    {"DC-06", "RefusesBrokenApplications", "An application without an id is refused"},
    {"DC-07", "DemandsMobileIpv4", "A list without application 2 is refused"},
    {"DC-08", "RefusesOtherSecurity", "Another word for inband security is refused"},
    {"DC-09", "DemandsTheUriOfAPeer", "A peer without a URI is refused"},
    {"DC-10", "RefusesOtherTruths", "Another word than true and false is refused"},
    {"DC-11", "RefusesOtherStackTypes", "Another word than SERVER and CLIENT is refused"},
    {"DC-12", "TellsTheFileOfAnotherComputer", "The file of another computer is told"},
    {"DC-15", "DemandsPeersOfAClient", "A client without peers is refused"},
    {"DC-16", "TellsServersWithoutPeers", "A server without peers is told"},
    {"DC-18", "TellsUnknownAndDoubledNames", "Unknown, doubled and ill-numbered names are told"},
    {"DC-19", "KnowsNamesByTheirCase", "Names are known by their case"},
    {"DC-20", "TellsAddressesAndOptions", "Addresses and options of a URI are told"},
    {"DC-21", "TellsMissingProtection", "Missing protection is told"},
};

/// Any configuration is printed as the page says, and read back as it was.
void check_round_trip(CaseContext& ctx) {
  harness::property<Conf>(
      ctx, "round trip",
      {.classes = {{"client", 0.2}, {"many peers", 0.05}, {"secure", 0.1}, {"address", 0.05}}},
      generators::draw_conf, [](CaseContext& at, const Conf& conf) {
        harness::classify(at, "client", conf.stack_type == "CLIENT");
        harness::classify(at, "many peers", conf.peers.size() > 9);
        harness::classify(at, "secure", conf.uri.secure);
        harness::classify(at, "address", conf.uri.host.starts_with('['));
        const Response printed = at.call("diameter_conf.encode", {{"conf", Json(conf)}});
        at.expect_accepted(printed, "DC-01");
        const std::string text = oracle::diameter::print_conf(conf);
        const auto octets = harness::from_base64(printed.obs.value("octets_b64", ""));
        at.expect_octets("DC-01", "printed file", as_octets(text), octets.value_or(Octets()));
        const Response read = decode(at, as_octets(text), calm_use());
        at.expect_accepted(read, "DC-01");
        at.expect_equal("DC-01", "configuration", Json(conf), read.obs.value("conf", Json()));
      });
}

/// The lines of a file may stand in any order.
void check_any_order(CaseContext& ctx) {
  harness::property<SpoiltFile>(
      ctx, "any order", {},
      [] {
        mutators::ConfDraft draft(generators::draw_conf());
        for (std::size_t left = draft.lines.size(); left > 1; --left)
          std::swap(draft.lines[left - 1],
                    draft.lines[generators::draw_below(static_cast<std::uint32_t>(left))]);
        return SpoiltFile{"order", draft.print(), draft.use};
      },
      [](CaseContext& at, const SpoiltFile& file) {
        at.counterexample("file", OctetView(file.file));
        expect_as_oracle(at, file.file, file.use, "DC-06");
      });
}

}  // namespace

void add_rule_cases(harness::Registry& registry) {
  for (const RuleCase& row : rule_table) {
    const Rules rules = rules_of(row.requirement);
    TOUCHSTONE_CHECK(!rules.empty());
    const std::string requirement(row.requirement);
    add_decode_case(registry, requirement + "." + std::string(row.name), {requirement},
                    std::string(row.title),
                    [=](CaseContext& ctx) { check_rules(ctx, rules, requirement); });
  }
  add_case(registry, "DC-01.PrintsAndReadsBack", {"DC-01", "DC-09"},
           {"diameter_conf.decode", "diameter_conf.encode"},
           "Any configuration is printed canonically and read back", check_round_trip);
  add_decode_case(registry, "DC-06.TakesLinesInAnyOrder", {"DC-06", "DC-09"},
                  "The order of the lines means nothing", check_any_order);
}

}  // namespace touchstone::conformance::suites::diameter_conf
