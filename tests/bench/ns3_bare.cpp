// A bare ns-3 program: every node of a scenario's topology makes three UDP round trips of 60 octets
// to its gateway, beginning within the time in which the scenario's nodes join. What it takes is
// the yardstick of bench.sim_ns3.
//
//   ns3_bare SCENARIO.toml

#include <fmt/format.h>
#include <ns3/inet-socket-address.h>
#include <ns3/packet.h>
#include <ns3/simulator.h>
#include <ns3/socket.h>
#include <ns3/udp-socket-factory.h>

#include "tests/bench/bare_network.h"
#include "tests/bench/scenario_file.h"

namespace {

namespace bench = touchstone::bench;
namespace sim = touchstone::sim;
using Socket = ns3::Ptr<ns3::Socket>;

constexpr std::uint16_t port = 4004;
constexpr std::uint32_t octets = 60;
constexpr int round_trips = 3;

Socket open(const bench::BareNetwork& network, sim::NodeIndex node) {
  const Socket socket =
      ns3::Socket::CreateSocket(network.node(node), ns3::UdpSocketFactory::GetTypeId());
  socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port));
  return socket;
}

void echo(const Socket& socket) {
  ns3::Address sender;
  while (const auto packet = socket->RecvFrom(sender))
    socket->SendTo(ns3::Create<ns3::Packet>(packet->GetSize()), 0, sender);
}

struct Client {
  Socket socket;
  ns3::InetSocketAddress gateway;
  int left = round_trips;

  void ask() { socket->SendTo(ns3::Create<ns3::Packet>(octets), 0, gateway); }
  bool hear() {
    while (socket->Recv())
      if (--left > 0) ask();
    return left == 0;
  }
};

sim::NodeIndex gateway_of(const sim::Topology& topology, sim::NodeIndex node) {
  while (topology.nodes[node].role != sim::Role::gateway)
    node = topology.nodes[node].parent;
  return node;
}

int run(const sim::Scenario& scenario) {
  const sim::Topology topology = sim::build_topology(scenario);
  std::vector<Client> clients;
  clients.reserve(topology.size());
  std::size_t done = 0;
  const bench::BareNetwork network(topology);
  sim::RandomStream random(scenario.seed, "bare", "start");
  const sim::JoinPlan& plan = scenario.joins.at(0);
  using Heard = ns3::Callback<void, Socket>;
  for (sim::NodeIndex i = 0; i < topology.size(); ++i) {
    if (topology.nodes[i].role == sim::Role::gateway)
      open(network, i)->SetRecvCallback(Heard([](Socket socket) { echo(socket); }));
    if (topology.nodes[i].role != sim::Role::enode) continue;
    const sim::Duration at = plan.at + sim::Duration(static_cast<sim::Duration::rep>(random.below(
                                           static_cast<std::uint64_t>(plan.spread.count()))));
    ns3::Simulator::Schedule(ns3::NanoSeconds(static_cast<std::uint64_t>(at.count())), [&, i] {
      Client& client = clients.emplace_back(
          open(network, i), ns3::InetSocketAddress(network.address(gateway_of(topology, i)), port));
      client.socket->SetRecvCallback(Heard([&](Socket) { done += client.hear() ? 1U : 0U; }));
      client.ask();
    });
  }
  ns3::Simulator::Run();
  fmt::print("{} of {} nodes have made {} round trips\n", done, clients.size(), round_trips);
  return done == clients.size() && done > 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    fmt::print(stderr, "usage: ns3_bare SCENARIO.toml\n");
    return 2;
  }
  const auto scenario = bench::read_scenario(words[1]);
  return scenario ? run(*scenario) : 2;
}
