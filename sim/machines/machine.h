#pragma once
// A simulated machine: its clock, its processor, its disk, and the program that runs on it. The
// same on every world.

#include <array>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "reference/base/clock.h"
#include "sim/machines/disk.h"
#include "sim/machines/program.h"
#include "sim/world/random_stream.h"
#include "sim/world/world.h"

namespace touchstone::sim {

/// What a program does with the processor. The time of each is a row of a table and never measured
/// while the simulation runs.
enum class Work : std::uint8_t {
  datagram,     ///< a message of a join, its MAC included
  message,      ///< a Diameter message
  handshake,    ///< one side of a TLS handshake with both certificates
  private_key,  ///< an RSA operation with a private key
  row,          ///< a row of a keyring that is written or read
};
inline constexpr std::size_t work_kinds = 5;
using CostTable = std::array<Duration, work_kinds>;

class Machines;

class Machine final {
 public:
  /// Time of the machine itself: it never goes back, but may jump forward.
  using LocalTime = std::chrono::steady_clock::time_point;
  using Timer = Program::Timer;
  static constexpr std::size_t timer_count = 4;

  Machine(Machines& all, NodeIndex index);

  [[nodiscard]] NodeIndex index() const noexcept { return index_; }
  [[nodiscard]] const TopologyNode& place() const;
  [[nodiscard]] const std::string& name() const { return place().name; }
  [[nodiscard]] Machines& all() noexcept { return all_; }

  // For the program.

  [[nodiscard]] LocalTime now() const;
  /// Seconds since 1970 by the clock of this machine.
  [[nodiscard]] Clock::Time wall() const;
  /// A timer has one time; the last one counts. One that has passed comes at once.
  void arm(Timer timer, LocalTime at);
  void disarm(Timer timer) { timers_[timer].reset(); }
  /// The work of the call that runs now: what it sends leaves when the processor has done it.
  void spend(Work work, std::uint64_t times = 1);
  RandomStream& random() noexcept { return random_; }
  SimDisk& disk();

  void listen(std::uint16_t port);
  StreamId connect(Endpoint to, Duration patience);
  void send(StreamId stream, OctetView octets);
  void close(StreamId stream);
  void abort(StreamId stream);
  [[nodiscard]] std::size_t backlog(StreamId stream) const;
  void bind(std::uint16_t port);
  void send_datagram(std::uint16_t from, Endpoint to, OctetView octets);

  // For whoever builds and disturbs it.

  using Maker = std::function<std::unique_ptr<Program>(Machine&)>;
  void install(Maker maker) { maker_ = std::move(maker); }
  void set_costs(const CostTable* costs) noexcept { costs_ = costs; }
  /// Somebody at its keyboard: calls `what` as if it were an event, unless the machine has no power
  /// or does nothing.
  void run(const std::function<void(Program& program)>& what);
  /// Without power nothing happens; with it again a new program begins.
  void power_on();
  void crash();
  /// At the `nth` step of its disk from now on, and comes back `after` that.
  void lose_power_at(std::uint64_t nth, Duration after);
  /// As a SIGSTOP: the network goes on, the program does not.
  void pause(bool is_paused);
  void jump_clock(Duration forward);
  /// The wall clock alone; it may go back.
  void set_wall(Duration ahead) noexcept { wall_ahead_ = ahead; }
  /// Parts in a million that the clock is too fast.
  void set_drift(double parts);
  void slow_down(double factor) noexcept { slowness_ = factor; }
  [[nodiscard]] bool has_power() const noexcept { return program_ != nullptr; }
  [[nodiscard]] bool is_paused() const noexcept { return is_paused_; }
  [[nodiscard]] Program* program() noexcept { return program_.get(); }

  struct Load {
    Duration busy{};  ///< of the processor
    std::size_t longest_queue = 0;
    Duration longest_wait{};  ///< of one that came, until its work began
  };
  [[nodiscard]] const Load& load() const noexcept { return load_; }
  [[nodiscard]] std::size_t queue_length() const noexcept { return inbox_.size(); }

