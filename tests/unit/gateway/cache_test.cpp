#include "reference/gateway/cache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "reference/gateway/errc.h"
#include "tests/support/tree.h"

namespace touchstone::gateway {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/gateway/cache/") + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::error_code refusal(const std::string& text) {
  const auto read = parse_cache(as_octets(text), "example");
  return read ? std::error_code{} : read.error().code;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(GatewayCache, ReadsWhatThePageShows) {
  const auto cache = parse_cache(as_octets(fixture("two_nodes")), "example");
  ASSERT_TRUE(cache.has_value());
  EXPECT_EQ(cache->realm, "example");
  EXPECT_EQ(cache->gateway->view()[0], 0x01);
  EXPECT_EQ(cache->code_download->view()[0], 0x10);
  EXPECT_EQ(cache->nodes.size(), 2U);
  EXPECT_EQ(cache->nodes.at(0x0001A2B3).view()[15], 0xFF);
  const auto empty = parse_cache(as_octets(fixture("empty")), "example");
  ASSERT_TRUE(empty.has_value());
  EXPECT_FALSE(empty->gateway || empty->code_download || !empty->nodes.empty());
}

TEST(GatewayCache, PrintsWhatItReads) {
  for (const char* name : {"two_nodes", "empty"}) {
    const std::string text = fixture(name);
    const auto cache = parse_cache(as_octets(text), "example");
    ASSERT_TRUE(cache.has_value());
    EXPECT_EQ(as_text(print_cache(*cache)), text);
  }
}

TEST(GatewayCache, IsBoundToItsRealm) {
  const auto read = parse_cache(as_octets(fixture("two_nodes")), "other");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, make_error_code(Errc::other_realm));
}

TEST(GatewayCache, EveryTruncationIsRefused) {
  const std::string text = fixture("two_nodes");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_TRUE(refusal(text.substr(0, size))) << size;
  const std::string without_row =
      replaced(text, "0x0001a2b3, 0x00112233445566778899aabbccddeeff\n", "");
  EXPECT_EQ(refusal(without_row), make_error_code(Errc::truncated));
}

TEST(GatewayCache, EveryChangedOctetIsRefusedOrReadAsAnother) {
  const std::string text = fixture("two_nodes");
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int value = 0; value < 256; ++value) {
      std::string changed = text;
      changed[at] = static_cast<char>(value);
      const auto cache = parse_cache(as_octets(changed), "example");
      if (cache) {
        EXPECT_EQ(as_text(print_cache(*cache)), changed);
      }
    }
}

TEST(GatewayCache, RefusesWhatItsWriterDoesNotMake) {
  const std::string text = fixture("two_nodes");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"0x0001a2b3", "0x00000000"},           // twice
           {"0x00000000", "0x00ffffff"},           // not ascending
           {"0x0001a2b3", "0x0001A2B3"},           // upper case
           {"realm, example\n", ""},               // no realm
           {"cache, 1", "cache, 2"},               // another version
           {"0x0001a2b3, ", "0x0001a2b3,"},        // layout
           {"ddeeff\n", "ddeef\n"},                // a digit short
           {"end, 2\n", "end, 2\n0x00000003\n"}})  // after the end
    EXPECT_EQ(refusal(replaced(text, from, to)), make_error_code(Errc::syntax)) << to;
  EXPECT_EQ(refusal(replaced(text, "end, 2", "end, 02")), make_error_code(Errc::truncated));
}

}  // namespace
}  // namespace touchstone::gateway
