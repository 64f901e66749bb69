#include "sim/net/tcp_socket.h"

#include <ns3/node.h>
#include <ns3/nstime.h>
#include <ns3/rtt-estimator.h>
#include <ns3/simulator.h>
#include <ns3/tcp-header.h>
#include <ns3/tcp-l4-protocol.h>
#include <ns3/tcp-linux-reno.h>
#include <ns3/tcp-prr-recovery.h>
#include <ns3/tcp-tx-buffer.h>
#include <ns3/uinteger.h>

namespace touchstone::sim::net {
namespace {

constexpr std::uint32_t segment_octets = 1448;  // of Ethernet; ns-3 would take 536
constexpr std::uint32_t buffer_octets = 1 << 18;
const ns3::Time first_syn_wait = ns3::Seconds(1);  // RFC 6298 §2.1; ns-3 would take 3 s
const ns3::Time least_retransmission_wait = ns3::MilliSeconds(200);  // as Linux has it
// As Linux has it. ns-3 would wait 200 ms, so that a lone segment is sent again before its ACK.
const ns3::Time acknowledgement_wait = ns3::MilliSeconds(40);
// Closed connections are looked through for every segment of the node, so they go soon.
constexpr double segment_life_s = 1;

}  // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpSocket);

ns3::TypeId TcpSocket::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("touchstone::TcpSocket")
                                    .SetParent<ns3::TcpSocketBase>()
                                    .AddConstructor<TcpSocket>();
  return id;
}

ns3::Ptr<TcpSocket> TcpSocket::make(ns3::Ptr<ns3::Node> node, std::uint64_t& retransmissions) {
  const auto tcp = node->GetObject<ns3::TcpL4Protocol>();
  const auto socket = ns3::CreateObject<TcpSocket>();
  socket->SetNode(node);
  socket->SetTcp(tcp);
  socket->SetRtt(ns3::CreateObject<ns3::RttMeanDeviation>());
  socket->SetCongestionControlAlgorithm(ns3::CreateObject<ns3::TcpLinuxReno>());
  socket->SetRecoveryAlgorithm(ns3::CreateObject<ns3::TcpPrrRecovery>());
  socket->SetSegSize(segment_octets);
  socket->SetSndBufSize(buffer_octets);
  socket->SetRcvBufSize(buffer_octets);
  socket->SetConnTimeout(first_syn_wait);
  socket->SetMinRto(least_retransmission_wait);
  socket->SetDelAckTimeout(acknowledgement_wait);
  socket->SetAttribute("MaxSegLifetime", ns3::DoubleValue(segment_life_s));
  socket->retransmissions_ = &retransmissions;
  tcp->AddSocket(socket);
  return socket;
}

void TcpSocket::forget_callbacks() {
  refused_ = nullptr;
  SetConnectCallback({}, {});
  SetCloseCallbacks({}, {});
  SetAcceptCallback({}, {});
  SetSendCallback({});
  SetRecvCallback({});
}

void TcpSocket::reset() {
  forget_callbacks();
  if (m_state == CLOSED) return vanish();
  SendRST();
  vanish();
}

void TcpSocket::vanish() {
  forget_callbacks();
  CancelAllTimers();
  m_state = CLOSED;
  DeallocateEndPoint();
}

ns3::Ptr<ns3::TcpSocketBase> TcpSocket::Fork() {
  return ns3::CopyObject<TcpSocket>(this);
}

void TcpSocket::DoForwardUp(ns3::Ptr<ns3::Packet> packet, const ns3::Address& from,
                            const ns3::Address& to) {
  if (m_state == SYN_SENT) {
    ns3::TcpHeader header;
    packet->PeekHeader(header);
    if ((header.GetFlags() & ns3::TcpHeader::RST) != 0) {
      const auto refused = std::exchange(refused_, nullptr);
      const ns3::Ptr<TcpSocket> alive(this);
      vanish();
      if (refused) refused();
      return;
    }
  }
  TcpSocketBase::DoForwardUp(packet, from, to);
}

std::uint32_t TcpSocket::SendDataPacket(ns3::SequenceNumber32 sequence, std::uint32_t most,
                                        bool with_ack) {
  if (sequence < m_tcb->m_highTxMark.Get()) ++*retransmissions_;
  return TcpSocketBase::SendDataPacket(sequence, most, with_ack);
}

void TcpSocket::SendEmptyPacket(std::uint8_t flags) {
  const bool is_syn = flags == ns3::TcpHeader::SYN;
  if (is_syn && m_synCount != 0 && m_synCount < m_synRetries) ++*retransmissions_;
  TcpSocketBase::SendEmptyPacket(flags);
}

// ns-3 probes a closed window whoever has seen it, a socket that listens too, and reads the octets
// that it takes for granted.
void TcpSocket::PersistTimeout() {
  if (m_tcb->m_nextTxSequence.Get() < m_txBuffer->TailSequence())
    return TcpSocketBase::PersistTimeout();
  if (m_state == LISTEN || m_state == CLOSED) return;
  m_persistEvent = ns3::Simulator::Schedule(m_persistTimeout, &TcpSocket::PersistTimeout, this);
}

}  // namespace touchstone::sim::net
