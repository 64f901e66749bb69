#include "sim/machines/machine.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

// No clock of a machine stands near zero.
constexpr Duration since_power_on = 1000s;

Duration scaled(Duration whole, double factor) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * factor));
}

}  // namespace

Machine::Machine(Machines& all, NodeIndex index)
    : all_(all),
      index_(index),
      random_(all.seed(), all.world().topology().nodes[index].name, "program") {}

const TopologyNode& Machine::place() const {
  return all_.world_.topology().nodes[index_];
}

SimDisk& Machine::disk() {
  if (disk_ == nullptr)
    disk_ = std::make_unique<SimDisk>(RandomStream(all_.seed(), name(), "disk"));
  return *disk_;
}

// Clock.

Machine::LocalTime Machine::now() const {
  const Moment world = all_.world_.now();
  return LocalTime(since_power_on + ahead_ + world + scaled(world, drift_));
}

Clock::Time Machine::wall() const {
  const Duration since = now().time_since_epoch() - since_power_on + wall_ahead_;
  return all_.epoch_ + std::chrono::floor<std::chrono::seconds>(since);
}

Moment Machine::world_time(LocalTime local) const {
  const Duration since = local.time_since_epoch() - since_power_on - ahead_;
  // Rounded up, so that a timer never comes before its time.
  return drift_ == 0 ? since : scaled(since, 1 / (1 + drift_)) + 1ns;
}

Machine::ClockError Machine::clock_error() const {
  const Duration gained = now().time_since_epoch() - since_power_on - all_.world_.now();
  return {jumps_, jumped_, gained - jumped_};
}

void Machine::jump_clock(Duration forward) {
  ++jumps_;
  jumped_ += forward;
  ahead_ += forward;
  for (Timer timer = 0; timer < timer_count; ++timer)
    if (timers_[timer]) schedule_timer(timer);
}

void Machine::set_drift(double parts) {
  const LocalTime before = now();
  drift_ = parts / 1e6;
  ahead_ += before - now();
  for (Timer timer = 0; timer < timer_count; ++timer)
    if (timers_[timer]) schedule_timer(timer);
}

// Timers: the world knows the earliest time asked for, and a call that comes too early is put off.

void Machine::arm(Timer timer, LocalTime at) {
  const bool is_later = timers_[timer] && *timers_[timer] <= at;
  timers_[timer] = at;
  if (!is_later) schedule_timer(timer);
}

void Machine::schedule_timer(Timer timer) {
  const Moment at = std::max(world_time(*timers_[timer]), all_.world_.now());
  scheduled_[timer] = at;
  const std::uint32_t what = boot_ << 2 | timer;
  all_.world_.schedule(at, [this, what] { on_timer(static_cast<Timer>(what & 3), what >> 2); });
}

void Machine::on_timer(Timer timer, std::uint32_t boot) {
  if (boot != (boot_ << 2 >> 2) || program_ == nullptr || !timers_[timer]) return;
  if (now() < *timers_[timer]) {
    if (scheduled_[timer] <= all_.world_.now()) schedule_timer(timer);
    return;
  }
  timers_[timer].reset();
  take({.kind = Incoming::Kind::timer, .timer = timer}, {});
}

// Processor.

bool Machine::is_busy() const {
  return is_paused_ || is_calling_ || busy_until_ > all_.world_.now();
}

void Machine::spend(Work work, std::uint64_t times) {
  if (costs_ == nullptr) return;
  spent_ += scaled((*costs_)[static_cast<std::size_t>(work)] * times, slowness_);
}

void Machine::take(Incoming incoming, OctetView view) {
  if (program_ == nullptr) return;
  if (!is_busy() && inbox_.empty()) return work_on(incoming, view);
  incoming.octets.assign(view.begin(), view.end());
  incoming.at = all_.world_.now();
  inbox_.push_back(std::move(incoming));
  load_.longest_queue = std::max(load_.longest_queue, inbox_.size());
}

void Machine::work_on(const Incoming& incoming, OctetView view) {
  spent_ = {};
  is_calling_ = true;
  hand_over(incoming, view);
  is_calling_ = false;
  after_call();
}

void Machine::run(const std::function<void(Program& program)>& what) {
  if (program_ == nullptr || is_paused_) return;
  spent_ = {};
  is_calling_ = true;
  what(*program_);
  is_calling_ = false;
  after_call();
}

void Machine::after_call() {
  if (is_dying_) {
    is_dying_ = false;
    crash();
    all_.world_.schedule(all_.world_.now() + back_after_, [this] { power_on(); });
    if (all_.on_power) all_.on_power(*this, false);
    return;
  }
  if (spent_ == Duration()) return flush();
  load_.busy += spent_;
  busy_until_ = all_.world_.now() + spent_;
  all_.world_.schedule(busy_until_, [this, boot = boot_] {
    if (boot != boot_ || program_ == nullptr) return;
    flush();
    drain();
  });
}

void Machine::drain() {
  while (program_ != nullptr && !is_busy() && !inbox_.empty()) {
    const Incoming incoming = std::move(inbox_.front());
    inbox_.pop_front();
    load_.longest_wait = std::max(load_.longest_wait, all_.world_.now() - incoming.at);
    work_on(incoming, incoming.octets);
  }
}

