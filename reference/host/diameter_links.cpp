// The connections of a DiameterDriver: how they come to be, TLS, reading and writing.

#include <algorithm>

#include "reference/diameter/identity.h"
#include "reference/host/diameter_driver_inside.h"
#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Fault = boost::system::error_code;
using Wait = tcp::socket::wait_type;

// Without a descriptor left, how long until the next try.
constexpr auto breathing_space = std::chrono::milliseconds(50);

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

// Connections that come in.

Result<Endpoint> DiameterDriver::Inside::listen(const Endpoint& endpoint, bool secure) {
  Listener& listener = listeners_.emplace_back(loop_, secure);
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
          self->take(std::move(socket), listener.is_secure);
          return self->accept(listener);
        }
        ++self->counters_.turned_away;
        listener.retry.at(self->loop_.now() + breathing_space,
                          [self, &listener] { self->accept(listener); });
      });
}

void DiameterDriver::Inside::take(tcp::socket socket, bool secure) {
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
  if (secure) begin_tls(link);
  read_on(link);
  settle();
}

// Connections that the node wants.

void DiameterDriver::Inside::connect(ConnectionId id, const DriverPeer& peer) {
  const Link link = std::make_shared<Connection>(id, tcp::socket(loop_.context()));
  link->is_ours = true;
  if (peer.secure) link->awaited = peer.config.host;
  links_.emplace(id, link);
  if (peer.secure && !has_tls()) return connect_to(link, {});
  const std::string& name = peer.address.empty() ? peer.config.host : peer.address;
  Fault fault;
  const auto literal = asio::ip::make_address_v4(name, fault);
  if (!fault) return connect_to(link, {tcp::endpoint(literal, peer.port)});
  resolver_.async_resolve(tcp::v4(), name, std::to_string(peer.port),
                          [self = shared_from_this(), link](
                              const Fault& failed, const tcp::resolver::results_type& found) {
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
  if (link->awaited.empty()) {
    node_.on_connected(link->id, link->is_protected, loop_.now(), effects_);
  } else {
    begin_tls(link);
  }
  settle();
  read_on(link);
}

// TLS. The channel stands between stream and node from the moment on that it is there.

void DiameterDriver::Inside::begin_tls(const Link& link) {
  using Side = crypto::TlsChannel::Side;
  link->tls = std::make_unique<crypto::TlsChannel>(*settings_.tls,
                                                   link->is_ours ? Side::client : Side::server);
  say(link, {});
}

// To the peer, by TLS where there is one.
void DiameterDriver::Inside::say(const Link& link, SecretOctets octets) {
  if (link->tls) {
    link->tls->send(octets);
    octets = link->tls->output();
  }
  if (octets.empty()) return;
  link->stream.queue(std::move(octets));
  touch(link);
}

void DiameterDriver::Inside::hear(const Link& link, OctetView octets) {
  if (link->tls) return hear_tls(link, octets);
  node_.on_octets(link->id, octets, loop_.now(), effects_);
}

void DiameterDriver::Inside::hear_tls(const Link& link, OctetView octets) {
  SecretOctets plain;
  const bool was_open = link->tls->is_open();
  const bool is_good = link->tls->receive(octets, plain).has_value();
  say(link, {});
  const bool goes_on = is_good && (was_open || !link->tls->is_open() || on_secured(link));
  if (goes_on && !plain.empty()) {
    node_.on_octets(link->id, plain, loop_.now(), effects_);
    settle();  // the node's views point into `plain`
  }
  if ((goes_on && !link->tls->has_ended()) || !is_known(*link)) return;
  forget(link);
  bring_to_end(link);
}

// False when a connection of ours has reached somebody else.
bool DiameterDriver::Inside::on_secured(const Link& link) {
  const std::vector<std::string> hosts = link->tls->peer_hosts();
  link->is_protected = true;
  if (!link->awaited.empty()) {
    const auto is_awaited = [&](const std::string& host) {
      return diameter::same_identity(host, link->awaited);
    };
    if (std::ranges::none_of(hosts, is_awaited)) return false;
    link->awaited.clear();
    node_.on_connected(link->id, true, loop_.now(), effects_);
    settle();
  }
  node_.on_secured(link->id, hosts, loop_.now(), effects_);
  settle();
  return is_known(*link);
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
      hear(link, OctetView(buffer_).first(read.size));
      settle();
      break;
    case TcpStream::Outcome::blocked:
      break;
    case TcpStream::Outcome::ended:
      link->has_ended = true;
      forget(link);
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
    if (!link->stream.is_open()) continue;
    if (link->is_writing) {
      report_backlog(*link);  // it grows while the peer takes nothing
      continue;
    }
    const std::uint64_t before = link->stream.written();
    const TcpStream::Outcome outcome = link->stream.write();
    ++counters_.writes;
    counters_.octets_out += link->stream.written() - before;
    if (outcome == TcpStream::Outcome::done) effects_.recycle(link->stream.take_spent());
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
  if (link->is_ending) {
    if (link->stream.backlog() > 0) return;
    if (link->has_ended) return link->stream.close();
    link->stream.finish();
    return drain(link);
  }
  report_backlog(*link);
}

void DiameterDriver::Inside::report_backlog(Connection& link) {
  const std::size_t backlog = link.stream.backlog();
  if (backlog == 0 && !link.had_backlog) return;
  link.had_backlog = backlog > 0;
  node_.on_backlog(link.id, backlog, effects_);
}

}  // namespace touchstone::host
