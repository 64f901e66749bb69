#include "sim/net/streams.h"

#include <ns3/inet-socket-address.h>
#include <ns3/object-ptr-container.h>
#include <ns3/packet.h>
#include <ns3/simulator.h>
#include <ns3/tcp-l4-protocol.h>
#include <algorithm>

#include "sim/net/ns3_time.h"

namespace touchstone::sim::net {
namespace {

Endpoint endpoint_of(const ns3::Address& address) {
  const auto inet = ns3::InetSocketAddress::ConvertFrom(address);
  return {inet.GetIpv4().Get(), inet.GetPort()};
}

}  // namespace

Streams::Stream* Streams::find(StreamId id) {
  const auto found = streams_.find(id.number);
  return found == streams_.end() || found->second.is_closing ? nullptr : &found->second;
}

void Streams::listen(NodeIndex node, std::uint16_t port) {
  if (!wiring_.powered[node]) return;
  const auto socket = TcpSocket::make(network_.node(node), wiring_.counters.retransmitted);
  socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port));
  socket->SetAcceptCallback(
      ns3::Callback<bool, ns3::Ptr<ns3::Socket>, const ns3::Address&>(
          [](ns3::Ptr<ns3::Socket>, const ns3::Address&) { return true; }),
      ns3::Callback<void, ns3::Ptr<ns3::Socket>, const ns3::Address&>(
          [this, node, port](ns3::Ptr<ns3::Socket> accepted, const ns3::Address& from) {
            take_accepted(node, port, accepted, from);
          }));
  socket->Listen();
}

void Streams::take_accepted(NodeIndex node, std::uint16_t port, ns3::Ptr<ns3::Socket> socket,
                            const ns3::Address& from) {
  const std::uint32_t number = next_number_++;
  Stream& stream = streams_[number];
  stream.node = node;
  stream.socket = ns3::StaticCast<TcpSocket>(socket);
  stream.is_connected = true;
  watch(number, stream);
  events_->on_accepted({node, number}, port, endpoint_of(from));
}

// The callbacks know the number alone: what they find under it may be gone.
void Streams::watch(std::uint32_t number, Stream& stream) {
  using Heard = ns3::Callback<void, ns3::Ptr<ns3::Socket>>;
  const Heard ended([this, number](ns3::Ptr<ns3::Socket>) { on_closed(number); });
  stream.socket->SetCloseCallbacks(ended, ended);
  stream.socket->SetRecvCallback(
      Heard([this, number](ns3::Ptr<ns3::Socket>) { take_octets(number); }));
  stream.socket->SetSendCallback(ns3::Callback<void, ns3::Ptr<ns3::Socket>, std::uint32_t>(
      [this, number](ns3::Ptr<ns3::Socket>, std::uint32_t) { flush(number); }));
}

StreamId Streams::connect(NodeIndex node, Endpoint to, Duration patience) {
  const std::uint32_t number = next_number_++;
  Stream& stream = streams_[number];
  stream.node = node;
  stream.socket = TcpSocket::make(network_.node(node), wiring_.counters.retransmitted);
  watch(number, stream);
  using Heard = ns3::Callback<void, ns3::Ptr<ns3::Socket>>;
  stream.socket->SetConnectCallback(
      Heard([this, number](ns3::Ptr<ns3::Socket>) { on_connected(number); }),
      Heard([this, number](ns3::Ptr<ns3::Socket>) { on_connect_failed(number); }));
  stream.socket->on_refused([this, number] { on_connect_failed(number); });
  const ns3::InetSocketAddress far(ns3::Ipv4Address(to.address), to.port);
  const bool is_begun = wiring_.powered[node] && stream.socket->Connect(far) == 0;
  // No callback comes from within a call, and ns-3 itself would try for minutes.
  stream.patience = ns3::Simulator::Schedule(to_ns3(is_begun ? patience : Duration::zero()),
                                             [this, number] { on_connect_failed(number); });
  return {node, number};
}

