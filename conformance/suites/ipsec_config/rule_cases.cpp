// Single faults by rule: each in a plain file, and in drawn ones.

#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "conformance/generators/ipsec.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/ipsec_rules.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using mutators::IpsecFile;
using mutators::IpsecRule;
using Rules = std::vector<const IpsecRule*>;

Drawn plain(IpsecFile file) {
  Drawn drawn;
  if (file == IpsecFile::racoon) drawn.file = plain_racoon();
  if (file == IpsecFile::setkey) drawn.file = plain_setkey();
  if (file == IpsecFile::ifcfg) {
    drawn.file = plain_ifcfg().ifcfg;
    drawn.more = *plain_ifcfg().keys;
  }
  return drawn;
}

Drawn draw(IpsecFile file) {
  Drawn drawn;
  if (file == IpsecFile::racoon) drawn.file = print_racoon(generators::draw_racoon());
  if (file == IpsecFile::setkey) drawn.file = generators::print_setkey(generators::draw_setkey());
  if (file == IpsecFile::psk) drawn.file = generators::draw_psk();
  if (file == IpsecFile::ifcfg) {
    const auto input = generators::draw_ifcfg();
    drawn.file = input.ifcfg;
    drawn.more = *input.keys;
  }
  return drawn;
}

void expect_oracle(CaseContext& ctx, IpsecFile file, const std::string& requirement,
                   const Drawn& drawn) {
  switch (file) {
    case IpsecFile::racoon:
      return expect_racoon(ctx, requirement, drawn.file);
    case IpsecFile::setkey:
      return expect_setkey(ctx, requirement, drawn.file);
    case IpsecFile::ifcfg:
      return expect_ifcfg(ctx, requirement, {drawn.file, drawn.more, 0600U});
    case IpsecFile::psk:
      return expect_psk(ctx, requirement, drawn.file);
  }
}

void check_rules(CaseContext& ctx, IpsecFile file, const Rules& rules,
                 const std::string& requirement) {
  for (const IpsecRule* rule : rules) {
    // A process a file: one spelling of each fault has to do.
    const bool quick = ctx.has("ipsec.model");
    const auto variants = 1 + (quick ? std::ranges::count(rule->lines, '|') : 0);
    for (std::uint32_t number = 0; number < variants; ++number) {
      Drawn spoilt = plain(file);
      ctx.counterexample("rule", Json(std::string(rule->name)));
      TOUCHSTONE_CHECK(apply(*rule, spoilt.file, {0, number}));
      expect_oracle(ctx, file, requirement, spoilt);
    }
  }
  harness::property<Drawn>(
      ctx, "spoilt by one rule", {.classes = {}, .cost = 2},
      [&] {
        for (;;) {
          const auto& rule =
              *rules[generators::draw_below(static_cast<std::uint32_t>(rules.size()))];
          Drawn spoilt = draw(file);
          spoilt.rule = rule.name;
          const mutators::Choice choice{*rc::gen::arbitrary<std::uint32_t>(),
                                        *rc::gen::arbitrary<std::uint32_t>()};
          if (apply(rule, spoilt.file, choice)) return spoilt;
        }
      },
      [&](CaseContext& at, const Drawn& spoilt) { expect_oracle(at, file, requirement, spoilt); });
}

struct FileRow {
  IpsecFile file;
  const char* op;
  const char* name;
  const char* title;
};
constexpr FileRow files[] = {
    {IpsecFile::racoon, "racoon_conf.decode", "TellsFaultsOfRacoonConf",
     "Single faults of a racoon.conf are told"},
    {IpsecFile::setkey, "setkey.decode", "TellsFaultsOfSetkeyScripts",
     "Single faults of a setkey script are told"},
    {IpsecFile::ifcfg, "ifcfg.decode", "TellsFaultsOfIfcfg",
     "Single faults of ifcfg-ipsecN and keys-ipsecN are told"},
    {IpsecFile::psk, "psk.decode", "TellsFaultsOfPskTxt", "Single faults of psk.txt are told"},
};

/// A configuration of which nobody complains, in every layout.
void check_valid_racoon(CaseContext& ctx) {
  expect_racoon(ctx, "RF-07", plain_racoon());
  const auto valid = [](const std::string& text) {
    return oracle::ipsec::read_racoon(text).verdict.remarks.empty();
  };
  harness::property<Drawn>(
      ctx, "valid", {.classes = {{"valid", 0.8}, {"certificate", 0.2}, {"named", 0.1}}},
      [] {
        const std::string text = print_racoon(generators::draw_racoon());
        return Drawn{"", generators::draw_bool() ? generators::spread_racoon(text) : text, "", 0};
      },
      [&](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, "valid", valid(drawn.file));
        harness::classify(at, "certificate", drawn.file.contains("certificate_type"));
        harness::classify(at, "named", drawn.file.contains("remote_address"));
        expect_racoon(at, "RF-07", drawn.file);
      });
}

