#include "reference/keyring/row_checks.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

NodeRows random_rows(std::size_t count, std::uint32_t seed) {
  std::mt19937_64 engine(seed);
  NodeRows rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows[i].node_id = static_cast<NodeId>(i);
    for (std::uint8_t& octet : rows[i].root_key)
      octet = static_cast<std::uint8_t>(engine());
  }
  return rows;
}

TEST(FindSameKey, FindsNothingAmongDifferentKeys) {
  EXPECT_FALSE(find_same_key({}));
  EXPECT_FALSE(find_same_key(random_rows(1, 1)));
  EXPECT_FALSE(find_same_key(random_rows(200'000, 2)));
}

TEST(FindSameKey, FindsAPairWhereverItStands) {
  for (const auto& [first, second] :
       {std::pair<std::size_t, std::size_t>{0, 1}, {0, 9999}, {9998, 9999}, {4000, 7000}}) {
    NodeRows rows = random_rows(10'000, 3);
    rows[second].root_key = rows[first].root_key;
    const auto found = find_same_key(rows);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->first, first);
    EXPECT_EQ(found->second, second);
  }
}

TEST(FindSameKey, GivesTheFirstRepetition) {
  for (std::uint32_t seed = 4; seed < 12; ++seed) {
    NodeRows rows = random_rows(1000, seed);
    rows[900].root_key = rows[1].root_key;
    rows[500].root_key = rows[400].root_key;
    rows[600].root_key = rows[400].root_key;
    const auto found = find_same_key(rows);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->second, 500U);
  }
}

TEST(FindSameKey, ComparesAllOctetsOfTheKey) {
  for (std::size_t octet = 0; octet < 16; ++octet) {
    NodeRows rows(256);
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i].root_key[octet] = static_cast<std::uint8_t>(i);
    EXPECT_FALSE(find_same_key(rows)) << octet;
  }
}

}  // namespace
}  // namespace touchstone::keyring
