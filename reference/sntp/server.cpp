#include "reference/sntp/server.h"

namespace touchstone::sntp {

std::optional<Octets> answer(const ServerSettings& settings, OctetView request, Time received,
                             Time now) {
  const std::optional<Packet> asked = decode(request);
  if (!asked || asked->mode != Mode::client || asked->version < 1 || asked->version > 4)
    return std::nullopt;
  Packet packet{.leap = settings.leap,
                .version = asked->version,
                .mode = Mode::server,
                .stratum = settings.stratum,
                .poll = asked->poll,
                .precision = settings.precision,
                .reference_id = settings.reference_id,
                .reference = to_timestamp(settings.reference),
                .originate = asked->transmit,
                .receive = to_timestamp(received),
                .transmit = to_timestamp(now)};
  if (!settings.synchronized) {
    packet.leap = leap_unsynchronized;
    packet.stratum = 0;
    packet.reference_id = {'I', 'N', 'I', 'T'};
    packet.reference = {};
  }
  return encode(packet);
}

}  // namespace touchstone::sntp
