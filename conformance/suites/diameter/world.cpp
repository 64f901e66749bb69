#include "conformance/suites/diameter/world.h"

#include <fmt/format.h>

namespace touchstone::conformance::suites::diameter {
namespace {

using harness::Json;

template <std::size_t size>
std::array<std::uint8_t, size> key_of(std::uint8_t first, std::uint8_t step) {
  std::array<std::uint8_t, size> key{};
  for (std::size_t i = 0; i < size; ++i)
    key[i] = static_cast<std::uint8_t>(first + i * step);
  return key;
}

oracle::Keyring default_keyring() {
  oracle::Keyring keyring;
  keyring.network = {.pwdh = key_of<16>(0x9d, 0x35),
                     .base = key_of<16>(0x41, 0x5b),
                     .gateway = {},
                     .gateway_cdld = key_of<16>(0x27, 0x1d)};
  // Odd parity and three different parts (KR-11, KR-12).
  const auto gateway = from_hex("1f94e0b6c87a0b3d6237abecd5104c988f51da40f2dc13b6");
  std::ranges::copy(*gateway, keyring.network.gateway.begin());
  keyring.rows = {{0x00000000, key_of<16>(0x11, 0x47), 1, 0},
                  {0x0001a2b3, key_of<16>(0x53, 0x29), 1, 0},
                  {0x7f000001, key_of<16>(0xa5, 0x3b), 2, 1},
                  {0xfffffffe, key_of<16>(0xc7, 0x61), 2, 0}};
  return keyring;
}

void take_text(harness::CaseContext& ctx, const char* key, std::string& value) {
  if (const Json& given = ctx.pixit(key); given.is_string()) given.get_to(value);
}

}  // namespace

World make_world(harness::CaseContext& ctx) {
  World world;
  take_text(ctx, "identity", world.kms_host);
  take_text(ctx, "realm", world.realm);
  take_text(ctx, "stranger", world.stranger);
  if (const Json& peers = ctx.pixit("peers"); peers.is_array()) peers.get_to(world.gateways);
  if (const Json& node = ctx.pixit("unknown_node"); node.is_number_unsigned())
    node.get_to(world.unknown_node);
  if (world.gateways.size() < 2) ctx.inconclusive("[pixit] peers names fewer than two gateways");
  world.keyring = default_keyring();
  return world;
}

std::string server_config(const World& world, const std::vector<std::string>& security) {
  std::string text =
      fmt::format("URI=aaa://{}\nStackType=SERVER\nRealm={}\nVendorId=35319\nProductName=KMS\n",
                  world.kms_host, world.realm);
  for (std::size_t i = 0; i < security.size(); ++i)
    text += fmt::format("InbandSecurityIds.{}.SecurityId={}\n", i, security[i]);
  for (std::size_t i = 0; i < world.gateways.size(); ++i)
    text += fmt::format("PeerTable.{0}.URI=aaa://{1}\nPeerTable.{0}.Realm={2}\n", i,
                        world.gateways[i], world.realm);
  return text;
}

std::string client_config(const World& world, const std::string& host,
                          const std::vector<KmsAddress>& servers) {
  std::string text =
      fmt::format("URI=aaa://{}\nStackType=CLIENT\nRealm={}\nVendorId=35319\nProductName=KMC\n",
                  host, world.realm);
  for (std::size_t i = 0; i < servers.size(); ++i)
    text += fmt::format(
        "PeerTable.{0}.URI=aaa://{1}:{2}\nPeerTable.{0}.Realm={3}\n"
        "PeerTable.{0}.PeerConnecting=true\n",
        i, servers[i].host, servers[i].port, world.realm);
  return text;
}

}  // namespace touchstone::conformance::suites::diameter
