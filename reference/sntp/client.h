#pragma once
// Asks one server for the time (RFC 4330 §5): octets, peer and `now` in; octets and the next
// deadline out.

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "reference/base/random.h"
#include "reference/sntp/packet.h"

namespace touchstone::sntp {

/// Why a datagram counts for nothing (RFC 4330 §5, RFC 5905 §8, TM-10). One that is not the answer
/// to what was asked is passed over, and the real answer may still come.
enum class Refusal {
  wrong_peer,      ///< from another address or port than was asked
  length,          ///< under 48 octets, or over 1024
  version,         ///< not 1 to 4, or newer than was asked
  mode,            ///< not that of a server
  originate,       ///< does not return what was sent: forged, or an answer that came late
  repeated,        ///< a second answer to the same request
  no_time,         ///< a timestamp that has to be there is zero
  unsynchronized,  ///< leap indicator 3, or a dispersion over 16 s
  stratum,         ///< over 15
  kiss,            ///< stratum 0: the server wants to be left alone, and says why
  order,           ///< transmitted before it received
  before_build,    ///< a time at which this program did not exist
};
[[nodiscard]] std::string_view name_of(Refusal refusal) noexcept;

struct Answer {
  Duration offset{};  ///< what to add to the local clock
  Duration delay{};   ///< of the way there and back, never negative
  Time time;          ///< of the server, at the moment `now` of the answer
  std::uint8_t stratum = 0;
  std::uint8_t leap = 0;
  std::array<std::uint8_t, 4> reference_id = {};
};

struct ClientSettings {
  Duration first_wait = std::chrono::seconds(1);  ///< then twice as long each time
  Duration patience = std::chrono::seconds(5);    ///< TM-08
};

/// `now` is any reading of the local clock that goes forward while the question is open; it may be
/// as wrong as a clock can be.
class Client {
 public:
  enum class State { asking, answered, refused, no_answer };

  /// `peer` names the server as the driver does. Asks at once.
  Client(OctetView peer, const ClientSettings& settings, RandomSource& random, Time now);

  /// Octets for the server, once; empty when there is nothing to send.
  [[nodiscard]] Octets output() { return std::exchange(output_, {}); }
  /// When advance() is due; nothing when the question is settled.
  [[nodiscard]] std::optional<Time> deadline() const;
  void advance(Time now);
  /// Nothing when the datagram is the answer.
  std::optional<Refusal> receive(OctetView datagram, OctetView peer, Time now);

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Of state answered.
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }
  /// Of state refused: why, and with `kiss` the code, such as DENY or RATE.
  [[nodiscard]] Refusal refusal() const noexcept { return refusal_; }
  [[nodiscard]] const std::string& kiss_code() const noexcept { return kiss_; }
  /// How many requests were made.
  [[nodiscard]] std::size_t requests() const noexcept { return requests_; }

 private:
  void ask(Time now);
  [[nodiscard]] std::optional<Refusal> not_ours(const Packet& packet, OctetView peer) const;
  [[nodiscard]] std::optional<Refusal> unusable(const Packet& packet) const;
  void take(const Packet& packet, Time now);

  Octets peer_;
  ClientSettings settings_;
  RandomSource& random_;
  Octets output_;
  State state_ = State::asking;
  Time give_up_;
  Time ask_again_;
  Duration wait_;
  Time asked_;                 // local, when the open request went out
  Timestamp nonce_;            // its transmit timestamp
  bool settled_ = false;       // the open request has had an answer
  bool disappointed_ = false;  // one of the answers was of no use
  std::size_t requests_ = 0;
  Answer answer_;
  Refusal refusal_ = Refusal::kiss;
  std::string kiss_;
};

}  // namespace touchstone::sntp