  /// What its clock has gained on the time of the world.
  struct ClockError {
    std::uint64_t jumps = 0;
    Duration jumped{};
    Duration drifted{};
  };
  [[nodiscard]] ClockError clock_error() const;

 private:
  friend class Machines;

  struct Incoming {
    enum class Kind : std::uint8_t {
      accepted,
      connected,
      connect_failed,
      octets,
      closed,
      datagram,
      timer
    };
    Kind kind;
    Timer timer = 0;
    std::uint16_t port = 0;
    StreamId stream = {};
    Endpoint from = {};
    Octets octets = {};
    Moment at{};
  };
  struct Outgoing {
    enum class Kind : std::uint8_t { octets, close, abort, datagram };
    Kind kind;
    std::uint16_t port = 0;
    StreamId stream = {};
    Endpoint to = {};
    Octets octets = {};
  };

  void take(Incoming incoming, OctetView view);
  void hand_over(const Incoming& incoming, OctetView view);
  void work_on(const Incoming& incoming, OctetView view);
  void after_call();
  void flush();
  void drain();
  void say(Outgoing outgoing, OctetView view);
  void carry_out(const Outgoing& outgoing, OctetView view);
  void schedule_timer(Timer timer);
  void on_timer(Timer timer, std::uint32_t boot);
  [[nodiscard]] Moment world_time(LocalTime local) const;
  [[nodiscard]] bool is_busy() const;

  Machines& all_;
  NodeIndex index_;
  RandomStream random_;
  std::unique_ptr<SimDisk> disk_;
  Maker maker_;
  std::unique_ptr<Program> program_;
  std::uint32_t boot_ = 0;

  Duration ahead_{};  // of the local clock at world time 0
  Duration wall_ahead_{};
  std::uint64_t jumps_ = 0;
  Duration jumped_{};
  double drift_ = 0;  // parts
  std::array<std::optional<LocalTime>, timer_count> timers_{};
  std::array<Moment, timer_count> scheduled_{};

  const CostTable* costs_ = nullptr;
  double slowness_ = 1;
  Duration spent_{};
  Moment busy_until_{};
  bool is_calling_ = false;
  bool is_paused_ = false;
  bool is_dying_ = false;
  Duration back_after_{};
  std::list<Incoming> inbox_;  // takes no memory while it is empty
  std::vector<Outgoing> outbox_;
  Load load_;
};

/// The wall clock of a machine for those who take a Clock.
class MachineClock final : public Clock {
 public:
  explicit MachineClock(const Machine& machine) : machine_(machine) {}
  [[nodiscard]] Time now() const override { return machine_.wall(); }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override {
    return std::chrono::local_seconds(time.time_since_epoch());
  }

 private:
  const Machine& machine_;
};

/// All machines of a world.
class Machines final : public WorldEvents {
 public:
  /// `epoch` is the date at which the run begins. The world outlives the machines.
  Machines(World& world, std::uint64_t seed, Clock::Time epoch);

  [[nodiscard]] World& world() noexcept { return world_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] Clock::Time epoch() const noexcept { return epoch_; }

  /// Makes it if it is not there; a node without a machine only forwards.
  Machine& add(NodeIndex node);
  [[nodiscard]] Machine* find(NodeIndex node) noexcept { return machines_[node].get(); }

  /// Told when a machine gets power, and when it loses it by itself.
  std::function<void(Machine& machine, bool has_power)> on_power;

  void on_accepted(StreamId stream, std::uint16_t port, Endpoint from) override;
  void on_connected(StreamId stream) override;
  void on_connect_failed(StreamId stream) override;
  void on_octets(StreamId stream, OctetView octets) override;
  void on_closed(StreamId stream) override;
  void on_datagram(NodeIndex node, std::uint16_t port, Endpoint from, OctetView octets) override;

 private:
  friend class Machine;
  void take(NodeIndex node, Machine::Incoming incoming, OctetView view = {});

  World& world_;
  std::uint64_t seed_;
  Clock::Time epoch_;
  std::vector<std::unique_ptr<Machine>> machines_;
};

}  // namespace touchstone::sim
