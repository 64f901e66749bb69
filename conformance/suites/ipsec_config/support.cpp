#include "conformance/suites/ipsec_config/support.h"

#include <algorithm>
#include <sstream>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using oracle::ipsec::Remark;
using oracle::ipsec::Verdict;

constexpr std::string_view racoon_text =
    "path pre_shared_key \"/etc/racoon/psk.txt\";\n"
    "log info;\n"
    "remote 10.0.0.2 {\n"
    "\texchange_mode main;\n"
    "\tmy_identifier address 10.0.0.1;\n"
    "\tcertificate_type x509 \"own.pem\" \"own.key\";\n"
    "\tnat_traversal off;\n"
    "\tproposal_check obey;\n"
    "\tnonce_size 16;\n"
    "\tdpd_delay 20;\n"
    "\tlifetime time 3600 sec;\n"
    "\tproposal {\n"
    "\t\tencryption_algorithm aes 128;\n"
    "\t\thash_algorithm sha1;\n"
    "\t\tauthentication_method pre_shared_key;\n"
    "\t\tdh_group 2;\n"
    "\t}\n"
    "}\n"
    "sainfo address 10.1.0.0/16 any address 10.2.0.0/16 any {\n"
    "\tpfs_group 2;\n"
    "\tlifetime time 3600 sec;\n"
    "\tencryption_algorithm aes 128;\n"
    "\tauthentication_algorithm hmac_sha1;\n"
    "\tcompression_algorithm deflate;\n"
    "}\n";

/// One oracle remark against the findings of a response.
void expect_told(CaseContext& ctx, std::string_view requirement, const Response& response,
                 const Remark& remark) {
  ctx.expect_finding(response, requirement, remark.code);
  if (remark.line == 0 || !response.obs.contains("findings")) return;
  const bool there = std::ranges::any_of(response.obs.at("findings"), [&](const Json& finding) {
    return finding.value("code", "") == remark.code &&
           finding.value("line", std::uint64_t{0}) == remark.line;
  });
  ctx.expect(there, requirement, remark.code + " at line " + std::to_string(remark.line),
             response.obs.at("findings").dump());
}

void expect_no_other(CaseContext& ctx, std::string_view requirement, const Response& response,
                     const Verdict& verdict) {
  if (!response.obs.contains("findings")) return;
  for (const Json& finding : response.obs.at("findings"))
    ctx.expect(verdict.has(finding.value("code", "")), requirement,
               "no finding that the file does not earn", finding.dump());
}

std::string without_certificates(const std::string& file) {
  std::string text;
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.find("certificate_type") == std::string::npos) text += line + "\n";
  return text;
}

struct Judgement {
  const char* op;
  const char* daemon;  ///< the profile of the program; null: there is none
  const char* member;  ///< of obs, with the model
  Json args;
  harness::CallOptions options = {};
  bool has_model = true;
};

void expect_verdict(CaseContext& ctx, std::string_view requirement, const Judgement& judgement,
                    const Verdict& verdict, const Json& model) {
  const auto call = [&](const char* profile) {
    Json args = judgement.args;
    args["profile"] = profile;
    return ctx.call(judgement.op, std::move(args), judgement.options);
  };
  const Response strict = call("strict");
  if (verdict.strict_takes())
    ctx.expect_accepted(strict, requirement);
  else
    ctx.expect_rejected(strict, requirement);
  if (ctx.has("lint.codes")) {
    // A fault of syntax may hide what was said on the way to it.
    const std::size_t first = verdict.stopped ? verdict.remarks.size() - 1 : 0;
    for (std::size_t i = first; i < verdict.remarks.size(); ++i)
      expect_told(ctx, requirement, strict, verdict.remarks[i]);
    if (!verdict.stopped) expect_no_other(ctx, requirement, strict, verdict);
  }
  if (judgement.daemon != nullptr) {
    const Response daemon = call(judgement.daemon);
    if (verdict.daemon_takes())
      ctx.expect_accepted(daemon, requirement);
    else
      ctx.expect_rejected(daemon, requirement);
  }
  if (!ctx.has("ipsec.model") || !judgement.has_model || !verdict.daemon_takes()) return;
  ctx.expect_equal(requirement, judgement.member, model,
                   strict.obs.value(judgement.member, Json()));
}

}  // namespace

void to_json(Json& json, const Drawn& drawn) {
  json = {{"rule", drawn.rule},
          {"file_b64", base64(drawn.file)},
          {"more_b64", base64(drawn.more)},
          {"mode", drawn.mode}};
}

