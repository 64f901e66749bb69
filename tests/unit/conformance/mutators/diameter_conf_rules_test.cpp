#include "conformance/mutators/diameter_conf_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "conformance/generators/diameter_conf.h"
#include "conformance/generators/show.h"

namespace touchstone::conformance::mutators {
namespace {

/// The same candidates each time.
const bool seed_is_pinned = ::setenv("RC_PARAMS", "seed=20110517 max_success=300", 1) == 0;

TEST(DiameterConfGenerator, MakesFilesWithoutAnError) {
  ASSERT_TRUE(seed_is_pinned);
  EXPECT_TRUE(rc::check([] {
    const auto conf = generators::draw_conf();
    const ConfDraft draft(conf);
    const auto reading = oracle::diameter::read_conf(draft.print(), draft.use);
    RC_ASSERT(reading.accepted());
    RC_ASSERT(reading.conf == conf);
    for (const Finding& finding : reading.findings)
      RC_ASSERT(finding.code == "KL-IPURI" || finding.code == "KL-OPENPEERS");
  }));
}

class EachConfRule : public testing::TestWithParam<std::size_t> {};

TEST_P(EachConfRule, EarnsItsFinding) {
  const ConfRule& rule = conf_rules()[GetParam()];
  int applied = 0;
  EXPECT_TRUE(rc::check(std::string(rule.name), [&] {
    ConfDraft draft(generators::draw_conf());
    const Choice choice{*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint32_t>()};
    if (!rule.apply(draft, choice)) return;
    ++applied;
    const auto reading = oracle::diameter::read_conf(draft.print(), draft.use);
    RC_ASSERT(oracle::has_finding(reading.findings, rule.code));
    draft.use.strict = true;
    RC_ASSERT(!oracle::diameter::read_conf(draft.print(), draft.use).accepted());
    if (!rule.tolerated()) RC_ASSERT(reading.exit_code == 6);
  })) << rule.name;
  EXPECT_GT(applied, 40) << rule.name;
}

INSTANTIATE_TEST_SUITE_P(Mutators, EachConfRule,
                         testing::Range(std::size_t{0}, conf_rules().size()));

}  // namespace
}  // namespace touchstone::conformance::mutators
