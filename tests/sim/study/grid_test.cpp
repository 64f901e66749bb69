#include "sim/study/grid.h"

#include <gtest/gtest.h>

#include "sim/study/errc.h"

namespace touchstone::sim::study {
namespace {

constexpr const char* small = R"(schema = 1
name = "gateways-and-loss"
scenario = "first-start.toml"
seeds = { from = 5, count = 3 }
figures = ["joins.p95_ms"]

[parameters]
"topology.gateways" = [10, 50]
fault.0.amount = [0.0, 0.01, 0.1]
)";

TEST(Grid, ReadsAllThatAFileHas) {
  const auto grid = parse_grid(small, "g.toml");
  ASSERT_TRUE(grid) << grid.error().detail;
  EXPECT_EQ(grid->name, "gateways-and-loss");
  EXPECT_EQ(grid->scenario, "first-start.toml");
  EXPECT_EQ(grid->seeds, (std::vector<std::uint64_t>{5, 6, 7}));
  EXPECT_EQ(grid->figures, std::vector<std::string>{"joins.p95_ms"});
  ASSERT_EQ(grid->parameters.size(), 2U);
  EXPECT_EQ(grid->parameters[0].path, "fault.0.amount");
  EXPECT_EQ(grid->parameters[0].values[1].toml, "0.01");
  EXPECT_EQ(grid->parameters[1].path, "topology.gateways");
  EXPECT_EQ(grid->parameters[1].values[1].toml, "50");
  EXPECT_EQ(grid->points(), 6U);
}

struct Wrong {
  const char* text;
  Errc code;
  const char* where;
};

TEST(Grid, SaysWhereAFileIsWrong) {
  const std::string head = "schema = 1\nname = \"n\"\nscenario = \"s\"\n";
  const Wrong wrong[] = {
      {"seeds = [1]\n[parameters]\na = [1\n", Errc::syntax, "g.toml:6:8: "},
      {"seed = [1]\n", Errc::unknown_key, "g.toml:4:1: there is no key `seed`"},
      {"seeds = []\n", Errc::value, "g.toml:4:9: "},
      {"seeds = [3, 3]\n", Errc::value, "g.toml:4:13: the seed 3"},
      {"seeds = [-1]\n", Errc::value, "g.toml:4:10: "},
      {"seeds = { from = 1, number = 2 }\n", Errc::unknown_key, "g.toml:4:21: "},
      {"seeds = { from = 1, count = 0 }\n", Errc::value, "g.toml:4:29: "},
      {"seeds = { from = 1, count = 9000000 }\n", Errc::value, "g.toml:4:29: "},
      {"seeds = [1]\n", Errc::missing, "g.toml:1:1: expected the table [parameters]"},
      {"seeds = [1]\nfigures = [1]\n", Errc::value, "g.toml:5:12: "},
      {"seeds = [1]\n[parameters]\na = 1\n", Errc::value, "g.toml:6:5: expected a list"},
      {"seeds = [1]\n[parameters]\na = []\n", Errc::value, "g.toml:6:5: "},
      {"seeds = [1]\n[parameters]\na = [1, [2]]\n", Errc::value, "g.toml:6:9: "},
      {"seeds = [1]\n[parameters]\na = [\"x\", \"x\"]\n", Errc::value,
       "g.toml:6:11: 'x' stands here twice"},
      {"seeds = [1]\n[parameters]\nseed = [1]\n", Errc::value, "g.toml:6:1: "},
      {"seeds = [1]\n[parameters]\na.b = [1]\n\"a.b\" = [2]\n", Errc::value, "stands here twice"},
      {"seeds = { from = 1, count = 1000000 }\n[parameters]\na = [1, 2]\n", Errc::value,
       "more than 1000000 runs"},
  };
  for (const Wrong& one : wrong) {
    const auto grid = parse_grid(head + one.text, "g.toml");
    ASSERT_FALSE(grid) << one.text;
    EXPECT_EQ(grid.error().code, make_error_code(one.code)) << one.text;
    EXPECT_NE(grid.error().detail.find(one.where), std::string::npos) << grid.error().detail;
  }
}

TEST(Grid, NeedsItsSchemaAndAName) {
  EXPECT_EQ(parse_grid("name = \"x\"\n", "g").error().detail, "g:1:1: expected `schema = 1`");
  EXPECT_EQ(parse_grid("schema = 2\n", "g").error().detail, "g:1:10: expected `schema = 1`");
  EXPECT_EQ(parse_grid("schema = 1\nname = \"a/b\"\n", "g").error().detail,
            "g:2:8: expected letters, digits, - and _");
}

constexpr const char* scenario = R"(seed = 1 # replaced
[topology]
gateways = 10
[[fault]]
kind = "loss"
amount = 0.5
)";

TEST(SetParameters, ChangesOldValuesAndAddsNewOnes) {
  const auto text = set_parameters(scenario, "s.toml",
                                   {{"topology.gateways", "50"},
                                    {"topology.radio.delay", "\"5ms\""},
                                    {"fault.0.amount", "0.25"}},
                                   9);
  ASSERT_TRUE(text) << text.error().detail;
  for (const char* part : {"seed = 9", "gateways = 50", "delay = '5ms'", "amount = 0.25", "loss"})
    EXPECT_NE(text->find(part), std::string::npos) << part << " in\n" << *text;
}

TEST(SetParameters, RefusesAPlaceThatIsNotThere) {
  for (const char* path : {"fault.1.amount", "topology", "topology.gateways.x", "fault.kind"}) {
    const auto text = set_parameters(scenario, "s.toml", {{path, "1"}}, 1);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code, make_error_code(Errc::place));
  }
}

}  // namespace
}  // namespace touchstone::sim::study
