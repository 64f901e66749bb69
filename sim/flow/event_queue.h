#pragma once
// What happens when: the heart of the world `flow`. Of one moment, in the order in which it was
// asked for.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/world/time.h"

namespace touchstone::sim {

/// Either a number, whose meaning is the owner's, or something to call.
class EventQueue {
 public:
  using Action = std::function<void()>;
  using Number = std::uint32_t;

  struct Event {
    Moment at{};
    Number number = 0;
    bool is_action = false;  ///< `number` is that of an action, for take()
  };

  void push(Moment at, Number number) { insert(at, number, false); }
  void push(Moment at, Action action);

  /// The earliest, if it is not after `end`.
  std::optional<Event> pop(Moment end);
  /// The action of an event that was popped; once.
  Action take(Number number);

  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

 private:
  struct Entry {
    Moment at;
    std::uint64_t order;  // and in its lowest bit whether it is an action
    Number number;

    friend bool operator>(const Entry& a, const Entry& b) noexcept {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  void insert(Moment at, Number number, bool is_action);

  std::vector<Entry> heap_;
  std::vector<Action> actions_;
  std::vector<Number> free_;
  std::uint64_t order_ = 0;
};

}  // namespace touchstone::sim
