#include "conformance/oracle/diameter/message_json.h"

#include <stdexcept>

namespace touchstone::conformance::oracle::diameter {

namespace {

Octets read_hex(const nlohmann::json& json) {
  auto octets = from_hex(json.get<std::string>());
  if (!octets) throw std::invalid_argument("no hexadecimal digits");  // as the JSON library tells
  return *std::move(octets);
}

template <class Record>
void write_length(nlohmann::json& json, const Record& record) {
  if (record.stated_length) json["stated_length"] = *record.stated_length;
}

template <class Record>
void read_length(const nlohmann::json& json, Record& record) {
  if (json.contains("stated_length"))
    record.stated_length = json.at("stated_length").get<std::uint32_t>();
}

}  // namespace

void to_json(nlohmann::json& json, const Avp& avp) {
  json = {{"code", avp.code}, {"flags", avp.flags}};
  if (avp.has_vendor()) json["vendor"] = avp.vendor;
  if (avp.is_group)
    json["members"] = avp.members;
  else
    json["value"] = to_hex(avp.data);
  write_length(json, avp);
  if (avp.padding) json["padding"] = to_hex(*avp.padding);
}

void from_json(const nlohmann::json& json, Avp& avp) {
  avp = {};
  avp.code = json.at("code").get<std::uint32_t>();
  avp.flags = json.at("flags").get<std::uint8_t>();
  avp.vendor = json.value("vendor", 0U);
  avp.is_group = json.contains("members");
  if (avp.is_group)
    json.at("members").get_to(avp.members);
  else
    avp.data = read_hex(json.at("value"));
  read_length(json, avp);
  if (json.contains("padding")) avp.padding = read_hex(json.at("padding"));
}

void to_json(nlohmann::json& json, const Message& message) {
  const Header& header = message.header;
  json = {{"version", header.version},
          {"flags", header.flags},
          {"command", header.command},
          {"application", header.application},
          {"hop_by_hop", header.hop_by_hop},
          {"end_to_end", header.end_to_end},
          {"avps", message.avps}};
  write_length(json, message);
}

void from_json(const nlohmann::json& json, Message& message) {
  message = {};
  json.at("version").get_to(message.header.version);
  json.at("flags").get_to(message.header.flags);
  json.at("command").get_to(message.header.command);
  json.at("application").get_to(message.header.application);
  json.at("hop_by_hop").get_to(message.header.hop_by_hop);
  json.at("end_to_end").get_to(message.header.end_to_end);
  json.at("avps").get_to(message.avps);
  read_length(json, message);
}

}  // namespace touchstone::conformance::oracle::diameter
