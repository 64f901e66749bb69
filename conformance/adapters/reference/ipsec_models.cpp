#include "conformance/adapters/reference/ipsec_models.h"

#include <fmt/format.h>

namespace touchstone::conformance::adapters::reference {

using harness::Json;
using ipsec::config::Address;
using ipsec::config::Association;
using ipsec::config::Endpoint;
using ipsec::config::ExchangeMode;
using ipsec::config::Identity;
using ipsec::config::IdType;
using ipsec::config::IkeProposal;
using ipsec::config::IpsecInterface;
using ipsec::config::Listening;
using ipsec::config::Network;
using ipsec::config::Policy;
using ipsec::config::PolicyRequest;
using ipsec::config::print_address;
using ipsec::config::RacoonConfig;
using ipsec::config::Remote;
using ipsec::config::Sainfo;
using ipsec::config::SainfoId;
using ipsec::config::SaMode;
using ipsec::config::SaProtocol;
using ipsec::config::SetkeyReading;
using ipsec::config::Transform;

namespace {

std::string address_text(const std::optional<Address>& address) {
  return address ? print_address(*address) : "";
}

std::string_view type_name(IdType type) {
  constexpr std::string_view names[] = {"user_fqdn", "fqdn",   "keyid",
                                        "address",   "subnet", "asn1dn"};
  return names[static_cast<std::size_t>(type)];
}

Json print(const Identity& one) {
  const auto value = one.address ? print_address(*one.address) : one.value.value_or("");
  return {{"type", type_name(one.type)}, {"value", one.value ? Json(value) : Json()}};
}

Json print(const Remote& one) {
  constexpr std::string_view modes[] = {"base", "main", "aggressive"};
  constexpr std::string_view checks[] = {"obey", "strict", "claim", "exact"};
  constexpr std::string_view traversals[] = {"off", "on", "force"};
  constexpr std::string_view levels[] = {"off", "on", "require", "unique"};
  Json json = {{"name", one.named ? one.name : ""},
               {"address", one.address ? print_address(*one.address) : "anonymous"},
               {"port", one.port},
               {"modes", Json::array()},
               {"mine", print(one.mine)},
               {"peers", Json::array()},
               {"verify_identifier", one.verify_identifier},
               {"passive", one.passive},
               {"nat", traversals[static_cast<std::size_t>(one.nat)]},
               {"check", checks[static_cast<std::size_t>(one.check)]},
               {"generate_policy", levels[static_cast<std::size_t>(one.generate_policy)]},
               {"nonce", one.nonce},
               {"dpd_delay", one.dpd_delay},
               {"certificate", one.certificate},
               {"key", one.key},
               {"proposals", Json::array()}};
  for (const ExchangeMode mode : one.modes)
    json["modes"].push_back(modes[static_cast<std::size_t>(mode)]);
  for (const Identity& peer : one.peers)
    json["peers"].push_back(print(peer));
  for (const IkeProposal& each : one.proposals)
    json["proposals"].push_back({{"cipher", each.cipher},
                                 {"key_bits", each.key_bits},
                                 {"hash", each.hash},
                                 {"method", each.method},
                                 {"group", each.group},
                                 {"lifetime", each.lifetime.value_or(one.lifetime)}});
  return json;
}

std::string print(const SainfoId& one) {
  switch (one.kind) {
    case SainfoId::Kind::anonymous:
      return "anonymous";
    case SainfoId::Kind::client_address:
      return "clientaddr";
    case SainfoId::Kind::text:
      return fmt::format("{}:{}", type_name(one.type), one.text);
    case SainfoId::Kind::range:
      return fmt::format("{}-{}[{}]{}", print_address(one.low), print_address(one.high), one.port,
                         one.protocol);
    case SainfoId::Kind::network:
      break;
  }
  return fmt::format("{}/{}[{}]{}", print_address(one.low), one.prefix, one.port, one.protocol);
}

Json print(const std::vector<Transform>& list) {
  Json json = Json::array();
  for (const Transform& one : list)
    json.push_back(Json::array({one.number, one.key_bits}));
  return json;
}

Json print(const Sainfo& one) {
  const auto value = [](const Identity& from) {
    return from.address ? print_address(*from.address) : from.value.value_or("");
  };
  return {
      {"local", print(one.local)},
      {"peer", print(one.peer)},
      {"from", one.from ? fmt::format("{}:{}", type_name(one.from->type), value(*one.from)) : ""},
      {"pfs_group", one.pfs_group},
      {"lifetime", one.lifetime},
      {"remote_id", one.remote_id},
      {"ciphers", print(one.ciphers)},
      {"auths", print(one.auths)},
      {"compressions", print(one.compressions)}};
}

std::string print(const Endpoint& end) {
  return fmt::format("{}/{}[{}]", end.address ? print_address(*end.address) : "?", end.prefix,
                     end.port == 0 ? "any" : std::to_string(end.port));
}

std::string_view name_of(SaProtocol protocol) {
  constexpr std::string_view names[] = {"", "esp", "ah", "ipcomp", "tcp"};
  return names[static_cast<std::size_t>(protocol)];
}

std::string_view name_of(SaMode mode) {
  constexpr std::string_view names[] = {"any", "transport", "tunnel"};
  return names[static_cast<std::size_t>(mode)];
}

Json print(const Policy& policy) {
  constexpr std::string_view directions[] = {"in", "out", "fwd"};
  constexpr std::string_view actions[] = {"absent", "discard", "none",
                                          "ipsec",  "bypass",  "entrust"};
  constexpr std::string_view levels[] = {"default", "use", "require", "unique"};
  Json requests = Json::array();
  for (const PolicyRequest& one : policy.requests)
    requests.push_back({{"protocol", name_of(one.protocol)},
                        {"mode", name_of(one.mode)},
                        {"from", address_text(one.from)},
                        {"to", address_text(one.to)},
                        {"level", levels[static_cast<std::size_t>(one.level)]}});
  return {{"from", print(policy.from)},
          {"to", print(policy.to)},
          {"protocol", policy.protocol},
          {"direction", directions[static_cast<std::size_t>(policy.direction)]},
          {"action", actions[static_cast<std::size_t>(policy.action)]},
          {"requests", std::move(requests)}};
}

std::string print(const std::optional<Network>& network) {
  if (!network) return {};
  return fmt::format("{}/{}", print_address(network->address), network->prefix);
}

}  // namespace

Json print_model(const RacoonConfig& conf) {
  Json listens = Json::array();
  for (const Listening& one : conf.listens)
    listens.push_back(
        fmt::format("{}[{}]{}", print_address(one.address), one.port, one.encapsulated ? "n" : ""));
  Json remotes = Json::array();
  for (const Remote& one : conf.remotes)
    remotes.push_back(print(one));
  Json sainfos = Json::array();
  for (const Sainfo& one : conf.sainfos)
    sainfos.push_back(print(one));
  return {{"paths", conf.paths},           {"log", conf.log_level},
          {"includes", conf.includes},     {"listens", std::move(listens)},
          {"remotes", std::move(remotes)}, {"sainfos", std::move(sainfos)}};
}

Json print_model(const SetkeyReading& script) {
  Json policies = Json::array();
  for (const Policy& one : script.policies)
    policies.push_back(print(one));
  Json associations = Json::array();
  for (const Association& one : script.associations)
    associations.push_back({{"from", address_text(one.from.address)},
                            {"to", address_text(one.to.address)},
                            {"protocol", name_of(one.protocol)},
                            {"spi", one.spi},
                            {"mode", name_of(one.mode)},
                            {"cipher", one.cipher},
                            {"auth", one.auth},
                            {"cipher_bits", one.cipher_key.size() * 8},
                            {"auth_bits", one.auth_key.size() * 8},
                            {"soft", one.soft_seconds},
                            {"hard", one.hard_seconds}});
  return {{"policies", std::move(policies)}, {"associations", std::move(associations)}};
}

Json print_model(const IpsecInterface& interface) {
  constexpr std::string_view methods[] = {"manual", "PSK", "X509", "GSSAPI"};
  return {{"destination", address_text(interface.destination)},
          {"source", address_text(interface.source)},
          {"source_network", print(interface.source_network)},
          {"destination_network", print(interface.destination_network)},
          {"on_boot", interface.on_boot},
          {"method", methods[static_cast<std::size_t>(interface.method)]},
          {"dh_group", interface.dh_group},
          {"ah", interface.ah},
          {"esp", interface.esp},
          {"esp_auth", interface.esp_auth}};
}

}  // namespace touchstone::conformance::adapters::reference