void check_valid_setkey(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "valid", {.classes = {{"tunnel", 0.2}, {"keys by hand", 0.2}}},
      [] { return Drawn{"", generators::print_setkey(generators::draw_setkey()), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, "tunnel", drawn.file.contains("/tunnel/"));
        harness::classify(at, "keys by hand", drawn.file.contains("add 10."));
        expect_setkey(at, "IC-07", drawn.file);
      });
}

void check_valid_ifcfg(CaseContext& ctx) {
  expect_ifcfg(ctx, "IP-03", plain_ifcfg());
  harness::property<Drawn>(
      ctx, "valid", {.classes = {{"tunnel", 0.2}}}, [] { return draw(IpsecFile::ifcfg); },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, "tunnel", drawn.file.contains("SRCNET"));
        expect_ifcfg(at, "IP-03", {drawn.file, drawn.more, 0600U});
      });
}

/// What one canonical form says, the other said too.
void expect_same_racoon(CaseContext& ctx, const std::string& text) {
  ctx.counterexample("file", as_octets(text));
  const Response response = ctx.call("racoon_conf.format", {{"octets_b64", base64(text)}});
  ctx.expect_accepted(response, "RF-07");
  const std::string printed = text_of(response, "octets_b64");
  ctx.expect_equal("RF-07", "configuration", Json(oracle::ipsec::read_racoon(text).conf),
                   Json(oracle::ipsec::read_racoon(printed).conf));
  const Response again = ctx.call("racoon_conf.format", {{"octets_b64", base64(printed)}});
  ctx.expect_octets("RF-07", "printed twice", as_octets(printed),
                    as_octets(text_of(again, "octets_b64")));
}

void check_racoon_round_trip(CaseContext& ctx) {
  expect_same_racoon(ctx, plain_racoon());
  harness::property<Drawn>(
      ctx, "round trip", {.classes = {}, .cost = 2},
      [] {
        return Drawn{"", generators::spread_racoon(print_racoon(generators::draw_racoon())), "", 0};
      },
      [](CaseContext& at, const Drawn& drawn) { expect_same_racoon(at, drawn.file); });
}

void check_setkey_round_trip(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "round trip", {},
      [] { return Drawn{"", generators::print_setkey(generators::draw_setkey()), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        const Response response = at.call("setkey.format", {{"octets_b64", base64(drawn.file)}},
                                          {.output_is_secret = true});
        at.expect_accepted(response, "IC-07");
        const std::string printed = text_of(response, "octets_b64");
        at.expect_equal("IC-07", "script", setkey_json(oracle::ipsec::read_setkey(drawn.file)),
                        setkey_json(oracle::ipsec::read_setkey(printed)));
        const auto keys = [](const std::string& text) { return std::ranges::count(text, 'x'); };
        at.expect(keys(drawn.file) == keys(printed), "IC-07", "every key", "another number");
      });
}

}  // namespace

void add_rule_cases(harness::Registry& registry) {
  std::map<std::pair<IpsecFile, std::string>, Rules> groups;
  for (const IpsecRule& rule : mutators::ipsec_rules())
    groups[{rule.file, std::string(rule.requirement)}].push_back(&rule);
  for (const auto& [key, rules] : groups) {
    const auto& [file, requirement] = key;
    const FileRow& row = files[static_cast<std::size_t>(file)];
    add_case(registry, requirement + "." + row.name, {requirement}, {row.op}, row.title,
             [file, requirement, rules](CaseContext& ctx) {
               check_rules(ctx, file, rules, requirement);
             });
  }
  add_case(registry, "RF-07.TakesWholeConfigurations", {"RF-07"}, {"racoon_conf.decode"},
           "Configurations without a fault are taken without a word, in every layout",
           check_valid_racoon);
  add_case(registry, "IC-07.TakesWholeScripts", {"IC-07"}, {"setkey.decode"},
           "Policies and associations without a fault are taken without a word",
           check_valid_setkey);
  add_case(registry, "IP-03.TakesWholeInterfaces", {"IP-03", "IP-04"}, {"ifcfg.decode"},
           "The files of an interface are read in every spelling of a shell", check_valid_ifcfg);
  add_case(registry, "RF-07.PrintsAndReadsBack", {"RF-07"}, {"racoon_conf.format"},
           "The canonical form of a configuration says the same", check_racoon_round_trip);
  add_case(registry, "IC-07.PrintsAndReadsBack", {"IC-07"}, {"setkey.format"},
           "The canonical form of a script says the same", check_setkey_round_trip);
}

}  // namespace touchstone::conformance::suites::ipsec_config