void Streams::on_connected(std::uint32_t number) {
  const auto found = streams_.find(number);
  if (found == streams_.end()) return;
  found->second.patience.Cancel();
  found->second.is_connected = true;
  if (!found->second.is_closing) events_->on_connected({found->second.node, number});
  flush(number);
}

void Streams::on_connect_failed(std::uint32_t number) {
  const auto found = streams_.find(number);
  if (found == streams_.end()) return;
  const StreamId id{found->second.node, number};
  const bool is_heard = !found->second.is_closing;
  found->second.patience.Cancel();
  found->second.socket->vanish();
  streams_.erase(found);
  if (is_heard) events_->on_connect_failed(id);
}

void Streams::send(StreamId id, OctetView octets) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->held.insert(stream->held.end(), octets.begin(), octets.end());
  flush(id.number);
}

// ns-3 takes all that it is given or nothing, so it is given what it has room for. Its callback
// comes often and with the same room; nothing is sent twice by that.
void Streams::flush(std::uint32_t number) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || !found->second.is_connected) return;
  Stream& stream = found->second;
  while (stream.gone < stream.held.size()) {
    const std::size_t room = stream.socket->GetTxAvailable();
    const std::size_t size = std::min(room, stream.held.size() - stream.gone);
    if (size == 0) break;
    const auto packet = ns3::Create<ns3::Packet>(stream.held.data() + stream.gone,
                                                 static_cast<std::uint32_t>(size));
    if (stream.socket->Send(packet, 0) < 0) break;
    stream.gone += size;
  }
  if (stream.gone < stream.held.size()) return;
  stream.held.clear();
  stream.gone = 0;
  if (stream.is_closing) finish(number);
}

void Streams::finish(std::uint32_t number) {
  const auto found = streams_.find(number);
  const ns3::Ptr<TcpSocket> socket = found->second.socket;
  found->second.patience.Cancel();
  streams_.erase(found);
  socket->forget_callbacks();
  socket->Close();
}

void Streams::close(StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  if (!stream->is_connected && stream->held.empty()) return finish(id.number);
  stream->is_closing = true;
  flush(id.number);
}

void Streams::abort(StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->patience.Cancel();
  stream->socket->reset();
  streams_.erase(id.number);
}

std::size_t Streams::backlog(StreamId id) const {
  const auto found = streams_.find(id.number);
  return found == streams_.end() ? 0 : found->second.held.size() - found->second.gone;
}

void Streams::take_octets(std::uint32_t number) {
  for (;;) {
    const auto found = streams_.find(number);
    if (found == streams_.end()) return;
    const auto packet = found->second.socket->Recv(UINT32_MAX, 0);
    if (!packet || packet->GetSize() == 0) return;
    if (found->second.is_closing) continue;
    buffer_.resize(packet->GetSize());
    packet->CopyData(buffer_.data(), packet->GetSize());
    events_->on_octets({found->second.node, number}, buffer_);
  }
}

void Streams::on_closed(std::uint32_t number) {
  take_octets(number);
  const auto found = streams_.find(number);
  if (found == streams_.end()) return;
  if (!found->second.is_connected) return on_connect_failed(number);
  const StreamId id{found->second.node, number};
  const bool is_heard = !found->second.is_closing;
  finish(number);
  if (is_heard) events_->on_closed(id);
}

void Streams::lose(NodeIndex node) {
  for (auto one = streams_.begin(); one != streams_.end();) {
    if (one->second.node == node) {
      one->second.patience.Cancel();
      one = streams_.erase(one);
    } else {
      ++one;
    }
  }
  ns3::ObjectPtrContainerValue sockets;
  network_.node(node)->GetObject<ns3::TcpL4Protocol>()->GetAttribute("SocketList", sockets);
  std::vector<ns3::Ptr<TcpSocket>> all;
  for (auto one = sockets.Begin(); one != sockets.End(); ++one)
    all.push_back(ns3::DynamicCast<TcpSocket>(one->second));
  for (const auto& socket : all)
    socket->vanish();
}

}  // namespace touchstone::sim::net
