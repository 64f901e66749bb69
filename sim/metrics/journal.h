#pragma once
// What happens in a run, for those who watch: the event log, the statistics, the checks.

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/world/topology.h"

namespace touchstone::sim {

struct Happening {
  enum class Kind : std::uint8_t {
    start,    ///< a program begins; `count` is how often it has
    crash,    ///< and is gone
    begin,    ///< a node begins to join
    join,     ///< and has ended: `code`, `took`, `count` datagrams sent
    admit,    ///< a gateway has decided: `code`
    ask,      ///< of a gateway to a KMS: `id`, 0 for the network keys
    answer,   ///< of a KMS to `peer`: `id`, Result-Code `code`
    reply,    ///< it has come to the gateway: `id`, `took`; `code` 0 when none came
    peer_up,  ///< a Diameter connection between `node` and `peer` is open
    peer_down,
    keys,     ///< a gateway holds network keys; `key` names the Gateway key
    serve,    ///< a KMS serves a keyring of `count` nodes; `key` as above
    refuse,   ///< a KMS cannot serve: `text`
    rotate,   ///< a KMS has told `peer` new network keys: Result-Code `code`
    import,   ///< a KMS has taken a delivery, or not: exit code `code`, `count` rows, `took`
    deliver,  ///< a Local Key Server has handed a batch over: `code` 0 taken, `count` attempts
    disk,     ///< a write failed: `text`
    attack,   ///< of a kind `text`: `count` messages
    breach,   ///< an attacker got what it wanted: `text`, `id`
    fault,    ///< begins: `text`
    heal,     ///< and ends: `text`
    recover,  ///< from a fault `text`: `took` since its end
    load,     ///< of a KMS, now and then: `count` wait, `took` busy since the last time
    check,    ///< `text`: `code` 0 holds
    count_    // of the kinds
  };
  Moment at{};
  Kind kind = Kind::start;
  NodeIndex node = no_node;
  NodeIndex peer = no_node;
  std::uint32_t id = 0;  ///< of a node of the wireless network
  std::uint32_t code = 0;
  std::uint64_t count = 0;
  Duration took{-1};
  std::uint64_t key = 0;  ///< a number that is the same for the same key, and tells nothing of it
  std::string_view text = {};
};
/// `join` and so on, as the log has it.
[[nodiscard]] const char* print_kind(Happening::Kind kind) noexcept;

class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Views live until it returns.
  virtual void on_happening(const Happening& happening) = 0;
};

/// Whoever makes something happen tells it here, in the order in which it happens.
class Journal {
 public:
  /// Outlives the journal's last tell().
  void add(Watcher& watcher) { watchers_.push_back(&watcher); }
  void tell(const Happening& happening) {
    for (Watcher* watcher : watchers_)
      watcher->on_happening(happening);
  }

 private:
  std::vector<Watcher*> watchers_;
};

}  // namespace touchstone::sim
