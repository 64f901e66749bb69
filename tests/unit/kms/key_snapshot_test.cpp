#include "reference/kms/key_snapshot.h"

#include <gtest/gtest.h>

#include "reference/keyring/errc.h"

namespace touchstone::kms {
namespace {

keyring::Keyring keyring_of(const std::vector<keyring::NodeId>& ids) {
  keyring::Keyring keys;
  for (const keyring::NodeId id : ids) {
    keyring::NodeRow row{id, 1, 0, {}};
    row.root_key.fill(static_cast<std::uint8_t>(id + 1));
    keys.nodes.push_back(row);
  }
  return keys;
}

TEST(KeySnapshot, FindsEveryNodeAndNoOther) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<keyring::NodeId> ids;
    for (std::size_t i = 0; i < size; ++i)
      ids.push_back(static_cast<keyring::NodeId>(3 * i + 1));
    const KeySnapshot keys(keyring_of(ids));
    EXPECT_EQ(keys.size(), size);
    for (keyring::NodeId id = 0; id < 3 * size + 3; ++id) {
      SecretKey<16> key;
      const bool known = id % 3 == 1 && id < 3 * size;
      ASSERT_EQ(keys.find(id, key), known) << id << " of " << size;
      if (known) {
        EXPECT_EQ(key.view()[15], static_cast<std::uint8_t>(id + 1));
      }
    }
  }
}

TEST(KeySnapshot, FindsTheEndsOfTheRange) {
  const KeySnapshot keys(keyring_of({0, 7, 0xFFFFFFFF}));
  SecretKey<16> key;
  EXPECT_TRUE(keys.find(0, key));
  EXPECT_TRUE(keys.find(0xFFFFFFFF, key));
  EXPECT_EQ(key.view()[0], 0);
  EXPECT_FALSE(keys.find(0xFFFFFFFE, key) || keys.find(1, key));
}

const std::string header =
    "pwdh, 0xa39b3510d0ef8d3b5a2e701bf568c491\nbase, 0x0f1e2d3c4b5a69788796a5b4c3d2e1f0\n"
    "gateway, 0x015723c7196862208f6bfb1a5219f725ae041a79a1673ebc\n"
    "gateway_cdld, 0x00112233445566778899aabbccddeeff\n";

TEST(KeySnapshot, LoadsWhatTheServiceMayServe) {
  Findings findings;
  const auto keys = load_snapshot(
      as_octets(header + "0x00010203, 0x101112131415161718191a1b1c1d1e1f,1,0\n"), findings);
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ((*keys)->size(), 1U);
  EXPECT_TRUE(findings.empty());
  std::string short_base = header;
  short_base.erase(short_base.find("0x0f") + 2, 1);
  EXPECT_TRUE(load_snapshot(as_octets(short_base), findings).has_value());
  EXPECT_EQ(findings.size(), 1U);
}

TEST(KeySnapshot, RefusesABrokenKeyring) {
  Findings findings;
  EXPECT_FALSE(load_snapshot({}, findings).has_value());
  const auto cut = load_snapshot(as_octets(header.substr(0, header.size() - 5)), findings);
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code.category(), make_error_code(keyring::Errc::syntax).category());
}

}  // namespace
}  // namespace touchstone::kms
