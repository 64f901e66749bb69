#include "sim/study/units.h"

#include <gtest/gtest.h>

#include <set>

namespace touchstone::sim::study {
namespace {

constexpr const char* scenario = "[topology]\ngateways = 10\nfan = 4\n";

Grid grid_of(const std::string& parameters) {
  auto grid = parse_grid(
      "schema = 1\nname = \"g\"\nscenario = \"s\"\nseeds = [1, 2]\n"
      "[parameters]\n" +
          parameters,
      "g.toml");
  EXPECT_TRUE(grid) << grid.error().detail;
  return *std::move(grid);
}

TEST(Units, CoverEveryPointAndEverySeedOnce) {
  const Grid grid = grid_of("topology.fan = [2, 3]\ntopology.gateways = [1, 2, 3]\n");
  const auto units = expand(grid, scenario, "s.toml", "v");
  ASSERT_TRUE(units);
  ASSERT_EQ(units->size(), 12U);
  std::set<std::string> ids;
  std::set<std::string> combinations;
  for (const Unit& unit : *units) {
    ids.insert(unit.id);
    combinations.insert(unit.settings[0].toml + "/" + unit.settings[1].toml + "/" +
                        std::to_string(unit.seed));
    EXPECT_EQ(unit.id.size(), 32U);
  }
  EXPECT_EQ(ids.size(), 12U);
  EXPECT_EQ(combinations.size(), 12U);
  EXPECT_EQ((*units)[2].settings[1].toml, "2");  // the last parameter changes first
  EXPECT_EQ((*units)[2].point, 1U);
}

TEST(Units, AreNamedByWhatTheyAreAlone) {
  const Grid grid = grid_of("topology.fan = [2]\n");
  const auto units = expand(grid, scenario, "s.toml", "v");
  const auto same = expand(grid, "# a comment\n[topology]\nfan = 9\ngateways = 10\n", "t", "v");
  const auto other_version = expand(grid, scenario, "s.toml", "w");
  const auto other_scenario = expand(grid, "[topology]\ngateways = 11\n", "s.toml", "v");
  EXPECT_EQ((*units)[0].id, (*same)[0].id);
  EXPECT_NE((*units)[0].id, (*units)[1].id);
  EXPECT_NE((*units)[0].id, (*other_version)[0].id);
  EXPECT_NE((*units)[0].id, (*other_scenario)[0].id);
}

// A sweep that was begun long ago goes on: the name is part of the format. The value is
// printf 'touchstone-unit/1\n0.1.0\na = 1\n' | sha256sum | cut -c1-32
TEST(Units, KeepTheirNames) {
  EXPECT_EQ(name_unit("a = 1\n", "0.1.0"), "818bec34e163491d6501b276c7665177");
}

TEST(Units, BlameTheParameterThatDoesNotFit) {
  const Grid grid = grid_of("topology.fan = [2]\nfault.0.amount = [0.5]\n");
  const auto units = expand(grid, scenario, "s.toml", "v");
  ASSERT_FALSE(units);
  EXPECT_EQ(units.error().detail, "g.toml:7:9: s.toml has no place `fault.0.amount` for a value");
}

TEST(Shards, TakeEveryUnitOnce) {
  std::vector<int> taken(10);
  for (const char* text : {"1/3", "2/3", "3/3"}) {
    const auto shard = parse_shard(text);
    ASSERT_TRUE(shard);
    for (std::size_t i = 0; i < taken.size(); ++i)
      taken[i] += shard->has(i) ? 1 : 0;
  }
  EXPECT_EQ(taken, std::vector<int>(10, 1));
}

TEST(Shards, RefuseWhatIsNone) {
  for (const char* text : {"", "1", "0/3", "4/3", "1/0", "1/3x", "/3", "-1/3", "a/b", "1/"})
    EXPECT_FALSE(parse_shard(text)) << text;
}

}  // namespace
}  // namespace touchstone::sim::study
