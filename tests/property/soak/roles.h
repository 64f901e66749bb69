#pragma once
// The two sides of the key exchange in the soak: the real key service, and gateways that know which
// key each node may have at any moment.

#include <map>
#include <set>
#include <string>

#include "reference/kms/key_service.h"
#include "tests/property/soak/network.h"

namespace touchstone::soak {

inline constexpr std::uint32_t known_nodes = 2000;  ///< ids 0x1000, 0x1001 and so on
inline constexpr std::uint32_t first_node = 0x1000;

/// The keyring of a generation: each reload changes the keys of every seventh node and the network
/// keys.
[[nodiscard]] kms::KeySnapshotPointer keyring_of(std::uint32_t generation);
[[nodiscard]] std::string node_key(std::uint32_t node, std::uint32_t generation);
[[nodiscard]] std::string gateway_key(std::uint32_t generation);

/// What went wrong, for the test to print; empty is good.
using Faults = std::vector<std::string>;

class Kms final : public Role {
 public:
  Kms(Network& network, Machine& machine, Faults& faults);

  void reload(bool is_good);
  void push_to_all();

  void on_request(const Effect& request) override;
  void on_answer(const Effect& answer) override;
  void on_failure(const Effect& failure) override;
  void on_peer_up(diameter::PeerIndex peer) override { push(peer); }

  std::uint32_t generation = 0;
  std::uint64_t served = 0;
  std::size_t rotations = 0;

 private:
  void push(diameter::PeerIndex peer);

  Network& network_;
  Machine& machine_;
  Faults& faults_;
  kms::KeyService service_;
  std::set<std::string> sessions_;  ///< served: none may come twice
  std::map<diameter::RequestId, diameter::PeerIndex> pushes_;
};

class Gateway final : public Role {
 public:
  Gateway(Network& network, Machine& machine, const std::vector<Kms*>& servers, Faults& faults)
      : network_(network), machine_(machine), servers_(servers), faults_(faults) {}

  void ask();
  /// Complains about a question that is open for longer than any may be.
  void check();

  void on_request(const Effect& request) override;
  void on_answer(const Effect& answer) override;
  void on_failure(const Effect& failure) override;
  void on_peer_up(diameter::PeerIndex) override {}

  std::string network_key;  ///< the Gateway key as it was pushed last
  std::uint64_t asked = 0;
  std::uint64_t unsent = 0;
  std::uint64_t keys = 0;
  std::uint64_t unknown = 0;
  std::uint64_t failed = 0;
  [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }

 private:
  struct Question {
    std::string session;
    std::uint32_t node = 0;
    std::uint32_t generation = 0;  ///< the oldest that a server had when it was asked
    Time since{};                  ///< by the gateway's clock
  };
  [[nodiscard]] diameter::KeyRequest request_of(const Question& question) const;

  Network& network_;
  Machine& machine_;
  const std::vector<Kms*>& servers_;
  Faults& faults_;
  std::map<diameter::RequestId, Question> open_;
};

}  // namespace touchstone::soak
