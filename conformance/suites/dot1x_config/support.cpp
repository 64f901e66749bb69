#include "conformance/suites/dot1x_config/support.h"

#include "conformance/harness/base64.h"

namespace touchstone::conformance::suites::dot1x_config {

void to_json(Json& json, const Drawn& drawn) {
  json = {{"what", base64(drawn.what)}, {"text", base64(drawn.text)}, {"more", base64(drawn.more)}};
}

void from_json(const Json& json, Drawn& drawn) {
  const auto text = [&](const char* name) {
    const auto octets = harness::from_base64(json.at(name).get<std::string>());
    return std::string(as_text(octets.value_or(Octets())));
  };
  drawn = {text("what"), text("text"), text("more")};
}

std::string plain_wpa_conf() {
  return "ctrl_interface=/var/run/wpa_supplicant\n"
         "ap_scan=0\n"
         "\n"
         "network={\n"
         "\tkey_mgmt=IEEE8021X\n"
         "\teap=TLS\n"
         "\teapol_flags=0\n"
         "\tidentity=\"test@test.se\"\n"
         "\tca_cert=\"/etc/wpa_cert/cacert.pem\"\n"
         "\tclient_cert=\"/etc/wpa_cert/clientCert.pem\"\n"
         "\tprivate_key=\"/etc/wpa_cert/privateKey.pem\"\n"
         "}\n";
}

void expect_wpa(CaseContext& ctx, std::string_view requirement, const std::string& text) {
  ctx.counterexample("file", as_octets(text));
  const auto reading = oracle::dot1x::read_wpa_conf(text);
  Judgement judgement{
      "wpa_conf.decode", "wpa_supplicant-2.10", "conf", {{"octets_b64", base64(text)}}};
  judgement.model_capability = "dot1x.model";
  expect_verdict(ctx, requirement, judgement, reading.verdict, oracle::dot1x::wpa_json(reading));
}

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body) {
  registry.add({.id = std::move(id),
                .suite = "dot1x-config",
                .requirements = std::move(requirements),
                .needs = std::move(needs),
                .title = std::move(title),
                .body = std::move(body)});
}

}  // namespace touchstone::conformance::suites::dot1x_config
