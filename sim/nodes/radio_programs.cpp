#include "sim/nodes/radio_programs.h"

namespace touchstone::sim {
namespace {

constexpr std::uint16_t node_port = 40000;  // of the joining node
constexpr std::uint16_t upper_port = 4006;  // of an access point, towards the gateway

}  // namespace

void AccessPointProgram::start() {
  machine_.bind(join_port);
  machine_.bind(upper_port);
}

void AccessPointProgram::on_datagram(std::uint16_t port, Endpoint from, OctetView octets) {
  const auto now = std::chrono::floor<std::chrono::seconds>(machine_.now().time_since_epoch());
  if (port == join_port) {
    if (attempts_.goes_up(octets, encode_place(from), now))
      machine_.send_datagram(upper_port, gateway_, octets);
  } else if (from == gateway_) {
    if (const auto node = attempts_.goes_down(octets))
      machine_.send_datagram(join_port, decode_place(*node), octets);
  }
}

gateway::JoinTime ENodeProgram::join_time() const {
  return std::chrono::floor<gateway::JoinTime>(machine_.now().time_since_epoch());
}

void ENodeProgram::start() {
  const Duration wait = begin_ - machine_.all().world().now();
  if (wait <= Duration()) return begin();
  machine_.arm(0, machine_.now() + wait);
}

void ENodeProgram::begin() {
  machine_.bind(node_port);
  begun_ = machine_.now();
  session_.emplace(identity_.id, SecretKey<16>(identity_.key), machine_.random());
  tell(machine_, network_, {.kind = Happening::Kind::begin, .id = identity_.id});
  say(session_->start(join_time()));
}

void ENodeProgram::say(const Octets& octets) {
  if (!octets.empty()) {
    ++said_;
    machine_.spend(Work::datagram);
    machine_.send_datagram(node_port, via_, octets);
  }
  look();
}

void ENodeProgram::look() {
  if (session_->result() != gateway::JoinCode::none) {
    machine_.disarm(0);
    return tell(machine_, network_,
                {.kind = Happening::Kind::join,
                 .id = identity_.id,
                 .code = static_cast<std::uint32_t>(session_->result()),
                 .count = said_,
                 .took = machine_.now() - begun_});
  }
  if (const auto deadline = session_->next_deadline())
    machine_.arm(0, Machine::LocalTime(*deadline));
}

void ENodeProgram::on_datagram(std::uint16_t /*port*/, Endpoint /*from*/, OctetView octets) {
  if (!session_ || session_->result() != gateway::JoinCode::none) return;
  say(session_->receive(octets, join_time()));
}

void ENodeProgram::on_timer(Timer /*timer*/) {
  if (!session_) return begin();
  if (session_->result() == gateway::JoinCode::none) say(session_->on_timer(join_time()));
}

}  // namespace touchstone::sim
