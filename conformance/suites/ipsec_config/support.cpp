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

std::string without_certificates(const std::string& file) {
  std::string text;
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.find("certificate_type") == std::string::npos) text += line + "\n";
  return text;
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