void from_json(const Json& json, Drawn& drawn) {
  const auto text = [&](const char* name) {
    const auto octets = harness::from_base64(json.at(name).get<std::string>());
    return std::string(as_text(octets.value_or(Octets())));
  };
  drawn.rule = json.at("rule").get<std::string>();
  drawn.file = text("file_b64");
  drawn.more = text("more_b64");
  drawn.mode = json.at("mode").get<unsigned>();
}

std::string base64(std::string_view text) {
  return harness::to_base64(as_octets(text));
}

std::string text_of(const Response& response, const char* member) {
  const auto octets = harness::from_base64(response.obs.value(member, ""));
  return std::string(as_text(octets.value_or(Octets())));
}

void expect_racoon(CaseContext& ctx, std::string_view requirement, const std::string& file,
                   bool opened) {
  // A command opens what a file names; nothing of that is there.
  const bool alone = !opened && !ctx.has("ipsec.model");
  const std::string text = alone ? without_certificates(file) : file;
  ctx.counterexample("file", as_octets(text));
  const oracle::ipsec::RacoonFiles none = [](const std::string&) {
    return std::vector<std::string>();
  };
  const auto reading =
      oracle::ipsec::read_racoon(text, opened ? none : oracle::ipsec::RacoonFiles());
  Json args = {{"octets_b64", base64(text)}};
  if (opened) args["files"] = Json::object();
  expect_verdict(ctx, requirement, {"racoon_conf.decode", "racoon-0.8", "conf", std::move(args)},
                 reading.verdict, Json(reading.conf));
}

void expect_setkey(CaseContext& ctx, std::string_view requirement, const std::string& text) {
  ctx.counterexample("file", as_octets(text));
  const auto reading = oracle::ipsec::read_setkey(text);
  expect_verdict(ctx, requirement,
                 {"setkey.decode", "setkey-0.8", "script", {{"octets_b64", base64(text)}}},
                 reading.verdict, oracle::ipsec::setkey_json(reading));
}

Json ifcfg_arguments(const oracle::ipsec::IfcfgInput& input) {
  Json args = {{"ifcfg_b64", base64(input.ifcfg)}};
  if (input.keys) args["keys_b64"] = base64(*input.keys);
  if (input.keys_mode) args["keys_mode"] = *input.keys_mode;
  return args;
}

void expect_ifcfg(CaseContext& ctx, std::string_view requirement,
                  const oracle::ipsec::IfcfgInput& input) {
  ctx.counterexample("file", as_octets(input.ifcfg));
  const auto reading = oracle::ipsec::read_ifcfg(input);
  Verdict verdict = reading.verdict;
  for (Remark& remark : verdict.remarks)
    remark.line = 0;  // of either file
  verdict.stopped = verdict.has("IF-QUOTE");
  Judgement judgement{"ifcfg.decode", nullptr, "interface", ifcfg_arguments(input)};
  // What a broken file means is not defined.
  judgement.has_model = verdict.strict_takes();
  expect_verdict(ctx, requirement, judgement, verdict,
                 judgement.has_model ? oracle::ipsec::ifcfg_json(reading) : Json());
}

void expect_psk(CaseContext& ctx, std::string_view requirement, const std::string& text,
                unsigned mode) {
  const auto reading = oracle::ipsec::read_psk(text, mode);
  Json rows = Json::array();
  for (const auto& [identifier, key] : reading.rows)
    rows.push_back(Json::array({identifier, base64(key)}));
  expect_verdict(ctx, requirement,
                 {"psk.decode",
                  "racoon-0.8",
                  "rows",
                  {{"octets_b64", base64(text)}, {"mode", mode}},
                  {.output_is_secret = true}},
                 reading.verdict, rows);
}

std::string plain_racoon() {
  return std::string(racoon_text);
}

std::string plain_setkey() {
  return "flush;\nspdflush;\n"
         "spdadd 10.1.0.0/16 10.2.0.0/16 any -P out ipsec esp/tunnel/10.0.0.1-10.0.0.2/require;\n"
         "spdadd 10.2.0.0/16 10.1.0.0/16 any -P in ipsec esp/tunnel/10.0.0.2-10.0.0.1/require;\n";
}

oracle::ipsec::IfcfgInput plain_ifcfg() {
  return {"DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n",
          "IKE_PSK=correct-horse-battery\n", 0600U};
}

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body) {
  registry.add({.id = std::move(id),
                .suite = "ipsec-config",
                .requirements = std::move(requirements),
                .needs = std::move(needs),
                .title = std::move(title),
                .body = std::move(body)});
}

}  // namespace touchstone::conformance::suites::ipsec_config
