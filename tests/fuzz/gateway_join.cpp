// Datagrams as strangers send them, to the gateway, an access point and a node that joins: none of
// them says more than it was told, and what is decoded encodes to the same octets.

#include <cstdlib>

#include "reference/gateway/access_point.h"
#include "reference/gateway/gateway.h"
#include "reference/gateway/join_session.h"

namespace {

namespace gateway = touchstone::gateway;
using namespace std::chrono_literals;

void require(bool condition) {
  if (!condition) std::abort();
}

class Zero final : public touchstone::RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const touchstone::OctetView datagram(data, size);
  const gateway::Sender sender = {127, 0, 0, 1, 0, 1};
  if (const auto message = gateway::decode_join(datagram))
    require(touchstone::as_text(gateway::encode_join(*message)) == touchstone::as_text(datagram));

  gateway::Cache cache;
  cache.realm = "example";
  cache.nodes.emplace(7, touchstone::SecretKey<16>());
  gateway::Gateway core(std::move(cache), touchstone::SecretKey<16>());
  const gateway::Output output = core.receive(datagram, sender, 0s);
  require(output.send.size() <= 1 && !output.save_cache);
  for (const auto& answer : output.send)
    require(answer.octets.size() <= size);

  gateway::AccessPoint point;
  const bool goes_up = point.goes_up(datagram, sender, 0s);
  require(!goes_up || !point.goes_down(datagram));

  Zero random;
  gateway::JoinSession session(7, touchstone::SecretKey<16>(), random);
  require(session.start(0ms).size() == gateway::join_short_size);
  const touchstone::Octets reply = session.receive(datagram, 1ms);
  require(reply.empty() || reply.size() == gateway::join_long_size);
  return 0;
}
