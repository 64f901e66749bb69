#pragma once
// Two sites of nodes on ns-3 and what they hear, as lines.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sim/net/ns3_world.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::sim {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Keeps what nodes hear: a line an event, and the octets of each end in one piece.
struct Hearing final : WorldEvents {
  World* world = nullptr;
  std::vector<std::string> lines = {};
  std::map<StreamId, Octets> octets = {};
  std::vector<StreamId> accepted = {};
  NodeIndex echo = no_node;            ///< its datagrams go back as they are
  std::function<void(StreamId)> then;  ///< after on_octets

  void add(NodeIndex node, std::string what) {
    lines.push_back(
        fmt::format("{} {} {}", world->now().count(), world->topology().nodes[node].name, what));
  }
  void on_accepted(StreamId stream, std::uint16_t port, Endpoint from) override {
    accepted.push_back(stream);
    add(stream.node, fmt::format("accepts {} from {:x}:{}", port, from.address, from.port));
  }
  void on_connected(StreamId stream) override { add(stream.node, "connected"); }
  void on_connect_failed(StreamId stream) override { add(stream.node, "not connected"); }
  void on_octets(StreamId stream, OctetView more) override {
    Octets& all = octets[stream];
    all.insert(all.end(), more.begin(), more.end());
    add(stream.node, fmt::format("has {}", all.size()));
    if (then) then(stream);
  }
  void on_closed(StreamId stream) override { add(stream.node, "closed"); }
  void on_datagram(NodeIndex node, std::uint16_t port, Endpoint from, OctetView more) override {
    add(node, fmt::format("hears {}", as_text(more)));
    if (node == echo) world->send_datagram(node, port, from, more);
  }

  /// How many lines end with `what`.
  [[nodiscard]] std::size_t count(std::string_view what) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [&](const auto& line) { return line.ends_with(what); }));
  }
  /// When the first line that ends with `what` was; -1 when there is none.
  [[nodiscard]] Moment when(std::string_view what) const {
    for (const std::string& line : lines)
      if (line.ends_with(what)) return Moment(std::stoll(line));
    return Moment(-1);
  }
};

/// server -- root -- client: 10 ms and 20 ms.
inline Topology two_hops(std::uint64_t rate = 0, std::uint32_t queue = 1000) {
  TopologyBuilder builder;
  const auto root = builder.add("root", Role::router, {});
  builder.add("server", Role::kms, root,
              {.delay = milliseconds(10), .jitter = {}, .rate = rate, .queue = queue});
  builder.add("client", Role::gateway, root,
              {.delay = milliseconds(20), .jitter = {}, .rate = rate, .queue = queue});
  return builder.build();
}

struct Scene {
  static constexpr NodeIndex server = 1;
  static constexpr NodeIndex client = 2;
  static constexpr std::uint16_t port = 3868;

  Hearing hearing = {};
  std::unique_ptr<World> world;

  explicit Scene(const Topology& topology = two_hops(), WorldSettings settings = {},
                 const net::Ns3Options& options = {}) {
    auto made = net::make_ns3_world(topology, std::move(settings), options);
    EXPECT_TRUE(made) << made.error().detail;
    world = *std::move(made);
    hearing.world = world.get();
    world->attach(hearing);
  }
  [[nodiscard]] Endpoint at(NodeIndex node, std::uint16_t number = port) const {
    return {world->topology().nodes[node].address, number};
  }
  /// A connection from client to server that stands.
  StreamId connected() {
    world->listen(server, port);
    const StreamId stream = world->connect(client, at(server), seconds(20));
    world->run_until(world->now() + seconds(1));
    EXPECT_EQ(hearing.count(" connected"), 1U);
    return stream;
  }
  void say(std::string_view what) {
    world->send_datagram(client, 9, at(server, 9), as_octets(what));
  }
  /// Both ends of a UDP conversation.
  void bind() {
    world->bind(server, 9);
    world->bind(client, 9);
  }
};

inline Octets pattern(std::size_t size) {
  Octets made(size);
  for (std::size_t i = 0; i < size; ++i)
    made[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return made;
}

}  // namespace touchstone::sim
