#include "reference/host/diameter_driver.h"

#include <algorithm>
#include <deque>
#include <list>
#include <unordered_map>

#include "reference/host/asio.h"
#include "reference/host/errc.h"
#include "reference/host/tcp_stream.h"

namespace touchstone::host {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using diameter::ConnectionId;
using diameter::Effect;
using diameter::Time;
using Fault = boost::system::error_code;
using Wait = tcp::socket::wait_type;

// One read takes what a hundred requests or so need; one buffer serves every connection.
constexpr std::size_t read_size = 64 * 1024;
// Without a descriptor left, how long until the next try.
constexpr auto breathing_space = std::chrono::milliseconds(50);

struct Connection {
  Connection(ConnectionId number, tcp::socket socket) : id(number), stream(std::move(socket)) {}

  ConnectionId id;
  TcpStream stream;
  bool is_protected = false;
  bool is_reading = false;  // a wait is under way
  bool is_writing = false;
  bool is_paused = false;
  bool is_touched = false;   // has something to do in this turn
  bool is_ending = false;    // the node has forgotten it: send what waits, then FIN
  bool has_ended = false;    // the peer's FIN has come
  bool had_backlog = false;  // the node knows of one
};
using Link = std::shared_ptr<Connection>;

struct Listener {
  explicit Listener(EventLoop& loop) : acceptor(loop.context()), retry(loop) {}

  tcp::acceptor acceptor;
  LoopTimer retry;
};

tcp::endpoint to_asio(const Endpoint& endpoint) {
  return {asio::ip::address_v4(endpoint.address), endpoint.port};
}

std::unexpected<Error> listen_fault(const Fault& fault, const Endpoint& endpoint) {
  const bool in_use = fault == asio::error::address_in_use;
  return std::unexpected(Error{.code = make_error_code(in_use ? Errc::in_use : Errc::network),
                               .detail = fault.message(),
                               .place = print_endpoint(endpoint)});
}

}  // namespace

class DiameterDriver::Inside : public std::enable_shared_from_this<Inside> {
 public:
  Inside(EventLoop& loop, diameter::NodeConfig config, std::vector<DriverPeer> peers,
         RandomSource& random, DiameterHandler& handler, DriverSettings settings)
      : loop_(loop),
        handler_(handler),
        settings_(settings),
        peers_(std::move(peers)),
        node_(std::move(config), configs(peers_), random),
        resolver_(loop.context()),
        node_timer_(loop),
        linger_timer_(loop),
        patience_timer_(loop),
        buffer_(read_size) {}

  Result<Endpoint> listen(const Endpoint& endpoint);
  void start() {
    node_.start(loop_.now(), effects_);
    settle();
  }
  void stop(diameter::DisconnectCause cause, diameter::Duration patience,
            std::function<void()> done);
  void shut();

  void answer(diameter::RequestId request, OctetView message) {
    node_.answer(request, message, effects_);
    settle_soon();
  }
  std::optional<diameter::RequestId> request(OctetView message) {
    const auto id = node_.request(message, loop_.now(), effects_);
    settle_soon();
    return id;
  }

  diameter::Node& node() noexcept { return node_; }
  [[nodiscard]] const DriverCounters& counters() const noexcept { return counters_; }

 private:
  static std::vector<diameter::PeerConfig> configs(const std::vector<DriverPeer>& peers) {
    std::vector<diameter::PeerConfig> out;
    for (const DriverPeer& peer : peers)
      out.push_back(peer.config);
    return out;
  }

  // Effects.
  void settle();
  void settle_soon();
  void hand_out();
  void apply(Effect& effect);
  void apply_to_role(const Effect& effect);
  void rearm();

  // Connections.
  void accept(Listener& listener);
  void take(tcp::socket socket);
  void connect(ConnectionId id, const DriverPeer& peer);
  void connect_to(const Link& link, std::vector<tcp::endpoint> targets);
  void on_connected(const Link& link, const Fault& fault, std::vector<tcp::endpoint> more);
  void read_on(const Link& link);
  void on_readable(const Link& link);
  void drain(const Link& link);
  void touch(const Link& link);
  void write_touched();
  void after_write(const Link& link, TcpStream::Outcome outcome);
  void bring_to_end(const Link& link);
  void lose(const Link& link);
  void sweep();
  void tell_when_quiet();
  [[nodiscard]] bool is_known(const Connection& one) const { return links_.contains(one.id); }

