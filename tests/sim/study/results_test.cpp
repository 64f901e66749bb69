#include "sim/study/results.h"

#include <gtest/gtest.h>

#include <cmath>

namespace touchstone::sim::study {
namespace {

struct Swept {
  Grid grid;
  std::vector<Unit> units;
};

Swept swept(const std::string& more = "") {
  auto grid = parse_grid("schema = 1\nname = \"g\"\nscenario = \"s\"\nseeds = [1, 2, 3]\n" + more +
                             "[parameters]\ntopology.radio = [\"1 ms, slow\", \"2ms\"]\n",
                         "g.toml");
  EXPECT_TRUE(grid) << grid.error().detail;
  auto units = expand(*grid, "stop = 1\n", "s.toml", "v");
  EXPECT_TRUE(units);
  return {*std::move(grid), *std::move(units)};
}

Json summary(double p95) {
  return {{"name", "x"},
          {"joins", {{"count", 7}, {"p95_ms", p95}}},
          {"kms", {{{"name", "kms1"}, {"load", 0.5}}, {{"load", 0.25}}}}};
}

// The first point has 10, 20, 30; of the second, one run failed and one is missing.
RunFound found_run(const Swept& all, const std::string& id) {
  for (std::size_t i = 0; i < all.units.size(); ++i)
    if (all.units[i].id == id) {
      if (i == 5) return {};
      const auto outcome = i == 4 ? Outcome::failed : Outcome::passed;
      return {outcome, summary(10 * static_cast<double>(i + 1))};
    }
  ADD_FAILURE() << id;
  return {};
}

Json results_of(const Swept& all) {
  return make_results(all.grid, all.units, "v",
                      [&](const std::string& id) { return found_run(all, id); });
}

TEST(Results, FindEveryNumberUnderItsPath) {
  const auto numbers = numbers_of(summary(3));
  ASSERT_EQ(numbers.size(), 4U);
  EXPECT_EQ(numbers[0].first, "joins.count");
  EXPECT_EQ(numbers[1].first, "joins.p95_ms");
  EXPECT_EQ(numbers[2].first, "kms.kms1.load");
  EXPECT_EQ(numbers[3].first, "kms.1.load");
  EXPECT_EQ(numbers[3].second, 0.25);
  EXPECT_TRUE(numbers_of(nullptr).empty());
}

TEST(Results, HaveTheMeanAndItsIntervalOfEachPoint) {
  const Swept all = swept();
  const Json results = results_of(all);
  EXPECT_EQ(count_outcome(results, Outcome::passed), 4U);
  EXPECT_EQ(count_outcome(results, Outcome::failed), 1U);
  EXPECT_EQ(count_outcome(results, Outcome::missing), 1U);
  const Json& first = results.at("points")[0];
  EXPECT_EQ(first.at("passed"), 3);
  const Json& made = first.at("figures").at("joins.p95_ms");
  EXPECT_DOUBLE_EQ(made.at("mean"), 20);
  EXPECT_NEAR(made.at("high").get<double>(), 20 + 4.3027 * 10 / std::sqrt(3.0), 1e-3);
  const Json& second = results.at("points")[1];
  EXPECT_EQ(second.at("figures").at("joins.p95_ms").at("runs"), 2);
  EXPECT_EQ(second.at("missing"), 1);
}

TEST(Results, KeepToTheFiguresOfTheGrid) {
  const Json results = results_of(swept("figures = [\"joins.p95_ms\", \"none\"]\n"));
  EXPECT_EQ(results.at("figures").size(), 2U);
  EXPECT_TRUE(results.at("points")[0].at("figures").at("none").is_null());
  EXPECT_TRUE(results.at("runs")[5].at("figures").at("joins.p95_ms").is_null());
}

TEST(Results, AreRowsOfRfc4180) {
  const Json results = results_of(swept("figures = [\"joins.p95_ms\"]\n"));
  const std::string runs = print_runs_csv(results);
  EXPECT_TRUE(runs.starts_with("topology.radio,seed,unit,outcome,joins.p95_ms\r\n")) << runs;
  EXPECT_NE(runs.find("\"1 ms, slow\",2,"), std::string::npos) << runs;
  EXPECT_NE(runs.find(",missing,\r\n"), std::string::npos) << runs;
  const std::string points = print_points_csv(results);
  EXPECT_NE(points.find("2ms,3,1,1,1,45.0,"), std::string::npos) << points;
}

TEST(Results, AreATableForPeople) {
  EXPECT_EQ(print_points(results_of(swept("figures = [\"joins.p95_ms\", \"none\"]\n"))),
            "topology.radio  passed  joins.p95_ms  none\n"
            "1 ms, slow      3/3     20 ± 24.84    -\n"
            "2ms             1/3     45 ± 63.53    -\n");
}

}  // namespace
}  // namespace touchstone::sim::study