void Machine::hand_over(const Incoming& incoming, OctetView view) {
  switch (incoming.kind) {
    case Incoming::Kind::accepted:
      return program_->on_accepted(incoming.stream, incoming.port, incoming.from);
    case Incoming::Kind::connected:
      return program_->on_connected(incoming.stream);
    case Incoming::Kind::connect_failed:
      return program_->on_connect_failed(incoming.stream);
    case Incoming::Kind::octets:
      return program_->on_octets(incoming.stream, view);
    case Incoming::Kind::closed:
      return program_->on_closed(incoming.stream);
    case Incoming::Kind::datagram:
      return program_->on_datagram(incoming.port, incoming.from, view);
    case Incoming::Kind::timer:
      return program_->on_timer(incoming.timer);
  }
}

// What the program says leaves when its work is done.

void Machine::say(Outgoing outgoing, OctetView view) {
  if (is_dying_) return;
  if (costs_ == nullptr || !is_calling_) return carry_out(outgoing, view);
  outgoing.octets.assign(view.begin(), view.end());
  outbox_.push_back(std::move(outgoing));
}

void Machine::flush() {
  std::vector<Outgoing> leaving;
  leaving.swap(outbox_);
  for (const Outgoing& one : leaving)
    carry_out(one, one.octets);
}

void Machine::carry_out(const Outgoing& outgoing, OctetView view) {
  World& world = all_.world_;
  switch (outgoing.kind) {
    case Outgoing::Kind::octets:
      return world.send(outgoing.stream, view);
    case Outgoing::Kind::close:
      return world.close(outgoing.stream);
    case Outgoing::Kind::abort:
      return world.abort(outgoing.stream);
    case Outgoing::Kind::datagram:
      return world.send_datagram(index_, outgoing.port, outgoing.to, view);
  }
}

void Machine::listen(std::uint16_t port) {
  all_.world_.listen(index_, port);
}

StreamId Machine::connect(Endpoint to, Duration patience) {
  return all_.world_.connect(index_, to, patience);
}

void Machine::send(StreamId stream, OctetView octets) {
  say({.kind = Outgoing::Kind::octets, .stream = stream}, octets);
}

void Machine::close(StreamId stream) {
  say({.kind = Outgoing::Kind::close, .stream = stream}, {});
}

void Machine::abort(StreamId stream) {
  say({.kind = Outgoing::Kind::abort, .stream = stream}, {});
}

std::size_t Machine::backlog(StreamId stream) const {
  return all_.world_.backlog(stream);
}

void Machine::bind(std::uint16_t port) {
  all_.world_.bind(index_, port);
}

void Machine::send_datagram(std::uint16_t from, Endpoint to, OctetView octets) {
  say({.kind = Outgoing::Kind::datagram, .port = from, .to = to}, octets);
}

// Power.

void Machine::power_on() {
  if (program_ != nullptr) return;
  ++boot_;
  if (disk_ != nullptr) disk_->power_on();
  all_.world_.set_power(index_, true);
  if (all_.on_power) all_.on_power(*this, true);
  program_ = maker_(*this);
  spent_ = {};
  is_calling_ = true;
  program_->start();
  is_calling_ = false;
  after_call();
}

void Machine::crash() {
  if (program_ == nullptr) return;
  ++boot_;
  all_.world_.set_power(index_, false);
  program_.reset();
  inbox_.clear();
  outbox_.clear();
  timers_ = {};
  busy_until_ = {};
  is_paused_ = false;
  if (disk_ != nullptr) disk_->cut_power();
}

void Machine::lose_power_at(std::uint64_t nth, Duration after) {
  back_after_ = after;
  disk().cut_power_at(nth, [this] { is_dying_ = true; });
}

void Machine::pause(bool is_paused) {
  is_paused_ = is_paused;
  if (!is_paused) drain();
}

// All of them.

Machines::Machines(World& world, std::uint64_t seed, Clock::Time epoch)
    : world_(world), seed_(seed), epoch_(epoch), machines_(world.topology().size()) {
  world.attach(*this);
}

Machine& Machines::add(NodeIndex node) {
  if (machines_[node] == nullptr) machines_[node] = std::make_unique<Machine>(*this, node);
  return *machines_[node];
}

void Machines::take(NodeIndex node, Machine::Incoming incoming, OctetView view) {
  if (machines_[node] != nullptr) machines_[node]->take(std::move(incoming), view);
}

void Machines::on_accepted(StreamId stream, std::uint16_t port, Endpoint from) {
  take(stream.node,
       {.kind = Machine::Incoming::Kind::accepted, .port = port, .stream = stream, .from = from});
}

void Machines::on_connected(StreamId stream) {
  take(stream.node, {.kind = Machine::Incoming::Kind::connected, .stream = stream});
}

void Machines::on_connect_failed(StreamId stream) {
  take(stream.node, {.kind = Machine::Incoming::Kind::connect_failed, .stream = stream});
}

void Machines::on_octets(StreamId stream, OctetView octets) {
  take(stream.node, {.kind = Machine::Incoming::Kind::octets, .stream = stream}, octets);
}

void Machines::on_closed(StreamId stream) {
  take(stream.node, {.kind = Machine::Incoming::Kind::closed, .stream = stream});
}

void Machines::on_datagram(NodeIndex node, std::uint16_t port, Endpoint from, OctetView octets) {
  take(node, {.kind = Machine::Incoming::Kind::datagram, .port = port, .from = from}, octets);
}

}  // namespace touchstone::sim
