#pragma once
// The KMS of the reference on a simulated network: its Diameter node and its key service on the
// streams of one node of a World.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "conformance/harness/adapter.h"
#include "reference/diameter/config.h"
#include "reference/diameter/node.h"
#include "reference/kms/key_service.h"
#include "sim/world/random_stream.h"
#include "sim/world/world.h"

namespace touchstone::conformance::adapters::sim {

using touchstone::sim::Endpoint;
using touchstone::sim::NodeIndex;
using touchstone::sim::StreamId;

struct KmsPlace {
  NodeIndex node = 0;
  std::uint32_t peers = 0;  ///< IPv4 of whoever plays the peers that it connects to
  std::uint16_t port = 3868;
  std::uint16_t protected_port = 5658;  ///< IPsec is taken to protect what comes here
};

class SimulatedKms {
 public:
  /// `args` of net.start: tw_ms, cer_ms, require_protected, wrapping_key. The world outlives it.
  SimulatedKms(touchstone::sim::World& world, const KmsPlace& place, const diameter::Config& config,
               kms::KeySnapshotPointer keys, const harness::Json& args);

  void start();
  void stop();
  /// False when the keyring cannot be used; the old one is served on.
  bool reload(OctetView keyring);

  // From the world, for streams of this node.

  void on_accepted(StreamId stream, std::uint16_t port);
  void on_connected(StreamId stream);
  void on_connect_failed(StreamId stream);
  void on_octets(StreamId stream, OctetView octets);
  void on_closed(StreamId stream);

 private:
  struct Link {
    StreamId stream;
    bool is_protected = false;
    bool is_paused = false;   // the node does not read
    bool is_watched = false;  // its backlog
    Octets queued = {};
  };

  [[nodiscard]] diameter::Time now() const;
  void settle();
  void apply(diameter::Effect& effect);
  void connect(const diameter::Effect& effect);
  void send(diameter::ConnectionId id, Link& link, OctetView octets);
  void watch_backlog(diameter::ConnectionId id);
  void resume(diameter::ConnectionId id);
  void answer(const diameter::Effect& request);
  void forget(diameter::ConnectionId id);
  void keep_time();
  [[nodiscard]] Link* find(diameter::ConnectionId id);

  touchstone::sim::World& world_;
  KmsPlace place_;
  diameter::Config config_;
  touchstone::sim::RandomStream random_;
  std::optional<SecretKey<16>> wrapping_key_;
  kms::KeyService service_;
  diameter::Node node_;
  diameter::Effects effects_;
  std::map<diameter::ConnectionId, Link> links_;
  std::map<StreamId, diameter::ConnectionId> by_stream_;
  std::optional<diameter::Time> timer_;
  bool is_settling_ = false;
};

}  // namespace touchstone::conformance::adapters::sim
