#pragma once
// The inside of a Node, shared by node*.cpp alone.

#include <algorithm>

#include "reference/diameter/identity.h"
#include "reference/diameter/node.h"

namespace touchstone::diameter {

struct Node::Connection {
  ConnectionId id = 0;
  bool is_ours = false;  // we began it
  bool is_protected = false;
  bool is_ending = false;  // closed or aborted: what still comes is dropped
  bool is_paused = false;
  bool is_timed = false;                           // a timer of it is in the heap
  std::optional<std::vector<std::string>> proved;  // hosts that its certificate names
  std::optional<PeerIndex> peer;
  Header cer;  // of the CER, whose CEA may come later
  std::vector<std::uint32_t> common;
  bool wants_tls = false;
  std::size_t unanswered = 0;
  std::optional<Time> deadline;  // for the CER
  StreamDecoder decoder;
  std::optional<EndReason> reason;  // of its end, once that is known
  std::uint32_t end_result = 0;
  MessageView refused;
};

struct Node::Peer {
  explicit Peer(Duration tw) noexcept : watchdog(tw) {}

  PeerIndex index = 0;
  PeerConfig config;
  PeerState state = PeerState::closed;
  Watchdog watchdog;
  std::optional<ConnectionId> initiated;
  std::optional<ConnectionId> accepted;
  std::vector<std::uint32_t> common;
  std::optional<std::uint32_t> state_id;
  std::optional<Time> timeout;  // of a waiting state
  std::optional<Time> reconnect;
  bool is_announced = false;   // peer_up was told
  bool was_dismissed = false;  // DPR with a cause that asks us to stay away
  std::optional<Time> timed;   // the timer in the heap
};

struct Node::Incoming {
  ConnectionId connection = 0;
  Header header;
  std::string duplicate_key;
};

struct Node::Pending {
  RequestId request = 0;
  std::uint32_t application = 0;
  PeerIndex peer = 0;
  ConnectionId connection = 0;
  std::size_t redirects = 0;  // that it has followed
  std::string destination_host;
  SecretOctets octets;
};
inline constexpr std::size_t max_redirects = 3;

struct Node::Timer {
  Time at;
  bool is_peer = false;
  std::uint64_t id = 0;

  friend bool operator<(const Timer& a, const Timer& b) noexcept { return a.at > b.at; }
};

/// Whether `host` is one of those that a certificate proves.
[[nodiscard]] inline bool is_proved(const std::vector<std::string>& hosts, std::string_view host) {
  return std::ranges::any_of(hosts, [&](const auto& one) { return same_identity(one, host); });
}

/// Whether a request of `command` belongs to the peers themselves (§5).
[[nodiscard]] inline bool is_base_command(std::uint32_t command) noexcept {
  return command == command_capabilities_exchange || command == command_device_watchdog ||
         command == command_disconnect_peer;
}

}  // namespace touchstone::diameter
