#include "sim/nodes/attacker.h"

#include "reference/diameter/mobile_ip.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

constexpr Machine::Timer strike_timer = 1;
constexpr std::uint16_t own_port = 40001;
constexpr std::size_t remembered = 256;
constexpr std::uint32_t guessed_ids = 1 << 20;

// The head of a CER whose rest is chance: version 1, a length, R, command 257.
Octets near_message(RandomStream& random) {
  Octets octets(20 + 4 * random.below(64));
  random.fill(octets);
  octets[0] = 1;
  octets[1] = 0;
  octets[2] = static_cast<std::uint8_t>(octets.size() >> 8);
  octets[3] = static_cast<std::uint8_t>(octets.size());
  octets[4] = 0x80;
  octets[5] = 0;
  octets[6] = 1;
  octets[7] = 1;
  for (std::size_t i = 8; i < 12; ++i)
    octets[i] = 0;
  return octets;
}

}  // namespace

void AttackerProgram::start() {
  machine_.bind(own_port);
  until_ = machine_.now() + order_.lasts;
  strike();
}

void AttackerProgram::overhear(OctetView datagram) {
  heard_.emplace_back(datagram.begin(), datagram.end());
  if (heard_.size() > remembered) heard_.pop_front();
}

void AttackerProgram::strike() {
  if (machine_.now() >= until_) {
    constexpr std::array<std::string_view, 4> names{"scan", "replay", "malformed", "rogue"};
    return tell(machine_, network_,
                {.kind = Happening::Kind::attack,
                 .count = struck_,
                 .text = names[static_cast<std::size_t>(order_.kind)]});
  }
  switch (order_.kind) {
    case AttackKind::scan:
      guess();
      break;
    case AttackKind::replay:
      repeat();
      break;
    case AttackKind::malformed:
      mangle();
      break;
    case AttackKind::rogue:
      play_gateway();
      break;
  }
  const double gap = machine_.random().exponential(1e9 / order_.rate);
  machine_.arm(strike_timer, machine_.now() + Duration(static_cast<Duration::rep>(gap) + 1));
}

void AttackerProgram::send(OctetView octets) {
  ++struck_;
  machine_.send_datagram(own_port, order_.gateway, octets);
}

void AttackerProgram::guess() {
  const auto id = static_cast<keyring::NodeId>(1 + machine_.random().below(guessed_ids));
  SecretKey<16> key;
  machine_.random().fill(key.writable());
  gateway::JoinNonce nonce{};
  machine_.random().fill(nonce);
  if (guesses_.size() > remembered) guesses_.clear();
  const auto [place, is_new] =
      guesses_.insert_or_assign(id, gateway::JoiningNode(id, std::move(key), nonce));
  send(place->second.request());
}

void AttackerProgram::repeat() {
  if (!heard_.empty()) send(heard_[machine_.random().below(heard_.size())]);
}

void AttackerProgram::mangle() {
  RandomStream& random = machine_.random();
  Octets octets(gateway::join_long_size);
  random.fill(octets);
  if (!heard_.empty()) {
    octets = heard_[random.below(heard_.size())];
    octets[random.below(octets.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
  }
  send(octets);
  machine_.connect(kms(), 5s);
}

void AttackerProgram::play_gateway() {
  if (diameter_) return;
  ++struck_;
  diameter_.emplace(
      machine_,
      node_config(machine_, network_, "rogue." + network_.realm, diameter::command_home_agent_mip),
      std::vector<DiameterPlace>{
          {.config = {.host = network_.kms.front().host, .connect = true}, .at = kms()}},
      *this, diameter_timer, nullptr);
  diameter_->start();
}

Endpoint AttackerProgram::kms() const {
  const NodeIndex node = network_.kms.front().node;
  return {machine_.all().world().topology().nodes[node].address, diameter_port};
}

void AttackerProgram::breach(std::uint32_t id, std::string_view how) {
  tell(machine_, network_, {.kind = Happening::Kind::breach, .id = id, .text = how});
}

// A KMS that lets a stranger in has not lost a key yet; it asks for one.
void AttackerProgram::on_peer_up(diameter::PeerIndex /*peer*/) {
  breach(0, "rogue gateway let in");
}

void AttackerProgram::on_answer(const diameter::Effect& /*answer*/) {}

void AttackerProgram::on_connected(StreamId stream) {
  if (diameter_ && diameter_->on_connected(stream)) return;
  ++struck_;
  machine_.send(stream, near_message(machine_.random()));
}

void AttackerProgram::on_connect_failed(StreamId stream) {
  if (diameter_) diameter_->on_connect_failed(stream);
}

void AttackerProgram::on_octets(StreamId stream, OctetView octets) {
  if (diameter_) diameter_->on_octets(stream, octets);
}

void AttackerProgram::on_closed(StreamId stream) {
  if (diameter_) diameter_->on_closed(stream);
}

void AttackerProgram::on_datagram(std::uint16_t /*port*/, Endpoint /*from*/, OctetView octets) {
  const auto message = gateway::decode_join(octets);
  if (!message) return;
  if (message->type == gateway::JoinType::result && message->code == gateway::JoinCode::admitted)
    return breach(message->node_id, "admitted");
  const auto guess = guesses_.find(message->node_id);
  if (guess == guesses_.end()) return;
  const gateway::JoiningNode::Step step = guess->second.receive(octets);
  if (!step.reply.empty()) send(step.reply);
}

void AttackerProgram::on_timer(Timer timer) {
  if (timer == diameter_timer && diameter_) diameter_->on_timer();
  if (timer == strike_timer) strike();
}

}  // namespace touchstone::sim
