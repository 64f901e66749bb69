#pragma once
// The Local Key Server of the factory: provisions nodes, exports batches and hands them over until
// every KMS has taken them. All by the shipped roles, over a store in memory.

#include <deque>
#include <map>
#include <memory>

#include "reference/lks/key_database.h"
#include "sim/nodes/delivery.h"
#include "sim/nodes/network.h"

namespace touchstone::sim {

/// What the store of the Local Key Server holds; it survives crashes, as SQLite's does.
class FactoryStore;

class FactoryProgram final : public Program {
 public:
  FactoryProgram(Machine& machine, Network& network, FactoryStore& store);

  /// Provisions `nodes` nodes from `first` on and begins to deliver them.
  void provision(keyring::NodeId first, std::uint32_t nodes);
  [[nodiscard]] bool is_done() const noexcept { return open_.empty(); }

  void start() override;
  void on_connected(StreamId stream) override;
  void on_connect_failed(StreamId stream) override;
  void on_octets(StreamId stream, OctetView octets) override;
  void on_closed(StreamId stream) override;
  void on_timer(Timer timer) override;

 private:
  struct Delivery {
    DeliveredBatch batch;
    Member kms;
    StreamId stream{};
    std::uint32_t attempts = 0;
    Machine::LocalTime since{};
    Machine::LocalTime tried_at{};
    bool is_under_way = false;
  };

  void gather();
  void attempt();
  Delivery* find(StreamId stream);
  void retry(StreamId stream);

  Machine& machine_;
  Network& network_;
  FactoryStore& store_;
  std::deque<Delivery> open_;
};

class FactoryStore final : public lks::KeyDatabases {
 public:
  /// The network whose nodes are provisioned here.
  FactoryStore(const keyring::NetworkKeys& keys, const crypto::RsaPublicKey& kms, Clock::Time now);
  ~FactoryStore() override;

  Result<std::unique_ptr<lks::KeyDatabase>> open(const std::string& path) override;
  Result<void> create(const std::string& path, const lks::NewDatabase& content) override;

  /// PEM of the key that batches are encrypted to.
  [[nodiscard]] const std::string& recipient() const noexcept { return recipient_; }
  std::uint32_t exported = 0;  ///< batches so far

 private:
  struct Content;
  class Database;

  std::unique_ptr<Content> content_;
  std::string recipient_;
};

}  // namespace touchstone::sim
