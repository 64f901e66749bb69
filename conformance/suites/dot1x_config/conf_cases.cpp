// wpa_supplicant.conf as somebody reads, changes and writes it.

#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "conformance/generators/dot1x.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/wpa_rules.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/support.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::dot1x_config {

/// fixtures/dot1x/verdicts, embedded.
std::string_view wpa_verdicts();

namespace {

using mutators::WpaRule;
using oracle::dot1x::read_wpa_conf;
using oracle::dot1x::wpa_json;
using Rules = std::vector<const WpaRule*>;

void check_verdicts(CaseContext& ctx) {
  for (const Json& one : Json::parse(wpa_verdicts())) {
    const std::string text = one.at("config");
    ctx.counterexample("file", as_octets(text));
    const Response response = ctx.call(
        "wpa_conf.decode", {{"octets_b64", base64(text)}, {"profile", "wpa_supplicant-2.10"}});
    if (one.at("verdict") == "accept")
      ctx.expect_accepted(response, "WS-01");
    else
      ctx.expect_rejected(response, "WS-01");
    expect_wpa(ctx, "WS-01", text);
  }
}

void check_whole(CaseContext& ctx) {
  expect_wpa(ctx, "WS-01", plain_wpa_conf());
  harness::property<Drawn>(
      ctx, "valid",
      {.classes = {{"clean", 0.9}, {"two networks", 0.1}, {"CRLF", 0.1}, {"comment", 0.3}}},
      [] { return Drawn{"", generators::draw_wpa_conf(), ""}; },
      [](CaseContext& at, const Drawn& drawn) {
        const auto reading = read_wpa_conf(drawn.text);
        harness::classify(at, "clean", reading.verdict.remarks.empty());
        harness::classify(at, "two networks", reading.blocks.size() > 1);
        harness::classify(at, "CRLF", drawn.text.contains('\r'));
        harness::classify(at, "comment", drawn.text.contains('#'));
        expect_wpa(at, "WS-01", drawn.text);
      });
}

void check_rules(CaseContext& ctx, const Rules& rules, const std::string& requirement) {
  for (const WpaRule* rule : rules) {
    const auto variants = 1 + std::ranges::count(rule->lines, '|');
    for (std::uint32_t number = 0; number < variants; ++number) {
      std::string spoilt = plain_wpa_conf();
      ctx.counterexample("rule", Json(std::string(rule->name)));
      TOUCHSTONE_CHECK(apply(*rule, spoilt, {0, number}));
      expect_wpa(ctx, requirement, spoilt);
    }
  }
  harness::property<Drawn>(
      ctx, "spoilt by one rule", {.classes = {}, .cost = 2},
      [&] {
        const WpaRule& rule =
            *rules[generators::draw_below(static_cast<std::uint32_t>(rules.size()))];
        Drawn drawn{std::string(rule.name), generators::draw_wpa_conf(), ""};
        const mutators::Choice choice{*rc::gen::arbitrary<std::uint32_t>(),
                                      *rc::gen::arbitrary<std::uint32_t>()};
        TOUCHSTONE_CHECK(apply(rule, drawn.text, choice));
        return drawn;
      },
      [&](CaseContext& at, const Drawn& drawn) { expect_wpa(at, requirement, drawn.text); });
}

/// The lines that say `key` in the network that counts, and all others.
std::pair<std::vector<std::string>, std::vector<std::string>> divide(const std::string& text,
                                                                     std::string_view key) {
  const auto reading = read_wpa_conf(text);
  std::pair<std::vector<std::string>, std::vector<std::string>> parts;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    ++number;
    const auto& settings = reading.network()->settings;
    const bool here = std::ranges::any_of(
        settings, [&](const auto& one) { return one.line == number && one.key == key; });
    (here ? parts.first : parts.second).push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

std::string edited(CaseContext& ctx, const std::string& text, const std::string& key,
                   const Json& value) {
  const auto reading = read_wpa_conf(text);
  Json args = {
      {"octets_b64", base64(text)}, {"key", key}, {"network", wpa_json(reading).at("counts")}};
  if (!value.is_null()) args["value"] = value;
  const Response response = ctx.call("wpa_conf.edit", args);
  ctx.expect_accepted(response, "WS-05");
  return text_of(response, "octets_b64");
}

/// One field changes, and nothing else: comments, order, spelling and fields that nobody knows.
void check_edit(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "edit", {.classes = {{"replaced", 0.2}, {"added", 0.1}}},
      [] {
        const bool often = generators::draw_bool();
        return Drawn{often ? "identity" : "id_str", generators::draw_wpa_conf(),
                     "\"" + generators::draw_name() + "\""};
      },
      [](CaseContext& at, const Drawn& drawn) {
        at.counterexample("file", as_octets(drawn.text));
        // A field that a newer program knows.
        std::string text = drawn.text;
        const auto place = text.find("eap=TLS");
        text.insert(place, text.contains('\r') ? "new_field=7\r\n" : "new_field=7\n");
        const bool there = !divide(text, drawn.what).first.empty();
        harness::classify(at, there ? "replaced" : "added");
        const std::string set = edited(at, text, drawn.what, drawn.more);
        const auto now = read_wpa_conf(set);
        at.expect(now.network() != nullptr && now.network()->find(drawn.what) != nullptr &&
                      now.network()->find(drawn.what)->value == drawn.more,
                  "WS-05", "the field says what was set", "it says something else");
        const auto kept = divide(text, drawn.what).second;
        auto others = divide(set, drawn.what).second;
        if (!others.empty() && !kept.empty() && !kept.back().ends_with('\n'))
          others.back() = kept.back();  // a line end may have to be added
        at.expect(kept == others, "WS-05", "every other line as it was", "another line changed");
        const std::string gone = edited(at, set, drawn.what, {});
        at.expect(divide(gone, drawn.what).first.empty(), "WS-05", "the field is gone", "it stays");
        at.expect(divide(gone, drawn.what).second == divide(set, drawn.what).second, "WS-05",
                  "every other line stays", "another line changed");
      });
}

void expect_written(CaseContext& ctx, const Drawn& drawn, bool locked, bool named) {
  Json args = {{"identity", drawn.text},
               {"ca_cert", "/etc/wpa_cert/ca.pem"},
               {"client_cert", "/etc/wpa_cert/own.pem"},
               {"private_key", "/etc/wpa_cert/key.pem"}};
  if (locked) args["password_b64"] = base64(drawn.more);
  if (named) args["server_name"] = "radius.example";
  const Response response = ctx.call("wpa_conf.encode", args, {.output_is_secret = true});
  ctx.expect_accepted(response, "WS-05");
  const auto reading = read_wpa_conf(text_of(response, "octets_b64"));
  ctx.expect(reading.verdict.remarks.empty(), "WS-02", "a file without a remark",
             reading.verdict.remarks.empty() ? "" : reading.verdict.remarks.front().code);
  const auto* network = reading.network();
  const auto says = [&](const char* key, const std::optional<std::string>& wanted) {
    ctx.expect(network != nullptr && network->text(key) == wanted, "WS-05",
               std::string(key) + " as it was given", "something else, or nothing");
  };
  says("identity", drawn.text);
  says("ca_cert", "/etc/wpa_cert/ca.pem");
  says("client_cert", "/etc/wpa_cert/own.pem");
  says("private_key", "/etc/wpa_cert/key.pem");
  says("private_key_passwd", locked ? std::optional(drawn.more) : std::nullopt);
  ctx.expect(network->text("domain_match") ==
                 (named ? std::optional<std::string>("radius.example") : std::nullopt),
             "WS-04", "domain_match where a name of the server was given", "something else");
}

void check_written(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "written", {.classes = {{"password", 0.3}}},
      [] {
        const std::uint32_t kind = generators::draw_below(4);
        return Drawn{std::to_string(kind), generators::draw_name(), generators::draw_password()};
      },
      [](CaseContext& at, const Drawn& drawn) {
        const bool locked = drawn.what == "0" || drawn.what == "1";
        harness::classify(at, "password", locked);
        expect_written(at, drawn, locked, drawn.what == "1" || drawn.what == "2");
      });
}

}  // namespace

