// emu_link [--delay MS] [--loss CHANCE] COMMAND ...
//
// Runs COMMAND in a network of its own, which a link of ns-3 joins to another one, and ends with
// its exit status. COMMAND has 10.0.0.2. The far end has 10.0.0.3 and nobody in it yet: a process
// enters by `nsenter -t $TOUCHSTONE_FAR_PID -n`. 2: usage; 3: this machine cannot.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <charconv>
#include <chrono>
#include <string_view>

#include "sim/emu/emu_world.h"

namespace {

namespace sim = touchstone::sim;
using std::chrono::milliseconds;

constexpr sim::NodeIndex near_end = 1;
constexpr sim::NodeIndex far_end = 2;
constexpr milliseconds look{20};

struct Order {
  double delay_ms = 1;
  double loss = 0;
  std::vector<std::string> command = {};
};

bool read_number(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// Nothing for a command line that is none of ours.
std::optional<Order> read_order(const std::vector<std::string>& words) {
  Order order;
  std::size_t at = 0;
  for (; at + 1 < words.size() && words[at].starts_with("--"); at += 2) {
    double* number = words[at] == "--delay"  ? &order.delay_ms
                     : words[at] == "--loss" ? &order.loss
                                             : nullptr;
    if (number == nullptr || !read_number(words[at + 1], *number)) return std::nullopt;
  }
  order.command.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  if (order.command.empty() || order.loss > 1) return std::nullopt;
  return order;
}

sim::Topology two_ends(double delay_ms) {
  const auto half = std::chrono::duration_cast<sim::Duration>(
      std::chrono::duration<double, std::milli>(delay_ms / 2));
  sim::TopologyBuilder builder;
  const auto root = builder.add("root", sim::Role::router, {});
  builder.add("near", sim::Role::external, root, {.delay = half});
  builder.add("far", sim::Role::external, root, {.delay = half});
  return builder.build();
}

/// Nobody of ours is in this network.
struct Nobody final : sim::WorldEvents {
  void on_accepted(sim::StreamId, std::uint16_t, sim::Endpoint) override {}
  void on_connected(sim::StreamId) override {}
  void on_connect_failed(sim::StreamId) override {}
  void on_octets(sim::StreamId, touchstone::OctetView) override {}
  void on_closed(sim::StreamId) override {}
  void on_datagram(sim::NodeIndex, std::uint16_t, sim::Endpoint, touchstone::OctetView) override {}
};

/// Its exit status, as a shell tells it; nothing while it runs. It stays to be waited for.
std::optional<int> exit_status(int process) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return 1;
  if (info.si_pid == 0) return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

int run(Order order) {
  sim::ExternalProcess far;
  far.node = far_end;
  far.on_start = [](int id) { setenv("TOUCHSTONE_FAR_PID", std::to_string(id).c_str(), 1); };
  int process = 0;
  sim::ExternalProcess near;
  near.node = near_end;
  near.command = std::move(order.command);
  near.on_start = [&](int id) { process = id; };
  sim::WorldSettings settings;
  settings.external = {std::move(far), std::move(near)};
  auto world = sim::emu::make_emu_world(two_ends(order.delay_ms), std::move(settings));
  if (!world) {
    const touchstone::Error& error = world.error();
    fmt::print(stderr, "emu_link: {}: {}\n", error.code.message(), error.detail);
    return 3;
  }
  Nobody nobody;
  (*world)->attach(nobody);
  (*world)->set_impairment(near_end, {.loss = order.loss});
  std::optional<int> status;
  const std::function<void()> look_again = [&] {
    status = exit_status(process);
    if (status) return (*world)->stop();
    (*world)->schedule((*world)->now() + look, look_again);
  };
  look_again();
  (*world)->run_until(std::chrono::hours(24));
  return status.value_or(1);
}

}  // namespace

int main(int count, char** words) {
  const auto order = read_order({words + 1, words + count});
  if (order) return run(*order);
  fmt::print(stderr, "usage: emu_link [--delay MS] [--loss CHANCE] COMMAND ...\n");
  return 2;
}
