// An hour of two KMS and thirty gateways in a few seconds: connections break and fall silent,
// keyrings are reloaded and network keys pushed, clocks jump, strangers knock. Nobody ever gets a
// wrong key, nothing piles up, and no connection is silent for longer than its watchdog allows.

#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/property/soak/roles.h"

// Only a program with AddressSanitizer has it; elsewhere its address is null.
extern "C" [[gnu::weak]] std::size_t sanitizer_allocated_octets() asm(
    "__sanitizer_get_current_allocated_bytes");

namespace touchstone::soak {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t gateway_count = 30;
constexpr Duration tw = 6s;
// Tw with its jitter until the DWR, until SUSPECT, until the end; and one more after a reopening.
constexpr Duration longest_silence = 4 * (tw + 2s) + 1s;

diameter::NodeConfig config_of(std::string host, std::uint32_t command, std::uint32_t seconds) {
  diameter::NodeConfig config;
  config.host = std::move(host);
  config.realm = "example";
  config.addresses = {0x0A000001};
  config.product_name = "soak";
  config.start_seconds = seconds;
  config.origin_state_id = seconds;
  config.applications = {diameter::application_mobile_ipv4};
  config.served = {{diameter::application_mobile_ipv4, command}};
  config.tw = tw;
  config.tc = 5s;
  config.max_unidentified = 64;
  config.kept_answers = {.answers = 16384, .octets = 8 * 1024 * 1024};
  return config;
}

// Octets that the program has allocated and not freed. Not the memory that the process holds: a
// sanitizer keeps freed blocks for a while, and an allocator keeps pages.
std::size_t allocated() {
  if (&sanitizer_allocated_octets != nullptr) return sanitizer_allocated_octets();
  return ::mallinfo2().uordblks;
}

class Hour : public testing::Test {
 protected:
  Hour() {
    std::vector<diameter::PeerConfig> gateways;
    for (std::size_t i = 0; i < gateway_count; ++i)
      gateways.push_back({"gw" + std::to_string(i) + ".example"});
    for (const char* host : {"a.kms.example", "b.kms.example"}) {
      Machine& machine =
          network_.add(config_of(host, diameter::command_aa_mobile_node, 1'000'000), gateways);
      auto role = std::make_unique<Kms>(network_, machine, faults_);
      servers_.push_back(role.get());
      machine.role = std::move(role);
    }
    for (const diameter::PeerConfig& gateway : gateways) {
      Machine& machine =
          network_.add(config_of(gateway.host, diameter::command_home_agent_mip, 1'000'000),
                       {{"a.kms.example", true}, {"b.kms.example", true}});
      auto role = std::make_unique<Gateway>(network_, machine, servers_, faults_);
      gateways_.push_back(role.get());
      machine.role = std::move(role);
    }
    for (const auto& machine : network_.machines) {
      machine->node.start(network_.time_of(*machine), machine->effects);
      network_.settle(*machine);
    }
  }

  // Does `what` again and again, with pauses of up to twice `every`.
  void repeat(Duration every, std::function<void()> what) {
    network_.at(network_.chance.between(1ms, 2 * every), [this, every, what] {
      if (is_over_) return;
      what();
      repeat(every, what);
    });
  }

  Machine& any_machine() {
    return *network_.machines[network_.chance.below(network_.machines.size())];
  }
  Machine& any_server() { return *network_.machines[network_.chance.below(2)]; }

  void begin_trouble() {
    repeat(20ms, [this] { gateways_[network_.chance.below(gateway_count)]->ask(); });
    repeat(20s, [this] { network_.break_one(); });
    repeat(60s, [this] { network_.silence_one(); });
    repeat(30s,
           [this] { servers_[network_.chance.below(2)]->reload(network_.chance.below(5) != 0); });
    repeat(300s, [this] { jump(any_machine()); });
    repeat(5s, [this] { network_.intrude(any_server(), {}); });
    repeat(7s, [this] {
      network_.intrude(any_server(), as_octets("GET / HTTP/1.1\r\nHost: kms\r\n\r\n"));
    });
    repeat(1s, [this] { check(); });
  }

