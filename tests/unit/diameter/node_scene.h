#pragma once
// Nodes for the tests: their effects by kind, peers made by hand, and a wire between two of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reference/diameter/node.h"
#include "tests/unit/diameter/made_message.h"

namespace touchstone::diameter::made {

/// Zeros, so that the jitter is that of one draw and identifiers begin where the test expects.
class SameRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = value_;
  }

 private:
  std::uint8_t value_ = 1;
};

inline NodeConfig config(std::string host) {
  NodeConfig config;
  config.host = std::move(host);
  config.realm = "example";
  config.addresses = {0x7F000001};
  config.vendor_id = 35319;
  config.product_name = "test";
  config.origin_state_id = 1;
  config.start_seconds = 1000;
  config.applications = {application_mobile_ipv4};
  config.served = {{application_mobile_ipv4, command_aa_mobile_node}};
  return config;
}

/// A message that lives by itself.
struct Sent {
  Octets octets;
  MessageView view;

  explicit Sent(OctetView whole) : octets(whole.begin(), whole.end()) {
    view = {decode_header(octets)->header, OctetView(octets).subspan(header_size), octets};
  }
  Sent(const Sent& other) : Sent(other.octets) {}
  Sent& operator=(const Sent&) = delete;

  [[nodiscard]] std::uint32_t result() const {
    const auto code = view.find(avp_result_code);
    return code ? code->u32().value_or(0) : 0;
  }
  [[nodiscard]] std::uint32_t failed() const {
    const auto group = view.find(avp_failed_avp);
    const auto first = group ? AvpReader(group->data).next() : Result<AvpView>(AvpView{});
    return first ? first->code : 0;
  }
};

/// A node at a time of its own, fed by a test.
class Scene {
 public:
  explicit Scene(NodeConfig config = made::config("kms.example"),
                 std::vector<PeerConfig> peers = {{.host = "gw1.example"}, {.host = "gw2.example"}})
      : node(std::move(config), std::move(peers), random_) {}

  /// What the last calls made it do, then forgotten.
  std::vector<Effect> take() {
    std::vector<Effect> out = std::move(effects.list());
    effects.list().clear();
    return out;
  }

  /// The messages sent since the last take, on any connection.
  std::vector<Sent> sent() {
    std::vector<Sent> out;
    for (const Effect& effect : take()) {
      kinds.push_back(effect.kind);
      if (effect.kind != Effect::Kind::send) continue;
      StreamDecoder decoder;
      decoder.feed(effect.octets);
      for (auto one = decoder.next(); one && *one; one = decoder.next())
        out.emplace_back((*one)->whole);
    }
    return out;
  }

  std::vector<Sent> feed(ConnectionId connection, OctetView octets) {
    kinds.clear();
    node.on_octets(connection, octets, now, effects);
    return sent();
  }

  /// Whether the calls since the last feed had this effect.
  [[nodiscard]] bool had(Effect::Kind kind) const {
    return std::ranges::find(kinds, kind) != kinds.end();
  }

  /// A connection with the capabilities of `host` exchanged.
  ConnectionId open(std::string_view host, std::uint32_t application = application_mobile_ipv4) {
    const ConnectionId connection = node.on_accepted(false, now, effects);
    feed(connection, cer(host, {avp_u32(avp_auth_application_id, application)}));
    return connection;
  }

  /// Goes to the next deadline.
  std::vector<Sent> wait() {
    kinds.clear();
    now = std::max(now, node.next_deadline().value_or(now));
    node.on_timer(now, effects);
    return sent();
  }

  static Octets cer(std::string_view host, std::vector<Octets> more) {
    std::vector<Octets> avps = {avp_text(avp_origin_host, host),
                                avp_text(avp_origin_realm, "example"), good(avp_host_ip_address),
                                good(avp_vendor_id), good(avp_product_name)};
    avps.insert(avps.end(), more.begin(), more.end());
    return wire({.flags = flag_request, .command = command_capabilities_exchange, .hop_by_hop = 5},
                avps);
  }

  static Octets base(std::uint32_t command, std::uint8_t flags, std::vector<Octets> more,
                     std::string_view host = "gw1.example") {
    std::vector<Octets> avps = {avp_text(avp_origin_host, host),
                                avp_text(avp_origin_realm, "example")};
    avps.insert(avps.end(), more.begin(), more.end());
    return wire({.flags = flags, .command = command, .hop_by_hop = 6}, avps);
  }

  Time now{};
  Effects effects;
  std::vector<Effect::Kind> kinds;

 private:
  SameRandom random_;

 public:
  Node node;
};

}  // namespace touchstone::diameter::made
