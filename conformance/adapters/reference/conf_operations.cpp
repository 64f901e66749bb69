#include "conformance/adapters/reference/conf_operations.h"

#include "conformance/harness/base64.h"
#include "reference/diameter/config.h"

namespace touchstone::conformance::adapters::reference {
namespace {

using diameter::ApplicationIdType;
using diameter::Config;
using diameter::NodeUri;
using diameter::PortProfile;
using diameter::SecurityId;
using diameter::StackType;

Json print(const NodeUri& uri) {
  return {{"secure", uri.secure},
          {"host", uri.host},
          {"port", uri.port ? Json(*uri.port) : Json(nullptr)}};
}

NodeUri uri_of(const Json& json) {
  NodeUri uri{json.at("secure").get<bool>(), json.at("host").get<std::string>(), std::nullopt};
  if (!json.at("port").is_null()) uri.port = json.at("port").get<std::uint16_t>();
  return uri;
}

Json print(const Config& config) {
  Json json = {{"uri", print(config.uri)},
               {"stack_type", config.stack_type == StackType::server ? "SERVER" : "CLIENT"},
               {"realm", config.realm},
               {"vendor_id", config.vendor_id},
               {"product_name", config.product_name},
               {"applications", Json::array()},
               {"inband_security", Json::array()},
               {"peers", Json::array()}};
  for (const auto& one : config.applications)
    json["applications"].push_back({{"type", one.type == ApplicationIdType::auth ? "Auth" : "Acct"},
                                    {"id", one.id},
                                    {"vendor", one.vendor}});
  for (const SecurityId id : config.inband_security)
    json["inband_security"].push_back(id == SecurityId::tls ? "TLS" : "NO_INBAND_SECURITY");
  for (const auto& peer : config.peers)
    json["peers"].push_back(
        {{"uri", print(peer.uri)}, {"realm", peer.realm}, {"connecting", peer.connecting}});
  return json;
}

Config config_of(const Json& json) {
  Config config{
      .uri = uri_of(json.at("uri")),
      .stack_type = json.at("stack_type") == "SERVER" ? StackType::server : StackType::client,
      .realm = json.at("realm"),
      .vendor_id = json.at("vendor_id"),
      .product_name = json.at("product_name"),
      .applications = {},
      .inband_security = {},
      .peers = {}};
  for (const Json& one : json.at("applications"))
    config.applications.push_back(
        {one.at("type") == "Auth" ? ApplicationIdType::auth : ApplicationIdType::acct,
         one.at("id").get<std::uint32_t>(), one.at("vendor").get<std::uint32_t>()});
  for (const Json& id : json.at("inband_security"))
    config.inband_security.push_back(id == "TLS" ? SecurityId::tls
                                                 : SecurityId::no_inband_security);
  for (const Json& peer : json.at("peers"))
    config.peers.push_back({uri_of(peer.at("uri")), peer.at("realm").get<std::string>(),
                            peer.at("connecting").get<bool>()});
  return config;
}

Json ports_of(const Config& config, const Json& args) {
  const auto profile =
      args.value("profile", "6733") == "3588" ? PortProfile::rfc3588 : PortProfile::rfc6733;
  Json ports = Json::array({diameter::port_of(config.uri, profile)});
  for (const auto& peer : config.peers)
    ports.push_back(diameter::port_of(peer.uri, profile));
  return ports;
}

}  // namespace

Response decode_conf(const Json& args) {
  const auto hosts = args.value("hosts", std::vector<std::string>{});
  diameter::ConfigOptions options{
      .strict = args.value("mode", "strict") == "strict",
      .role = std::nullopt,
      .surroundings = {.has_certificate = args.value("certificate", false),
                       .has_ipsec = args.value("ipsec", false),
                       .own_hosts = hosts}};
  if (args.contains("role"))
    options.role = args.at("role") == "server" ? StackType::server : StackType::client;
  Findings findings;
  const auto config =
      diameter::parse_config(octets_argument(args, "octets_b64"), options, findings);
  if (!config) return rejected(config.error(), findings);
  return accepted({{"conf", print(*config)},
                   {"ports", ports_of(*config, args)},
                   {"findings", print_findings(findings)}});
}

Response encode_conf(const Json& args) {
  const std::string text = diameter::print_config(config_of(args.at("conf")));
  return accepted({{"octets_b64", harness::to_base64(as_octets(text))}});
}

}  // namespace touchstone::conformance::adapters::reference
