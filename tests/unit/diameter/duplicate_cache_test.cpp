#include "reference/diameter/duplicate_cache.h"

#include <gtest/gtest.h>

namespace touchstone::diameter {
namespace {

std::string key(std::string_view host, std::uint32_t end_to_end) {
  return DuplicateCache::make_key(host, "session", end_to_end);
}

TEST(DiameterDuplicateCache, AKeyTellsHostSessionAndIdentifierApart) {
  const std::string one = DuplicateCache::make_key("gw1", "a;1", 7);
  EXPECT_EQ(one, DuplicateCache::make_key("GW1", "a;1", 7));
  EXPECT_NE(one, DuplicateCache::make_key("gw2", "a;1", 7));
  EXPECT_NE(one, DuplicateCache::make_key("gw1", "A;1", 7));
  EXPECT_NE(one, DuplicateCache::make_key("gw1", "a;1", 7U << 24));
}

TEST(DiameterDuplicateCache, GivesTheSameOctetsForHostAndIdentifierTogether) {
  DuplicateCache cache;
  cache.remember(key("gw1.example", 7), Octets{1, 2, 3});
  const auto found = cache.find(key("GW1.example", 7));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(to_hex(*found), "010203");
  EXPECT_FALSE(cache.find(key("gw1.example", 8)));
  EXPECT_FALSE(cache.find(key("gw2.example", 7)));
}

TEST(DiameterDuplicateCache, TheFirstAnswerStays) {
  DuplicateCache cache;
  cache.remember(key("gw1", 7), Octets{1});
  cache.remember(key("gw1", 7), Octets{2});
  EXPECT_EQ(to_hex(*cache.find(key("gw1", 7))), "01");
  EXPECT_EQ(cache.size(), 1U);
}

TEST(DiameterDuplicateCache, TheOldestGoesAtEitherBound) {
  DuplicateCache by_number({.answers = 2, .octets = 1000});
  DuplicateCache by_octets({.answers = 100, .octets = 10});
  for (std::uint32_t id = 0; id < 5; ++id) {
    by_number.remember(key("gw1", id), Octets(4, 1));
    by_octets.remember(key("gw1", id), Octets(4, 1));
  }
  for (DuplicateCache* cache : {&by_number, &by_octets}) {
    EXPECT_EQ(cache->size(), 2U);
    EXPECT_FALSE(cache->find(key("gw1", 2)));
    EXPECT_TRUE(cache->find(key("gw1", 3)));
    EXPECT_TRUE(cache->find(key("gw1", 4)));
  }
  by_octets.remember(key("gw1", 9), Octets(11, 1));
  EXPECT_FALSE(by_octets.find(key("gw1", 9)));
}

}  // namespace
}  // namespace touchstone::diameter
