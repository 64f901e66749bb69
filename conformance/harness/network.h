#pragma once
// What the operations net.* of tsp/1 observe: the part of the contract that adapters write and
// suites read (docs/formats/tsp-1.md, Operations on a network).

#include <cstdint>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

/// A thing that happened on the side of the harness.
struct NetEvent {
  enum class Kind : std::uint8_t {
    octets,     ///< of the IUT, on `connection`; how they are cut means nothing
    fin,        ///< the IUT ended its half; what it sent before has come
    reset,      ///< the IUT aborted; what it sent before may be lost
    accepted,   ///< the IUT connected to `listener`; `connection` is new
    triggered,  ///< what was asked of a client by net.trigger has ended, with `result`
    ready,      ///< a client has the keys of its network: it can admit nodes
    stopped,    ///< the IUT itself has ended
    datagram,   ///< of a client, to the node that net.datagram numbers `node`
  };
  Kind kind = Kind::octets;
  std::int64_t at_ms = 0;       ///< of the adapter's clock, which is 0 when the case begins
  std::int64_t connection = 0;  ///< 0: of none
  std::int64_t listener = 0;    ///< of accepted
  std::int64_t trigger = 0;     ///< of triggered
  std::int64_t node = 0;        ///< of datagram
  std::string result = {};      ///< of triggered: `admitted`, `refused` or `later`
  Octets octets = {};
};

[[nodiscard]] std::string_view print_kind(NetEvent::Kind kind) noexcept;
void to_json(Json& json, const NetEvent& event);
/// Throws nlohmann's exceptions for JSON that is no event.
void from_json(const Json& json, NetEvent& event);

/// Whether `events` hold what net.await with `args` waits for: `count` of them (1 if absent), of
/// `connection` alone when that is named.
[[nodiscard]] bool is_awaited(const std::vector<NetEvent>& events, const Json& args);

}  // namespace touchstone::conformance::harness