  EventLoop& loop_;
  DiameterHandler& handler_;
  DriverSettings settings_;
  std::vector<DriverPeer> peers_;
  diameter::Node node_;
  diameter::Effects effects_;
  diameter::Effects batch_;
  bool settling_ = false;
  bool settle_posted_ = false;
  bool gone_ = false;

  std::list<Listener> listeners_;
  tcp::resolver resolver_;
  std::unordered_map<ConnectionId, Link> links_;
  std::vector<Link> touched_;
  std::deque<std::pair<Time, Link>> lingering_;
  LoopTimer node_timer_;
  std::optional<Time> armed_;
  LoopTimer linger_timer_;
  LoopTimer patience_timer_;
  std::function<void()> when_quiet_;
  SecretOctets buffer_;
  DriverCounters counters_;
};

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
      link->stream.queue(std::move(effect.octets));
      return touch(link);
    case Effect::Kind::close:
      if (link != nullptr) bring_to_end(link);
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

// Connections that come in.

Result<Endpoint> DiameterDriver::Inside::listen(const Endpoint& endpoint) {
  Listener& listener = listeners_.emplace_back(loop_);
  tcp::acceptor& acceptor = listener.acceptor;
  Fault fault;
  const tcp::endpoint place = to_asio(endpoint);
  acceptor.open(place.protocol(), fault);
  if (!fault) acceptor.set_option(tcp::acceptor::reuse_address(true), fault);
  if (!fault) acceptor.bind(place, fault);
  if (!fault) acceptor.listen(settings_.listen_backlog, fault);
  const tcp::endpoint used = fault ? place : acceptor.local_endpoint(fault);
  if (fault) {
    listeners_.pop_back();
    return listen_fault(fault, endpoint);
  }
  accept(listener);
  return Endpoint{used.address().to_v4().to_uint(), used.port()};
}

void DiameterDriver::Inside::accept(Listener& listener) {
  listener.acceptor.async_accept(
      [self = shared_from_this(), &listener](Fault fault, tcp::socket socket) {
        if (self->gone_ || !listener.acceptor.is_open()) return;
        if (!fault) {
          self->take(std::move(socket));
          return self->accept(listener);
        }
        ++self->counters_.turned_away;
        listener.retry.at(self->loop_.now() + breathing_space,
                          [self, &listener] { self->accept(listener); });
      });
}

void DiameterDriver::Inside::take(tcp::socket socket) {
  if (links_.size() + lingering_.size() >= settings_.max_connections) {
    ++counters_.turned_away;
    return;
  }
  ++counters_.accepted;
  const ConnectionId id = node_.on_accepted(settings_.is_protected_below, loop_.now(), effects_);
  const Link link = std::make_shared<Connection>(id, std::move(socket));
  link->is_protected = settings_.is_protected_below;
  link->stream.prepare(settings_.no_delay);
  links_.emplace(id, link);
  read_on(link);
  settle();
}

// Connections that the node wants.

void DiameterDriver::Inside::connect(ConnectionId id, const DriverPeer& peer) {
  const Link link = std::make_shared<Connection>(id, tcp::socket(loop_.context()));
  links_.emplace(id, link);
  const std::string& name = peer.address.empty() ? peer.config.host : peer.address;
  Fault fault;
  const auto literal = asio::ip::make_address_v4(name, fault);
  if (!fault) return connect_to(link, {tcp::endpoint(literal, peer.port)});
  resolver_.async_resolve(
      tcp::v4(), name, std::to_string(peer.port),
      [self = shared_from_this(), link](const Fault& failed, tcp::resolver::results_type found) {
        if (self->gone_) return;
        std::vector<tcp::endpoint> targets;
        if (!failed) targets.assign(found.begin(), found.end());
        std::ranges::reverse(targets);
        self->connect_to(link, std::move(targets));
      });
}

// Tries the last of `targets`; the others are for when it fails.
void DiameterDriver::Inside::connect_to(const Link& link, std::vector<tcp::endpoint> targets) {
  if (!is_known(*link)) return;
  if (targets.empty()) {
    // Never from inside of a batch: the node may not be called there.
    return loop_.post([self = shared_from_this(), link] {
      if (self->gone_ || self->links_.erase(link->id) == 0) return;
      self->node_.on_connect_failed(link->id, self->loop_.now(), self->effects_);
      self->settle();
    });
  }
  const tcp::endpoint target = targets.back();
  targets.pop_back();
  link->stream.close();
  link->stream.socket().async_connect(
      target, [self = shared_from_this(), link, more = std::move(targets)](const Fault& fault) {
        self->on_connected(link, fault, more);
      });
}

