#pragma once
// TCP of ns-3 with what it lacks: a refused connection that is noticed, an abort, and the silence
// of a machine whose power has failed. Its times are those of Linux where they decide how long a
// join takes.

#include <ns3/tcp-socket-base.h>
#include <cstdint>
#include <functional>

namespace touchstone::sim::net {

class TcpSocket final : public ns3::TcpSocketBase {
 public:
  static ns3::TypeId GetTypeId();

  /// A closed socket of `node`, which has a TCP stack. `retransmissions` outlives the socket and
  /// counts the segments that it, and the sockets that it accepts, send again.
  static ns3::Ptr<TcpSocket> make(ns3::Ptr<ns3::Node> node, std::uint64_t& retransmissions);

  TcpSocket() = default;
  TcpSocket(const TcpSocket& other) = default;

  /// ns-3 3.37 passes over an RST that answers a SYN, and goes on for three minutes.
  void on_refused(std::function<void()> call) { refused_ = std::move(call); }
  /// The peer is told RST. No callback comes any more.
  void reset();
  /// The peer is told nothing.
  void vanish();
  /// Nobody hears of it any more; what was sent goes on being sent.
  void forget_callbacks();

 private:
  ns3::Ptr<TcpSocketBase> Fork() override;
  void DoForwardUp(ns3::Ptr<ns3::Packet> packet, const ns3::Address& from,
                   const ns3::Address& to) override;
  std::uint32_t SendDataPacket(ns3::SequenceNumber32 sequence, std::uint32_t most,
                               bool with_ack) override;
  void SendEmptyPacket(std::uint8_t flags) override;
  void PersistTimeout() override;

  std::function<void()> refused_;
  std::uint64_t* retransmissions_ = nullptr;
};

}  // namespace touchstone::sim::net
