#include "conformance/oracle/model_json.h"

#include <algorithm>
#include <stdexcept>

namespace touchstone::conformance::oracle {

namespace {

template <std::size_t size>
void read_key(const nlohmann::json& json, std::array<std::uint8_t, size>& key) {
  const auto octets = from_hex(json.get<std::string>());
  if (!octets || octets->size() != size)  // as the JSON library tells a wrong member
    throw std::invalid_argument("a key of another size");
  std::ranges::copy(*octets, key.begin());
}

}  // namespace

void to_json(nlohmann::json& json, const Network& network) {
  json = {{"pwdh", to_hex(network.pwdh)},
          {"base", to_hex(network.base)},
          {"gateway", to_hex(network.gateway)},
          {"gateway_cdld", to_hex(network.gateway_cdld)}};
}

void from_json(const nlohmann::json& json, Network& network) {
  read_key(json.at("pwdh"), network.pwdh);
  read_key(json.at("base"), network.base);
  read_key(json.at("gateway"), network.gateway);
  read_key(json.at("gateway_cdld"), network.gateway_cdld);
}

void to_json(nlohmann::json& json, const Row& row) {
  json = nlohmann::json::array({row.id, to_hex(row.key), row.batch, row.count});
}

void from_json(const nlohmann::json& json, Row& row) {
  row.id = json.at(0).get<std::uint32_t>();
  read_key(json.at(1), row.key);
  row.batch = json.at(2).get<std::uint32_t>();
  row.count = json.at(3).get<std::uint32_t>();
}

void to_json(nlohmann::json& json, const Keyring& keyring) {
  json = {{"network", keyring.network}, {"nodes", keyring.rows}};
}

void from_json(const nlohmann::json& json, Keyring& keyring) {
  json.at("network").get_to(keyring.network);
  json.at("nodes").get_to(keyring.rows);
}

std::string_view print_on_conflict(OnConflict on_conflict) {
  switch (on_conflict) {
    case OnConflict::abort:
      return "abort";
    case OnConflict::keep:
      return "keep";
    case OnConflict::replace:
      break;
  }
  return "replace";
}

void to_json(nlohmann::json& json, const MergeRules& rules) {
  json = {{"on_conflict", print_on_conflict(rules.on_conflict)},
          {"max_replace", rules.max_replace},
          {"revive", rules.revive}};
  json["tombstones"] = nlohmann::json::array();
  for (const auto& [id, count] : rules.tombstones)
    json["tombstones"].push_back(nlohmann::json::array({id, count}));
}

void from_json(const nlohmann::json& json, MergeRules& rules) {
  const auto word = json.value("on_conflict", std::string("abort"));
  for (const auto value : {OnConflict::abort, OnConflict::keep, OnConflict::replace})
    if (word == print_on_conflict(value)) rules.on_conflict = value;
  rules.max_replace = json.value("max_replace", std::uint64_t{100});
  rules.revive = json.value("revive", false);
  for (const auto& stone : json.value("tombstones", nlohmann::json::array()))
    rules.tombstones[stone.at(0).get<std::uint32_t>()] = stone.at(1).get<std::uint32_t>();
}

}  // namespace touchstone::conformance::oracle