void DiameterDriver::Inside::on_connected(const Link& link, const Fault& fault,
                                          std::vector<tcp::endpoint> more) {
  if (gone_ || !is_known(*link)) return;
  if (fault) return connect_to(link, std::move(more));
  link->stream.prepare(settings_.no_delay);
  link->is_protected = settings_.is_protected_below;
  node_.on_connected(link->id, link->is_protected, loop_.now(), effects_);
  settle();
  read_on(link);
}

// Reading.

void DiameterDriver::Inside::read_on(const Link& link) {
  if (link->is_reading || link->is_paused || link->is_ending || !link->stream.is_open()) return;
  link->is_reading = true;
  link->stream.socket().async_wait(Wait::wait_read,
                                   [self = shared_from_this(), link](const Fault& fault) {
                                     link->is_reading = false;
                                     if (!fault && !self->gone_) self->on_readable(link);
                                   });
}

void DiameterDriver::Inside::on_readable(const Link& link) {
  if (!is_known(*link)) return;
  const TcpStream::Read read = link->stream.read(buffer_);
  switch (read.outcome) {
    case TcpStream::Outcome::done:
      ++counters_.reads;
      counters_.octets_in += read.size;
      node_.on_octets(link->id, OctetView(buffer_).first(read.size), loop_.now(), effects_);
      settle();
      break;
    case TcpStream::Outcome::blocked:
      break;
    case TcpStream::Outcome::ended:
      link->has_ended = true;
      node_.on_closed(link->id, loop_.now(), effects_);
      bring_to_end(link);
      return settle();
    case TcpStream::Outcome::broken:
      lose(link);
      return settle();
  }
  if (is_known(*link)) read_on(link);
}

// After our FIN what still comes is passed over; a close(2) with octets unread would be a RST that
// may overtake our last answer.
void DiameterDriver::Inside::drain(const Link& link) {
  if (!link->stream.is_open()) return;
  link->stream.socket().async_wait(Wait::wait_read, [self = shared_from_this(),
                                                     link](const Fault& fault) {
    if (fault || self->gone_) return;
    const auto outcome = link->stream.read(self->buffer_).outcome;
    const bool more = outcome == TcpStream::Outcome::done || outcome == TcpStream::Outcome::blocked;
    if (more) return self->drain(link);
    link->stream.close();
    self->tell_when_quiet();
  });
}

// Writing.

void DiameterDriver::Inside::touch(const Link& link) {
  if (link->is_touched) return;
  link->is_touched = true;
  touched_.push_back(link);
}

void DiameterDriver::Inside::write_touched() {
  const std::vector<Link> now = std::exchange(touched_, {});
  for (const Link& link : now) {
    link->is_touched = false;
    if (!link->stream.is_open() || link->is_writing) continue;
    const std::uint64_t before = link->stream.written();
    const TcpStream::Outcome outcome = link->stream.write();
    ++counters_.writes;
    counters_.octets_out += link->stream.written() - before;
    after_write(link, outcome);
  }
}

void DiameterDriver::Inside::after_write(const Link& link, TcpStream::Outcome outcome) {
  if (outcome == TcpStream::Outcome::broken) return lose(link);
  if (outcome == TcpStream::Outcome::blocked) {
    link->is_writing = true;
    link->stream.socket().async_wait(Wait::wait_write,
                                     [self = shared_from_this(), link](const Fault& fault) {
                                       link->is_writing = false;
                                       if (fault || self->gone_) return;
                                       self->touch(link);
                                       self->settle();
                                     });
  }
  const std::size_t backlog = link->stream.backlog();
  if (link->is_ending) {
    if (backlog > 0) return;
    if (link->has_ended) return link->stream.close();
    link->stream.finish();
    return drain(link);
  }
  if (backlog == 0 && !link->had_backlog) return;
  link->had_backlog = backlog > 0;
  node_.on_backlog(link->id, backlog, effects_);
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
  if (links_.erase(link->id) > 0) node_.on_closed(link->id, loop_.now(), effects_);
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

Result<Endpoint> DiameterDriver::listen(const Endpoint& endpoint) {
  return inside_->listen(endpoint);
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
