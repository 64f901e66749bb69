#include "sim/nodes/network.h"

#include "reference/crypto/digest.h"
#include "reference/diameter/dictionary.h"

namespace touchstone::sim {

std::uint64_t name_key(OctetView key) {
  const auto digest = crypto::sha256(key);
  std::uint64_t name = 0;
  for (std::size_t i = 0; i < 8; ++i)
    name = name << 8 | digest[i];
  return name;
}

void tell(Machine& machine, const Network& network, Happening happening) {
  happening.at = machine.all().world().now();
  happening.node = machine.index();
  network.journal->tell(happening);
}

diameter::NodeConfig node_config(const Machine& machine, const Network& network,
                                 const std::string& host, std::uint32_t command) {
  diameter::NodeConfig config;
  config.host = host;
  config.realm = network.realm;
  config.addresses = {machine.place().address};
  config.product_name = "touchstone";
  config.start_seconds = static_cast<std::uint32_t>(machine.wall().time_since_epoch().count());
  config.origin_state_id = config.start_seconds;
  config.applications = {diameter::application_mobile_ipv4};
  config.served = {{diameter::application_mobile_ipv4, command}};
  config.tw = network.watchdog;
  config.tc = network.watchdog;
  return config;
}

Octets encode_place(Endpoint place) {
  Octets octets;
  for (int shift = 24; shift >= 0; shift -= 8)
    octets.push_back(static_cast<std::uint8_t>(place.address >> shift));
  octets.push_back(static_cast<std::uint8_t>(place.port >> 8));
  octets.push_back(static_cast<std::uint8_t>(place.port));
  return octets;
}

Endpoint decode_place(OctetView octets) {
  Endpoint place;
  for (std::size_t i = 0; i < 4; ++i)
    place.address = place.address << 8 | octets[i];
  place.port = static_cast<std::uint16_t>(octets[4] << 8 | octets[5]);
  return place;
}

}  // namespace touchstone::sim