void add_conf_cases(harness::Registry& registry) {
  add_case(registry, "WS-01.AgreesWithWpaSupplicant", {"WS-01"}, {"wpa_conf.decode"},
           "Each recorded verdict of wpa_supplicant 2.10 is the verdict of its profile",
           check_verdicts);
  add_case(registry, "WS-01.TakesWholeFiles", {"WS-01"}, {"wpa_conf.decode"},
           "Files without a fault are taken without a word, in every spelling", check_whole);
  std::map<std::string, Rules> groups;
  for (const WpaRule& rule : mutators::wpa_rules())
    groups[std::string(rule.requirement)].push_back(&rule);
  for (const auto& [requirement, rules] : groups)
    add_case(registry, requirement + ".TellsFaultsOfWpaSupplicantConf", {requirement},
             {"wpa_conf.decode"}, "Single faults of a wpa_supplicant.conf are told",
             [requirement, rules](CaseContext& ctx) { check_rules(ctx, rules, requirement); });
  add_case(registry, "WS-05.KeepsWhatAHandWrote", {"WS-05"}, {"wpa_conf.edit"},
           "Changing a field changes nothing else", check_edit);
  add_case(registry, "WS-05.ReadsBackWhatItWrote", {"WS-05", "WS-02", "WS-04"}, {"wpa_conf.encode"},
           "A file that was written says what was given", check_written);
}

}  // namespace touchstone::conformance::suites::dot1x_config
