#include "conformance/oracle/diameter/conf.h"

namespace touchstone::conformance::oracle::diameter {

using nlohmann::json;

void to_json(json& out, const ConfUri& uri) {
  out = {{"secure", uri.secure}, {"host", uri.host}, {"port", nullptr}};
  if (uri.port) out["port"] = *uri.port;
}

void from_json(const json& in, ConfUri& uri) {
  in.at("secure").get_to(uri.secure);
  in.at("host").get_to(uri.host);
  uri.port.reset();
  if (!in.at("port").is_null()) uri.port = in.at("port").get<std::uint16_t>();
}

void to_json(json& out, const Conf& conf) {
  out = {{"uri", conf.uri},
         {"stack_type", conf.stack_type},
         {"realm", conf.realm},
         {"vendor_id", conf.vendor_id},
         {"product_name", conf.product_name},
         {"applications", json::array()},
         {"inband_security", conf.inband_security},
         {"peers", json::array()}};
  for (const ConfApplication& one : conf.applications)
    out["applications"].push_back({{"type", one.type}, {"id", one.id}, {"vendor", one.vendor}});
  for (const ConfPeer& peer : conf.peers)
    out["peers"].push_back(
        {{"uri", peer.uri}, {"realm", peer.realm}, {"connecting", peer.connecting}});
}

void from_json(const json& in, Conf& conf) {
  in.at("uri").get_to(conf.uri);
  in.at("stack_type").get_to(conf.stack_type);
  in.at("realm").get_to(conf.realm);
  in.at("vendor_id").get_to(conf.vendor_id);
  in.at("product_name").get_to(conf.product_name);
  in.at("inband_security").get_to(conf.inband_security);
  conf.applications.clear();
  for (const json& one : in.at("applications"))
    conf.applications.push_back({one.at("type"), one.at("id"), one.at("vendor")});
  conf.peers.clear();
  for (const json& peer : in.at("peers"))
    conf.peers.push_back({peer.at("uri"), peer.at("realm"), peer.at("connecting")});
}

}  // namespace touchstone::conformance::oracle::diameter
