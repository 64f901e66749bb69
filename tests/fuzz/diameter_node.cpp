// A node that hears anything, in any pieces, at any time, before and after the capabilities
// exchange: what it sends is well-formed, it never holds what it should have dropped, and it always
// comes to rest.

#include <algorithm>
#include <cstdlib>

#include "reference/diameter/node.h"

namespace {

namespace diameter = touchstone::diameter;
using diameter::Effect;
using touchstone::OctetView;
using touchstone::SecretOctets;

void require(bool condition) {
  if (!condition) std::abort();
}

class SameRandom final : public touchstone::RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = 1;
  }
};

diameter::NodeConfig make_config() {
  diameter::NodeConfig config;
  config.host = "kms.example";
  config.realm = "example";
  config.addresses = {0x7F000001};
  config.product_name = "fuzz";
  config.applications = {diameter::application_mobile_ipv4};
  config.served = {{diameter::application_mobile_ipv4, diameter::command_aa_mobile_node}};
  config.max_unanswered = 4;
  return config;
}

SecretOctets make_cer() {
  SecretOctets out;
  diameter::MessageWriter message(
      out, {.flags = diameter::flag_request, .command = diameter::command_capabilities_exchange});
  message.text(diameter::avp_origin_host, "gw1.example")
      .text(diameter::avp_origin_realm, "example")
      .ipv4(diameter::avp_host_ip_address, 1)
      .u32(diameter::avp_vendor_id, 0)
      .text(diameter::avp_product_name, "fuzz")
      .u32(diameter::avp_auth_application_id, diameter::application_mobile_ipv4);
  message.finish();
  return out;
}

// Every message sent obeys the grammar; every request is answered with a failure.
void carry_out(diameter::Node& node, diameter::Effects& effects) {
  std::vector<diameter::RequestId> requests;
  for (const Effect& effect : effects.list()) {
    if (effect.kind == Effect::Kind::request) requests.push_back(effect.request);
    if (effect.kind != Effect::Kind::send) continue;
    diameter::StreamDecoder decoder;
    decoder.feed(effect.octets);
    for (auto message = decoder.next();; message = decoder.next()) {
      require(message.has_value());
      if (!*message) break;
      require(!diameter::check(**message));
    }
    require(decoder.held() == 0);
  }
  effects.list().clear();
  for (const diameter::RequestId request : requests) {
    SecretOctets out;
    diameter::MessageWriter message(out, {.command = diameter::command_aa_mobile_node});
    message.text(diameter::avp_origin_host, "kms.example")
        .text(diameter::avp_origin_realm, "example")
        .u32(diameter::avp_result_code, diameter::result_authorization_rejected);
    message.finish();
    node.answer(request, out, effects);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  SameRandom random;
  diameter::Node node(make_config(), {{.host = "gw1.example"}}, random);
  diameter::Effects effects;
  diameter::Time now{};
  const diameter::ConnectionId connection = node.on_accepted(false, now, effects);
  if ((data[0] & 1) != 0) node.on_octets(connection, make_cer(), now, effects);
  const std::size_t piece = std::size_t{data[1]} + 1;
  for (std::size_t at = 2; at < size; at += piece) {
    node.on_octets(connection, {data + at, std::min(piece, size - at)}, now, effects);
    carry_out(node, effects);
    carry_out(node, effects);
    if ((data[0] & 2) == 0) continue;
    now = std::max(now, node.next_deadline().value_or(now));
    node.on_timer(now, effects);
    carry_out(node, effects);
  }
  for (int i = 0; i < 50 && node.next_deadline(); ++i) {
    now = std::max(now, *node.next_deadline());
    node.on_timer(now, effects);
    carry_out(node, effects);
  }
  require(node.connection_count() == 0);
  return 0;
}
