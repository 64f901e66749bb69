#pragma once
// The keys of a scenario file, each once: `visit` shows every field of a part to a visitor, and the
// reader and the printer are visitors.

#include <array>
#include <string_view>

#include "sim/scenario/scenario.h"

namespace touchstone::sim {

/// The words of an enumeration, in its order.
template <class Value>
struct Words;

template <>
struct Words<TopologyKind> {
  static constexpr std::array<std::string_view, 5> all{"star", "tree", "chain", "branches",
                                                       "two-sites"};
};
template <>
struct Words<Protection> {
  static constexpr std::array<std::string_view, 3> all{"none", "wrap", "tls"};
};
template <>
struct Words<kms::ReloadMode> {
  static constexpr std::array<std::string_view, 2> all{"hot", "compat"};
};
template <>
struct Words<Arrival> {
  static constexpr std::array<std::string_view, 3> all{"uniform", "poisson", "burst"};
};
template <>
struct Words<AttackKind> {
  static constexpr std::array<std::string_view, 4> all{"scan", "replay", "malformed", "rogue"};
};
template <>
struct Words<FaultKind> {
  static constexpr auto all = fault_kind_names;
};

template <class Visitor>
void visit(LinkProperties& link, Visitor& v) {
  v("delay", link.delay);
  v("jitter", link.jitter);
  v.rate("rate", link.rate);
  v("queue", link.queue);
}

template <class Visitor>
void visit(TopologyPlan& plan, Visitor& v) {
  v("kind", plan.kind);
  v("kms", plan.kms);
  v("gateways", plan.gateways);
  v("access_points", plan.access_points);
  v("enodes", plan.enodes);
  v("strangers", plan.strangers);
  v("fan", plan.fan);
  v("lks", plan.lks);
  v.part("core", plan.core);
  v.part("wan", plan.wan);
  v.part("access", plan.access);
  v.part("radio", plan.radio);
}

template <class Visitor>
void visit(KeyPlan& plan, Visitor& v) {
  v("protection", plan.protection);
  v("reload", plan.reload);
  v("restart", plan.restart);
  v("watchdog", plan.watchdog);
  v("rotation_window", plan.rotation_window);
  v("initial", plan.initial);
  v("unknown_burst", plan.unknown_burst);
}

template <class Visitor>
void visit(CostTable& costs, Visitor& v) {
  constexpr std::array<const char*, work_kinds> names{"datagram", "message", "handshake",
                                                      "private_key", "row"};
  for (std::size_t i = 0; i < work_kinds; ++i)
    v(names[i], costs[i]);
}

template <class Visitor>
void visit(JoinPlan& plan, Visitor& v) {
  v("at", plan.at);
  v("spread", plan.spread);
  v("arrival", plan.arrival);
  v("nodes", plan.nodes);
}

template <class Visitor>
void visit(RotatePlan& plan, Visitor& v) {
  v("at", plan.at);
}

template <class Visitor>
void visit(DeliveryPlan& plan, Visitor& v) {
  v("at", plan.at);
  v("nodes", plan.nodes);
}

template <class Visitor>
void visit(AttackPlan& plan, Visitor& v) {
  v("kind", plan.kind);
  v("at", plan.at);
  v("lasts", plan.lasts);
  v("rate", plan.rate);
  v("via", plan.via);
}

template <class Visitor>
void visit(ExternalPlan& plan, Visitor& v) {
  v("name", plan.name);
  v("via", plan.via);
  v("command", plan.command);
  v("ready_port", plan.ready_port);
}

template <class Visitor>
void visit(Fault& fault, Visitor& v) {
  v("kind", fault.kind);
  v("at", fault.at);
  v("lasts", fault.lasts);
  v("target", fault.target);
  v("other", fault.other);
  v("amount", fault.amount);
  v("count", fault.count);
  v("by", fault.by);
  v("keeps_disk", fault.keeps_disk);
}

template <class Visitor>
void visit(Nemesis& nemesis, Visitor& v) {
  v("budget", nemesis.budget);
  v("from", nemesis.from);
  v("until", nemesis.until);
  v("kinds", nemesis.kinds);
}

template <class Visitor>
void visit(Expectation& expectation, Visitor& v) {
  v("check", expectation.check);
  v("by", expectation.by);
}

template <class Visitor>
void visit(RecordPlan& plan, Visitor& v) {
  v("pcap", plan.pcap);
}

template <class Visitor>
void visit(Scenario& scenario, Visitor& v) {
  v("name", scenario.name);
  v("question", scenario.question);
  v("answer", scenario.answer);
  v("world", scenario.world);
  v("seed", scenario.seed);
  v("stop", scenario.stop);
  v("epoch", scenario.epoch);
  v.part("topology", scenario.topology);
  v.part("keys", scenario.keys);
  v.part("costs", scenario.costs);
  v.parts("join", scenario.joins);
  v.parts("rotate", scenario.rotations);
  v.parts("delivery", scenario.deliveries);
  v.parts("attack", scenario.attacks);
  v.parts("external", scenario.externals);
  v.parts("fault", scenario.faults);
  v.part("nemesis", scenario.nemesis);
  v.parts("expect", scenario.expectations);
  v.part("record", scenario.record);
}

}  // namespace touchstone::sim
