// NTP datagrams of any octets: what is read prints as itself, a server never answers with more than
// it was sent, and a client takes nothing but what returns its request.

#include <algorithm>
#include <cstdlib>

#include "reference/sntp/client.h"
#include "reference/sntp/server.h"

namespace {

class Fixed final : public touchstone::RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, 0x5A); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace sntp = touchstone::sntp;
  const touchstone::OctetView datagram(data, size);
  const sntp::Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);
  const auto packet = sntp::decode(datagram);
  if (packet && !std::ranges::equal(sntp::encode(*packet), datagram.first(sntp::packet_octets)))
    std::abort();
  const auto answer = sntp::answer({}, datagram, now, now);
  if (answer && answer->size() > size) std::abort();
  Fixed random;
  const touchstone::Octets peer = {1};
  sntp::Client client(peer, {}, random, now);
  const auto asked = sntp::decode(client.output());
  static_cast<void>(client.receive(datagram, peer, now));
  if (client.state() != sntp::Client::State::asking && packet->originate != asked->transmit)
    std::abort();
  return 0;
}
