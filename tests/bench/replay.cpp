#include "tests/bench/replay.h"

#include <ns3/inet-socket-address.h>
#include <ns3/packet.h>
#include <ns3/simulator.h>
#include <ns3/tcp-socket-factory.h>
#include <ns3/udp-socket-factory.h>

namespace touchstone::bench {
namespace {

using Heard = ns3::Callback<void, ns3::Ptr<ns3::Socket>>;
using Kind = Sending::Kind;

ns3::Time to_time(sim::Duration time) {
  return ns3::NanoSeconds(static_cast<std::uint64_t>(std::max(time.count(), sim::Duration::rep{})));
}

void drain(const ns3::Ptr<ns3::Socket>& socket) {
  while (const auto packet = socket->Recv())
    if (packet->GetSize() == 0) return;
}

// What both ends of a stream do: they read, and close when the far end has closed.
void follow(const ns3::Ptr<ns3::Socket>& socket) {
  socket->SetRecvCallback(Heard([](ns3::Ptr<ns3::Socket> heard) { drain(heard); }));
  const Heard end([](ns3::Ptr<ns3::Socket> heard) { heard->Close(); });
  socket->SetCloseCallbacks(end, end);
}

}  // namespace

double Replay::run(sim::Moment end) {
  schedule_next();
  ns3::Simulator::Stop(to_time(end));
  const std::clock_t begin = std::clock();
  ns3::Simulator::Run();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

void Replay::schedule_next() {
  if (next_ == sendings_.size()) return;
  const sim::Moment now(ns3::Simulator::Now().GetNanoSeconds());
  // What a node sends when it has heard something follows at the same moment: behind all that is
  // planned for that moment.
  ns3::Simulator::Schedule(to_time(sendings_[next_].at - now),
                           [this] { ns3::Simulator::ScheduleNow([this] { play(); }); });
}

void Replay::play() {
  const sim::Moment at = sendings_[next_].at;
  while (next_ < sendings_.size() && sendings_[next_].at == at)
    play(sendings_[next_++]);
  schedule_next();
}

void Replay::play(const Sending& one) {
  switch (one.kind) {
    case Kind::bind: {
      const Socket socket =
          ns3::Socket::CreateSocket(network_.node(one.node), ns3::UdpSocketFactory::GetTypeId());
      socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), one.port));
      socket->SetRecvCallback(Heard([](Socket heard) { drain(heard); }));
      ports_[{one.node, one.port}] = socket;
      return;
    }
    case Kind::datagram:
      return send_datagram(one);
    case Kind::listen:
      return listen(one);
    case Kind::connect:
      return connect(one);
    default:
      return on_stream(one);
  }
}

void Replay::send_datagram(const Sending& one) {
  const auto socket = ports_.find({one.node, one.port});
  if (socket == ports_.end()) {
    ++missed_;
    return;
  }
  socket->second->SendTo(ns3::Create<ns3::Packet>(one.size), 0,
                         ns3::InetSocketAddress(network_.address(one.to), one.far_port));
}

void Replay::listen(const Sending& one) {
  const Socket socket =
      ns3::Socket::CreateSocket(network_.node(one.node), ns3::TcpSocketFactory::GetTypeId());
  socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), one.port));
  socket->SetAcceptCallback(ns3::Callback<bool, Socket, const ns3::Address&>(
                                [](Socket, const ns3::Address&) { return true; }),
                            ns3::Callback<void, Socket, const ns3::Address&>(
                                [this, node = one.node](Socket accepted, const ns3::Address& from) {
                                  follow(accepted);
                                  const auto client =
                                      ns3::InetSocketAddress::ConvertFrom(from).GetIpv4();
                                  accepted_[{node, network_.at(client)}].push_back(accepted);
                                }));
  socket->Listen();
}

void Replay::connect(const Sending& one) {
  const Socket socket =
      ns3::Socket::CreateSocket(network_.node(one.node), ns3::TcpSocketFactory::GetTypeId());
  follow(socket);
  socket->Connect(ns3::InetSocketAddress(network_.address(one.to), one.far_port));
  streams_[one.stream] = socket;
}

void Replay::on_stream(const Sending& one) {
  if (one.kind == Kind::accept) {
    std::deque<Socket>& waiting = accepted_[{one.node, one.to}];
    if (waiting.empty()) {
      ++missed_;
      return;
    }
    streams_[one.stream] = waiting.front();
    waiting.pop_front();
    return;
  }
  const auto socket = streams_.find(one.stream);
  if (socket == streams_.end()) {
    ++missed_;
  } else if (one.kind == Kind::octets) {
    if (socket->second->Send(ns3::Create<ns3::Packet>(one.size), 0) < 0) ++missed_;
  } else {
    socket->second->Close();
  }
}

}  // namespace touchstone::bench
