#pragma once
// The gateway (KMC) as an object: datagrams of nodes and answers of the KMS in; datagrams,
// questions and a cache to save out (004 §3, §A.3). No socket, clock or file.

#include <chrono>
#include <map>
#include <span>
#include <vector>

#include "reference/diameter/mobile_ip.h"
#include "reference/gateway/cache.h"
#include "reference/gateway/join.h"

namespace touchstone::gateway {

/// Seconds since any fixed moment; it never goes back.
using GatewayTime = std::chrono::seconds;

struct GatewaySettings {
  GatewayTime negative_for{10};    ///< an unknown node is not asked for again; at most 60 (GC-08)
  GatewayTime refetch_every{60};   ///< after a wrong proof for a key just fetched (GC-09)
  std::size_t max_pending = 4096;  ///< nodes whose key is on its way
};

/// What came of an attempt, for the log.
struct JoinRecord {
  keyring::NodeId node_id = 0;
  JoinCode code = JoinCode::none;
};

/// What the driver has to do after a call.
struct Output {
  struct Datagram {
    Sender to;
    Octets octets;
  };
  std::vector<Datagram> send;
  bool ask_network_keys = false;           ///< Gateway key and code download key
  std::vector<keyring::NodeId> ask_nodes;  ///< root keys
  bool save_cache = false;
  std::vector<JoinRecord> joins;
};

class Gateway {
 public:
  /// `challenge_secret` is random, made when the gateway starts. `cache.realm` is that of the KMS.
  Gateway(Cache cache, SecretKey<16> challenge_secret, const GatewaySettings& settings = {});

  /// Asks for the network keys if the cache lacks one of them (GC-01).
  [[nodiscard]] Output start() const;

  /// A datagram of a node. What is no join, or answers no challenge of ours, is passed over.
  Output receive(OctetView datagram, const Sender& sender, GatewayTime now);

  Output take_network_keys(SecretKey<24> gateway, SecretKey<16> code_download);
  /// The three ends of a question for a node: the key, "unknown node", or no answer that helps
  /// (every KMS down, time out, an error).
  Output take_node_key(keyring::NodeId node_id, SecretKey<16> key, GatewayTime now);
  Output node_is_unknown(keyring::NodeId node_id, GatewayTime now);
  Output no_answer(keyring::NodeId node_id, GatewayTime now);

  /// Takes new network keys; the Result-Code of the HAA. A weak or constant key is 4007, a KMS of
  /// another realm 5003; nothing is changed then.
  std::uint32_t rotate(const diameter::Rotation& rotation, Output& output);

  [[nodiscard]] const Cache& cache() const noexcept { return cache_; }

 private:
  struct Waiting {
    JoinMessage proof;
    Sender sender;
  };
  struct Answered {
    Octets result;
    GatewayTime until{};
  };

  Output judge(const JoinMessage& proof, const Sender& sender, GatewayTime now);
  void ask(const JoinMessage& proof, const Sender& sender, Output& output);
  void finish(const Waiting& waiting, JoinCode code, GatewayTime now, Output& output);
  void finish_all(keyring::NodeId node_id, JoinCode code, GatewayTime now, Output& output);
  [[nodiscard]] bool is_barred(const std::map<keyring::NodeId, GatewayTime>& until,
                               keyring::NodeId node_id, GatewayTime now) const;

  Cache cache_;
  Challenger challenger_;
  GatewaySettings settings_;
  std::map<keyring::NodeId, std::vector<Waiting>> pending_;
  std::map<keyring::NodeId, GatewayTime> unknown_until_;
  std::map<keyring::NodeId, GatewayTime> no_refetch_until_;
  std::map<JoinNonce, Answered> admitted_;  // a proof sent twice gets the same result once more
};

}  // namespace touchstone::gateway
