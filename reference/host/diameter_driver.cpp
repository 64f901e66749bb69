#include "reference/host/diameter_driver.h"

#include <algorithm>

#include "reference/host/diameter_driver_inside.h"

namespace touchstone::host {

// Effects. The node's views live until its next on_...() call, so none is made while a batch is
// handed out; what the role does meanwhile gathers for the next batch.

void DiameterDriver::Inside::settle() {
  if (settling_ || gone_) return;
  settling_ = true;
  do {
    hand_out();
    handler_.on_settled();
    hand_out();
    write_touched();
  } while (!effects_.list().empty());
  settling_ = false;
  rearm();
  tell_when_quiet();
}

void DiameterDriver::Inside::settle_soon() {
  if (settling_ || settle_posted_) return;
  settle_posted_ = true;
  loop_.post([self = shared_from_this()] {
    self->settle_posted_ = false;
    self->settle();
  });
}

void DiameterDriver::Inside::hand_out() {
  while (!effects_.list().empty()) {
    batch_.list().swap(effects_.list());
    for (Effect& effect : batch_.list())
      apply(effect);
    batch_.list().clear();
  }
}

void DiameterDriver::Inside::apply(Effect& effect) {
  if (effect.kind == Effect::Kind::connect) return connect(effect.connection, peers_[effect.peer]);
  const auto found = links_.find(effect.connection);
  const Link link = found == links_.end() ? nullptr : found->second;
  switch (effect.kind) {
    case Effect::Kind::send:
      if (link == nullptr) return;
      return say(link, std::move(effect.octets));
    case Effect::Kind::close:
      if (link == nullptr) return;
      if (link->tls) {
        link->tls->close();
        say(link, {});
      }
      return bring_to_end(link);
    case Effect::Kind::start_tls:
      if (link != nullptr) begin_tls(link);
      return;
    case Effect::Kind::abort:
      if (link == nullptr) return;
      links_.erase(found);
      return link->stream.reset();
    case Effect::Kind::pause:
    case Effect::Kind::resume:
      if (link == nullptr) return;
      link->is_paused = effect.kind == Effect::Kind::pause;
      return read_on(link);
    case Effect::Kind::request:
      return handler_.on_request({.id = effect.request,
                                  .peer = effect.peer,
                                  .host = node_.peer_host(effect.peer),
                                  .is_protected = link != nullptr && link->is_protected,
                                  .message = effect.message});
    default:
      return apply_to_role(effect);
  }
}

void DiameterDriver::Inside::apply_to_role(const Effect& effect) {
  switch (effect.kind) {
    case Effect::Kind::answer:
      return handler_.on_answer(effect.request, effect.result, effect.message);
    case Effect::Kind::failure:
      return handler_.on_failure(effect.request, effect.result);
    case Effect::Kind::peer_up:
      return handler_.on_peer_up(effect.peer);
    case Effect::Kind::peer_down:
      return handler_.on_peer_down(effect.peer);
    case Effect::Kind::peer_restarted:
    case Effect::Kind::state_id_fell:
    case Effect::Kind::ended:
      return handler_.on_notice(effect);
    default:
      return;
  }
}

void DiameterDriver::Inside::rearm() {
  const auto deadline = node_.next_deadline();
  // A timer that comes too early does no harm, so that one is not set anew with each message.
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  node_timer_.at(*deadline, [this] {
    armed_.reset();
    node_.on_timer(loop_.now(), effects_);
    settle();
  });
}

// Ends.

// The node knows it no more: what waits goes out, then FIN, and RST when that takes too long.
void DiameterDriver::Inside::bring_to_end(const Link& link) {
  links_.erase(link->id);
  if (!link->stream.is_open()) return;
  link->is_ending = true;
  lingering_.emplace_back(loop_.now() + settings_.linger, link);
  if (lingering_.size() == 1) linger_timer_.at(lingering_.front().first, [this] { sweep(); });
  touch(link);
}

void DiameterDriver::Inside::lose(const Link& link) {
  link->stream.close();
  if (is_known(*link)) forget(link);
}

// The node learns that it is gone, or that it never came to be.
void DiameterDriver::Inside::forget(const Link& link) {
  links_.erase(link->id);
  if (link->awaited.empty()) return node_.on_closed(link->id, loop_.now(), effects_);
  node_.on_connect_failed(link->id, loop_.now(), effects_);
}

void DiameterDriver::Inside::sweep() {
  while (!lingering_.empty()) {
    Connection& oldest = *lingering_.front().second;
    if (oldest.stream.is_open()) {
      if (lingering_.front().first > loop_.now()) break;
      oldest.stream.reset();
    }
    lingering_.pop_front();
  }
  if (!lingering_.empty()) linger_timer_.at(lingering_.front().first, [this] { sweep(); });
  tell_when_quiet();
}

void DiameterDriver::Inside::stop(diameter::DisconnectCause cause, diameter::Duration patience,
                                  std::function<void()> done) {
  for (Listener& listener : listeners_) {
    Fault ignored;
    listener.acceptor.close(ignored);
    listener.retry.cancel();
  }
  when_quiet_ = std::move(done);
  patience_timer_.at(loop_.now() + patience, [this] {
    if (when_quiet_) std::exchange(when_quiet_, nullptr)();
  });
  node_.stop(cause, loop_.now(), effects_);
  settle_soon();
}

void DiameterDriver::Inside::tell_when_quiet() {
  const auto is_open = [](const auto& one) { return one.second->stream.is_open(); };
  if (!when_quiet_ || !links_.empty() || std::ranges::any_of(lingering_, is_open)) return;
  patience_timer_.cancel();
  std::exchange(when_quiet_, nullptr)();
}

// The handlers that still wait hold the inside of the driver; none of them does anything.
void DiameterDriver::Inside::shut() {
  gone_ = true;
  node_timer_.cancel();
  linger_timer_.cancel();
  patience_timer_.cancel();
  resolver_.cancel();
  listeners_.clear();
  for (auto& [id, link] : links_)
    link->stream.close();
  for (auto& [deadline, link] : lingering_)
    link->stream.close();
  links_.clear();
  lingering_.clear();
}

// The contract.

DiameterDriver::DiameterDriver(EventLoop& loop, diameter::NodeConfig config,
                               std::vector<DriverPeer> peers, RandomSource& random,
                               DiameterHandler& handler, DriverSettings settings)
    : inside_(std::make_shared<Inside>(loop, std::move(config), std::move(peers), random, handler,
                                       settings)) {}

DiameterDriver::~DiameterDriver() {
  inside_->shut();
}

Result<Endpoint> DiameterDriver::listen(const Endpoint& endpoint, bool secure) {
  TOUCHSTONE_CHECK(!secure || inside_->has_tls());
  return inside_->listen(endpoint, secure);
}

void DiameterDriver::start() {
  inside_->start();
}

void DiameterDriver::stop(diameter::DisconnectCause cause, diameter::Duration patience,
                          std::function<void()> done) {
  inside_->stop(cause, patience, std::move(done));
}

void DiameterDriver::answer(diameter::RequestId request, OctetView message) {
  inside_->answer(request, message);
}

std::optional<diameter::RequestId> DiameterDriver::request(OctetView message) {
  return inside_->request(message);
}

std::string DiameterDriver::next_session_id() {
  return inside_->node().next_session_id();
}

const diameter::Node& DiameterDriver::node() const noexcept {
  return inside_->node();
}

const DriverCounters& DiameterDriver::counters() const noexcept {
  return inside_->counters();
}

}  // namespace touchstone::host
