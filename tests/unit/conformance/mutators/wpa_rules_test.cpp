#include "conformance/mutators/wpa_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "conformance/generators/dot1x.h"
#include "conformance/oracle/dot1x/wpa_conf.h"

namespace touchstone::conformance::mutators {
namespace {

using oracle::dot1x::read_status;
using oracle::dot1x::read_wpa_conf;

/// The same candidates each time.
const bool seed_is_pinned = ::setenv("RC_PARAMS", "seed=20110517 max_success=300", 1) == 0;

TEST(WpaGenerator, MakesFilesWithoutARemark) {
  ASSERT_TRUE(seed_is_pinned);
  EXPECT_TRUE(rc::check([] {
    const std::string text = generators::draw_wpa_conf();
    const auto reading = read_wpa_conf(text);
    RC_LOG() << text << (reading.verdict.remarks.empty() ? "" : reading.verdict.remarks[0].code);
    RC_ASSERT(reading.verdict.remarks.empty());
    RC_ASSERT(reading.network() != nullptr);
  }));
}

TEST(WpaGenerator, MakesStatusThatIsNeverUnknown) {
  EXPECT_TRUE(rc::check([] {
    const auto status = generators::draw_port_status();
    const auto reading = read_status(generators::draw_status_text(status));
    RC_ASSERT(reading.verdict != "unknown");
    RC_ASSERT(reading.interface == status.interface);
  }));
}

class EachWpaRule : public testing::TestWithParam<std::size_t> {};

TEST_P(EachWpaRule, EarnsItsCodeInEveryDrawnFile) {
  const WpaRule& rule = wpa_rules()[GetParam()];
  EXPECT_TRUE(rc::check([&] {
    std::string text = generators::draw_wpa_conf();
    const Choice choice{*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint32_t>()};
    RC_ASSERT(apply(rule, text, choice));
    RC_LOG() << rule.name << "\n" << text;
    RC_ASSERT(read_wpa_conf(text).verdict.has(rule.code));
  }));
}

INSTANTIATE_TEST_SUITE_P(Wpa, EachWpaRule, testing::Range(std::size_t{0}, wpa_rules().size()));

}  // namespace
}  // namespace touchstone::conformance::mutators