  void jump(Machine& machine) {
    machine.skew += network_.chance.between(1s, 1200s);
    jumped_ = network_.now;
    ++jumps_;
  }

  void check() {
    if (network_.now - jumped_ > 1s)
      for (Gateway* gateway : gateways_)
        gateway->check();
    for (const auto& machine : network_.machines) {
      // A clock that has just jumped makes every connection look silent.
      if (network_.now - jumped_ < longest_silence) break;
      if (network_.longest_silence(*machine) > longest_silence)
        faults_.push_back(machine->host + " keeps a connection that is silent");
      if (machine->node.connection_count() > gateway_count + 64)
        faults_.push_back(machine->host + " has too many connections");
    }
    EXPECT_LT(faults_.size(), 100U);
  }

  Network network_{20260611};
  Faults faults_;
  std::vector<Kms*> servers_;
  std::vector<Gateway*> gateways_;
  Time jumped_{};
  std::uint64_t jumps_ = 0;
  bool is_over_ = false;
};

TEST_F(Hour, IsSurvivedWithoutAWrongKeyOrALeak) {
  begin_trouble();
  network_.run(Time{} + 900s);
  const std::size_t early = allocated();
  network_.run(Time{} + 3600s);
  const std::size_t late = allocated();

  // Peace: everything that was asked ends, and every gateway hears of the newest keys.
  is_over_ = true;
  network_.run(network_.now + 120s);
  const std::uint32_t last = std::max(servers_[0]->generation, servers_[1]->generation);
  for (Kms* server : servers_) {
    while (server->generation <= last)
      server->reload(true);
  }
  network_.run(network_.now + 10s);

  std::uint64_t asked = 0;
  std::uint64_t ended = 0;
  std::uint64_t keys = 0;
  for (const Gateway* gateway : gateways_) {
    asked += gateway->asked;
    keys += gateway->keys;
    ended += gateway->keys + gateway->unknown + gateway->failed + gateway->unsent;
    EXPECT_EQ(gateway->open(), 0U);
    EXPECT_EQ(gateway->network_key, gateway_key(servers_[0]->generation));
  }
  EXPECT_EQ(asked, ended);
  std::uint64_t begun = 0;
  std::uint64_t gone = 0;
  for (const auto& machine : network_.machines) {
    EXPECT_EQ(machine->node.pending_count(), 0U) << machine->host;
    EXPECT_EQ(machine->begun - machine->ended, machine->node.connection_count()) << machine->host;
    begun += machine->begun;
    gone += machine->ended;
  }
  for (const std::string& fault : faults_)
    ADD_FAILURE() << fault;
  // What it had to survive, so that a quiet hour does not pass for a good one.
  EXPECT_GT(keys, 100'000U);
  EXPECT_GT(network_.broken, 100U);
  EXPECT_GT(network_.silenced, 30U);
  EXPECT_GT(jumps_, 5U);
  EXPECT_GT(servers_[0]->rotations, 100U);
  EXPECT_GT(gone, 1000U);
  // 45 minutes more cost the sessions that the test itself remembers, and little else.
  const std::size_t remembered = (servers_[0]->served + servers_[1]->served) * 120;
  EXPECT_LT(late, early + remembered + 24'000'000U);
  std::printf("%zu octets more in 45 minutes, of which the test remembers at most %zu\n",
              late - early, remembered);
  std::printf("%llu asked, %llu keys, %llu of %llu connections ended, %llu broken, %llu silenced\n",
              static_cast<unsigned long long>(asked), static_cast<unsigned long long>(keys),
              static_cast<unsigned long long>(gone), static_cast<unsigned long long>(begun),
              static_cast<unsigned long long>(network_.broken),
              static_cast<unsigned long long>(network_.silenced));
}

}  // namespace
}  // namespace touchstone::soak
