#include "reference/sntp/client.h"

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/base/reader.h"
#include "reference/sntp/build_date.h"

namespace touchstone::sntp {
namespace {

constexpr std::uint8_t our_version = 4;
constexpr std::uint8_t max_stratum = 15;
constexpr std::uint32_t max_dispersion = 16U << 16;  // MAXDISP of RFC 5905 §7.2

constexpr std::array names = {
    std::string_view("wrong peer"), std::string_view("length"),
    std::string_view("version"),    std::string_view("mode"),
    std::string_view("originate"),  std::string_view("repeated"),
    std::string_view("no time"),    std::string_view("unsynchronized"),
    std::string_view("stratum"),    std::string_view("kiss-o'-death"),
    std::string_view("order"),      std::string_view("before the build date"),
};

}  // namespace

std::string_view name_of(Refusal refusal) noexcept {
  return names[static_cast<std::size_t>(refusal)];
}

Client::Client(OctetView peer, const ClientSettings& settings, RandomSource& random, Time now)
    : peer_(peer.begin(), peer.end()),
      settings_(settings),
      random_(random),
      give_up_(now + settings.patience * (TOUCHSTONE_DEFECT("TM-08.patience") ? 2 : 1)),
      ask_again_(now),
      wait_(settings.first_wait) {
  ask(now);
}

std::optional<Time> Client::deadline() const {
  if (state_ != State::asking) return std::nullopt;
  return std::min(ask_again_, give_up_);
}

/// The transmit timestamp is random: it tells nobody our time, and nobody can guess it (RFC 9109
/// looks at ports in the same way).
void Client::ask(Time now) {
  std::array<std::uint8_t, 8> octets{};
  random_.fill(octets);
  Reader reader(octets);
  nonce_ = {*reader.u64() | 1U};
  asked_ = now;
  settled_ = false;
  output_ = encode({.version = our_version, .mode = Mode::client, .transmit = nonce_});
  ask_again_ = now + wait_;
  wait_ *= 2;
  ++requests_;
}

void Client::advance(Time now) {
  if (state_ != State::asking) return;
  if (now >= give_up_) {
    state_ = disappointed_ ? State::refused : State::no_answer;
  } else if (now >= ask_again_) {
    ask(now);
  }
}

std::optional<Refusal> Client::not_ours(const Packet& packet, OctetView peer) const {
  if (!std::ranges::equal(peer, peer_)) return Refusal::wrong_peer;
  if (packet.version < 1 || packet.version > our_version) return Refusal::version;
  if (packet.mode != Mode::server && !TOUCHSTONE_DEFECT("TM-10.mode")) return Refusal::mode;
  if (packet.originate != nonce_ && !TOUCHSTONE_DEFECT("TM-10.originate"))
    return Refusal::originate;
  if (settled_) return Refusal::repeated;
  return std::nullopt;
}

std::optional<Refusal> Client::unusable(const Packet& packet) const {
  if (packet.stratum == 0) return Refusal::kiss;
  if (packet.stratum > max_stratum + (TOUCHSTONE_DEFECT("TM-10.stratum") ? 1 : 0))
    return Refusal::stratum;
  if ((packet.leap == leap_unsynchronized && !TOUCHSTONE_DEFECT("TM-10.leap")) ||
      packet.root_dispersion >= max_dispersion)
    return Refusal::unsynchronized;
  if (!packet.receive.is_set() || !packet.transmit.is_set()) return Refusal::no_time;
  if (to_time(packet.transmit) < to_time(packet.receive)) return Refusal::order;
  if (to_time(packet.transmit) < build_date && !TOUCHSTONE_DEFECT("TM-10.build_date"))
    return Refusal::before_build;
  return std::nullopt;
}

std::optional<Refusal> Client::receive(OctetView datagram, OctetView peer, Time now) {
  if (state_ != State::asking) return Refusal::repeated;
  const std::optional<Packet> packet = decode(datagram);
  if (!packet) return Refusal::length;
  if (const auto refusal = not_ours(*packet, peer)) return refusal;
  settled_ = true;
  if (const auto refusal = unusable(*packet)) {
    refusal_ = *refusal;
    disappointed_ = true;
    if (refusal_ == Refusal::kiss && !TOUCHSTONE_DEFECT("TM-10.kiss")) {
      kiss_ = print_code(packet->reference_id);
      state_ = State::refused;  // RFC 4330 §8: stop asking
    }
    return refusal;
  }
  take(*packet, now);
  return std::nullopt;
}

/// RFC 4330 §5: t = ((T2 - T1) + (T3 - T4)) / 2, d = (T4 - T1) - (T3 - T2).
void Client::take(const Packet& packet, Time now) {
  const Time received = to_time(packet.receive);
  const Time transmitted = to_time(packet.transmit);
  answer_.offset = (received - asked_) / 2 + (transmitted - now) / 2;
  answer_.delay = std::max(Duration(0), (now - asked_) - (transmitted - received));
  answer_.time = now + answer_.offset;
  answer_.stratum = packet.stratum;
  answer_.leap = packet.leap;
  answer_.reference_id = packet.reference_id;
  state_ = State::answered;
}

}  // namespace touchstone::sntp
