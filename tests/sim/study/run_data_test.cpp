#include "sim/study/run_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/study/errc.h"

namespace touchstone::sim::study {
namespace {

constexpr const char* summary =
    R"({"scenario":{"name":"x","stop_s":120},"joins":{},"questions":{},"kms":[],"recoveries":[],)"
    R"("checks":[]})";

Json data_of(const std::string& events) {
  std::istringstream stream(events);
  auto made = make_run_data(summary, stream);
  EXPECT_TRUE(made) << made.error().detail;
  return *std::move(made);
}

TEST(RunData, PutsJoinsIntoTheirTime) {
  const Json data = data_of(
      R"({"t":1.000000,"e":"begin","n":"a"}
{"t":1.100000,"e":"join","n":"a","r":1,"ms":100.000}
{"t": 1.200000, "e": "join", "n": "b", "r": 1, "ms": 300.000}
{"t":119.900000,"e":"join","n":"c","r":4,"ms":9.000}
{"t":120.000000,"e":"ask","n":"g","p":"k"}
)");
  EXPECT_EQ(data["joins"]["of"], 2);
  EXPECT_EQ(data["joins"]["ms"], Json({100.0, 300.0}));
  EXPECT_EQ(data["bins"].size(), 120U);
  EXPECT_EQ(data["bins"][1]["begun"], 1);
  EXPECT_EQ(data["bins"][1]["p50"], 100.0);
  EXPECT_EQ(data["bins"][1]["p95"], 300.0);
  EXPECT_EQ(data["bins"][119]["refused"], 1);
  EXPECT_EQ(data["bins"][119]["asked"], 1);
}

TEST(RunData, CountsEveryJoinInTheDistributionOnce) {
  std::string events;
  for (int i = 1; i <= 9000; ++i)
    events += fmt::format("{{\"t\":{},\"e\":\"join\",\"r\":1,\"ms\":{}}}\n", i % 120, i);
  const Json data = data_of(events);
  int counted = 0;
  for (const Json& bin : data["histogram"])
    counted += bin["count"].get<int>();
  EXPECT_EQ(counted, 9000);
  EXPECT_EQ(data["cdf"]["ms"][99], 4500.0);
  EXPECT_EQ(data["cdf"]["share"].back(), 1.0);
  EXPECT_LE(data["joins"]["ms"].size(), most_points);
  EXPECT_GE(data["joins"]["ms"].size(), most_points / 2);
}

TEST(RunData, FollowsEachFaultToItsEnd) {
  const Json data = data_of(
      R"({"t":10,"e":"fault","x":"crash kms1"}
{"t":12,"e":"fault","x":"loss gw*"}
{"t":20,"e":"heal","x":"crash kms1"}
{"t":21.5,"e":"recover","ms":1500,"x":"crash kms1"}
{"t":30,"e":"fault","x":"crash kms1"}
{"t":35,"e":"heal","x":"crash kms1"}
)");
  const Json& faults = data["faults"];
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0]["to"], 20);
  EXPECT_EQ(faults[0]["recovered"], 21.5);
  EXPECT_TRUE(faults[1]["to"].is_null());
  EXPECT_EQ(faults[2]["to"], 35);
  EXPECT_TRUE(faults[2]["recovered"].is_null());
}

TEST(RunData, ShowsTheLoadOfEachKms) {
  const Json data = data_of(
      R"({"t":2,"e":"load","n":"kms1","c":7,"ms":1000.000}
{"t":2,"e":"load","n":"kms2","ms":0.000}
{"t":4,"e":"load","n":"kms1","c":3,"ms":500.000}
)");
  ASSERT_EQ(data["kms"].size(), 2U);
  EXPECT_EQ(data["kms"][0]["queue"], Json({7, 3}));
  EXPECT_EQ(data["kms"][0]["load"], Json({0.5, 0.25}));
}

TEST(RunData, RefusesWhatIsNoReport) {
  std::istringstream none;
  EXPECT_EQ(make_run_data("{}", none).error().code, make_error_code(Errc::report));
  EXPECT_EQ(make_run_data("no JSON", none).error().code, make_error_code(Errc::report));
  for (const char* line : {"x", "{\"e\":\"join\"", "{}", "[\"e\":\"join\"]"}) {
    std::istringstream events("{\"t\":0,\"e\":\"start\"}\n" + std::string(line) + "\n");
    const auto made = make_run_data(summary, events);
    ASSERT_FALSE(made) << line;
    EXPECT_EQ(made.error().detail, "metrics.jsonl:2: this is no event") << line;
  }
}

TEST(RunData, FindsTheAnswerOfAScenario) {
  EXPECT_EQ(answer_of("question = \"q\"\nanswer = \"42\"\n"), "42");
  EXPECT_EQ(answer_of("question = \"q\"\n"), "");
  EXPECT_EQ(answer_of("= no TOML"), "");
}

}  // namespace
}  // namespace touchstone::sim::study
