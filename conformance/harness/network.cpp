#include "conformance/harness/network.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::array<std::string_view, 8> kinds{"octets",    "fin",   "reset",   "accepted",
                                                "triggered", "ready", "stopped", "datagram"};

bool has_octets(NetEvent::Kind kind) {
  return kind == NetEvent::Kind::octets || kind == NetEvent::Kind::datagram;
}

}  // namespace

std::string_view print_kind(NetEvent::Kind kind) noexcept {
  return kinds.at(static_cast<std::size_t>(kind));
}

void to_json(Json& json, const NetEvent& event) {
  json = {{"event", print_kind(event.kind)}, {"at_ms", event.at_ms}};
  if (event.connection != 0) json["connection"] = event.connection;
  if (event.listener != 0) json["listener"] = event.listener;
  if (event.trigger != 0) json["trigger"] = event.trigger;
  if (!event.result.empty()) json["result"] = event.result;
  if (event.node != 0) json["node"] = event.node;
  if (has_octets(event.kind)) json["octets_b64"] = to_base64(event.octets);
}

void from_json(const Json& json, NetEvent& event) {
  const auto found = std::ranges::find(kinds, json.at("event").get<std::string>());
  if (found == kinds.end()) throw std::invalid_argument("not an event of tsp/1");
  event.kind = static_cast<NetEvent::Kind>(found - kinds.begin());
  event.at_ms = json.at("at_ms");
  event.connection = json.value("connection", std::int64_t{0});
  event.listener = json.value("listener", std::int64_t{0});
  event.trigger = json.value("trigger", std::int64_t{0});
  event.node = json.value("node", std::int64_t{0});
  event.result = json.value("result", "");
  if (!has_octets(event.kind)) return;
  auto octets = from_base64(json.at("octets_b64").get<std::string>());
  if (!octets) throw std::invalid_argument("octets_b64 is not base64");
  event.octets = *std::move(octets);
}

bool is_awaited(const std::vector<NetEvent>& events, const Json& args) {
  const auto connection = args.value("connection", std::int64_t{0});
  const auto count = std::ranges::count_if(events, [&](const NetEvent& event) {
    return connection == 0 || event.connection == connection;
  });
  return count >= args.value("count", std::int64_t{1});
}

}  // namespace touchstone::conformance::harness
