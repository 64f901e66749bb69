// The oracle of diameter_*.conf held against files whose verdict was written by hand.

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/oracle/diameter/conf.h"
#include "tests/support/tree.h"
#include "tests/unit/conformance/oracle/checks.h"

namespace touchstone::conformance::oracle {

namespace {

using Json = nlohmann::json;

std::string text_of(const std::string& fixture) {
  std::ifstream in(tests::tree_path("fixtures/diameter/") + fixture);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string check_file(const Json& file) {
  diameter::ConfUse use{.strict = false,
                        .role = file.value("role", ""),
                        .certificate = file.value("certificate", false),
                        .ipsec = file.value("ipsec", false),
                        .hosts = file.value("hosts", std::vector<std::string>{})};
  const auto text = file.at("text").get<std::string>();
  const auto tolerant = diameter::read_conf(as_octets(text), use);
  use.strict = true;
  const auto strict = diameter::read_conf(as_octets(text), use);
  for (const Json& code : file.at("codes"))
    if (!has_finding(tolerant.findings, code.get<std::string>()))
      return "no finding " + code.get<std::string>();
  return first_of({differ("tolerant exit", file.at("tolerant").get<int>(), tolerant.exit_code),
                   differ("strict exit", file.at("strict").get<int>(), strict.exit_code)});
}

/// The table carries the installed files octet for octet.
std::string check_installed(const Json& files) {
  for (const std::string name : {"diameter_server.conf", "diameter_client.conf"})
    for (const Json& file : files)
      if (file.at("name") == "installed " + name)
        if (file.at("text") != text_of("valid/" + name)) return name + " differs";
  return {};
}

std::string check_table_1() {
  const auto text = text_of("valid/table_1.conf");
  const auto conf =
      diameter::read_conf(
          as_octets(text),
          {.strict = false, .role = {}, .certificate = true, .ipsec = true, .hosts = {}})
          .conf;
  const diameter::Conf wanted{.uri = {false, "127.0.0.1", 2045},
                              .stack_type = "SERVER",
                              .realm = "onramp.com",
                              .vendor_id = 27611,
                              .product_name = "KMS",
                              .applications = {{"Auth", 2, 0}},
                              .inband_security = {"TLS", "NO_INBAND_SECURITY"},
                              .peers = {{{false, "server.onramp.com", {}}, "onramp.com", true}}};
  if (conf != wanted) return Json(conf).dump();
  Json json = wanted;
  if (json.get<diameter::Conf>() != wanted) return "JSON loses something";
  return differ("text", print_conf(wanted),
                print_conf(diameter::read_conf(as_octets(print_conf(wanted)), {}).conf));
}

std::string check_ports() {
  const diameter::ConfUri secure{true, "a", {}};
  const diameter::ConfUri clear{false, "a", {}};
  return first_of({differ("aaas, 6733", 5868, int{diameter::port_of(secure, "6733")}),
                   differ("aaas, 3588", 3868, int{diameter::port_of(secure, "3588")}),
                   differ("aaa, 6733", 3868, int{diameter::port_of(clear, "6733")})});
}

}  // namespace

void add_conf_checks(std::vector<Check>& checks) {
  const Json files = Json::parse(text_of("conf/files.json")).at("files");
  for (const Json& file : files)
    checks.push_back(
        {"conf: " + file.at("name").get<std::string>(), [file] { return check_file(file); }});
  checks.push_back({"conf: installed files", [files] { return check_installed(files); }});
  checks.push_back({"conf: Table 1", check_table_1});
  checks.push_back({"conf: ports", check_ports});
}

}  // namespace touchstone::conformance::oracle
