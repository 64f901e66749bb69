#include "sim/flow/event_queue.h"

#include <algorithm>

namespace touchstone::sim {

void EventQueue::insert(Moment at, Number number, bool is_action) {
  order_ += 2;
  heap_.push_back({at, order_ + (is_action ? 1 : 0), number});
  std::ranges::push_heap(heap_, std::greater<>());
}

void EventQueue::push(Moment at, Action action) {
  if (free_.empty()) {
    free_.push_back(static_cast<Number>(actions_.size()));
    actions_.emplace_back();
  }
  const Number number = free_.back();
  free_.pop_back();
  actions_[number] = std::move(action);
  insert(at, number, true);
}

std::optional<EventQueue::Event> EventQueue::pop(Moment end) {
  if (heap_.empty() || heap_.front().at > end) return std::nullopt;
  std::ranges::pop_heap(heap_, std::greater<>());
  const Entry entry = heap_.back();
  heap_.pop_back();
  return Event{entry.at, entry.number, (entry.order & 1) != 0};
}

EventQueue::Action EventQueue::take(Number number) {
  Action action = std::move(actions_[number]);
  actions_[number] = nullptr;
  free_.push_back(number);
  return action;
}

}  // namespace touchstone::sim
