#include "reference/diameter/duplicate_cache.h"

#include <gtest/gtest.h>

#include <deque>

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

TEST(DiameterDuplicateCache, HoldsExactlyTheLastAnswersHoweverManyWereThere) {
  // Sizes that change let the bound in octets bind before the one in number, then the other.
  DuplicateCache cache({.answers = 300, .octets = 2000});
  std::deque<std::pair<std::uint32_t, std::size_t>> model;
  std::size_t octets = 0;
  for (std::uint32_t id = 0; id < 5000; ++id) {
    const std::size_t size = id / 500 % 2 == 0 ? 40 + id % 7 : 1 + id % 3;
    cache.remember(key("gw1", id), Octets(size, static_cast<std::uint8_t>(id)));
    model.emplace_back(id, size);
    octets += size;
    while (model.size() > 300 || octets > 2000) {
      octets -= model.front().second;
      model.pop_front();
    }
    ASSERT_EQ(cache.size(), model.size());
    ASSERT_FALSE(cache.find(key("gw1", model.front().first - 1)));
  }
  for (const auto& [id, size] : model) {
    const auto found = cache.find(key("gw1", id));
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(Octets(found->begin(), found->end()), Octets(size, static_cast<std::uint8_t>(id)));
  }
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

TEST(DiameterDuplicateCache, ManyComeAndGoAndEachOfTheLastIsFound) {
  constexpr std::uint32_t kept = 1000;
  DuplicateCache cache({.answers = kept, .octets = 1 << 20});
  for (std::uint32_t id = 0; id < 7 * kept; ++id) {
    cache.remember(key("gw1", id), Octets(id % 400, static_cast<std::uint8_t>(id)));
    const std::uint32_t oldest = id < kept ? 0 : id - kept + 1;
    for (const std::uint32_t one : {oldest, (oldest + id) / 2, id}) {
      const auto found = cache.find(key("gw1", one));
      ASSERT_TRUE(found.has_value()) << one << " of " << id;
      EXPECT_EQ(Octets(found->begin(), found->end()),
                Octets(one % 400, static_cast<std::uint8_t>(one)));
    }
    if (oldest > 0) {
      EXPECT_FALSE(cache.find(key("gw1", oldest - 1)));
    }
  }
  EXPECT_EQ(cache.size(), kept);
}

TEST(DiameterDuplicateCache, AnAnswerMayBeLongerThanABlock) {
  DuplicateCache cache({.answers = 2, .octets = 1 << 20});
  for (std::uint32_t id = 0; id < 4; ++id)
    cache.remember(key("gw1", id), Octets(100'000, static_cast<std::uint8_t>(id)));
  EXPECT_EQ(cache.find(key("gw1", 3))->size(), 100'000U);
  EXPECT_EQ(cache.find(key("gw1", 2))->front(), 2);
  EXPECT_FALSE(cache.find(key("gw1", 1)));
}

}  // namespace
}  // namespace touchstone::diameter
