#include "conformance/mutators/keyring_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "conformance/generators/keyring.h"
#include "conformance/generators/merge.h"
#include "conformance/generators/octets.h"
#include "conformance/generators/show.h"
#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::mutators {
namespace {

/// The same candidates each time.
const bool seed_is_pinned = ::setenv("RC_PARAMS", "seed=20110517 max_success=300", 1) == 0;

Choice draw_choice() {
  return {*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint32_t>()};
}

class EachRule : public testing::TestWithParam<std::size_t> {};

TEST_P(EachRule, HasTheVerdictThatTheOracleGives) {
  ASSERT_TRUE(seed_is_pinned);
  const Rule& rule = keyring_rules()[GetParam()];
  int applied = 0;
  EXPECT_TRUE(rc::check(std::string(rule.name), [&] {
    const auto keyring = generators::draw_keyring_with_rows(2, 12);
    KeyringLines lines(keyring);
    const Place place = rule.apply(lines, draw_choice());
    if (!place) return;
    ++applied;
    const Octets file = lines.print();
    const auto tolerant = oracle::read_keyring(file, {});
    RC_ASSERT(tolerant.exit_code == rule.tolerant_exit);
    RC_ASSERT(oracle::read_keyring(file, {.strict = true}).exit_code == rule.strict_exit);
    if (!rule.code.empty()) RC_ASSERT(oracle::has_finding(tolerant.findings, rule.code));
    if (!rule.reject_class.empty()) RC_ASSERT(tolerant.reject_class == rule.reject_class);
    if (*place != 0) {
      RC_ASSERT(!tolerant.findings.empty());
      RC_ASSERT(std::ranges::any_of(tolerant.findings,
                                    [&](const Finding& f) { return f.line == *place; }));
    }
  })) << rule.name;
  EXPECT_GT(applied, 100) << rule.name;
}

INSTANTIATE_TEST_SUITE_P(Mutators, EachRule,
                         testing::Range(std::size_t{0}, keyring_rules().size()));

TEST(LayoutRules, InAnyCombinationLeaveTheKeyringAsItWas) {
  EXPECT_TRUE(rc::check([] {
    const auto keyring = generators::draw_keyring(12);
    KeyringLines lines(keyring);
    std::vector<std::string_view> codes;
    for (const Rule* rule : layout_rules())
      if (*rc::gen::arbitrary<bool>() && rule->apply(lines, draw_choice()))
        codes.push_back(rule->code);
    const auto reading = oracle::read_keyring(lines.print(), {});
    RC_ASSERT(reading.exit_code == 0);
    RC_ASSERT(reading.keyring == keyring);
    for (const std::string_view code : codes)
      RC_ASSERT(oracle::has_finding(reading.findings, code));
  }));
}

TEST(Generators, DrawKeyringsThatAreCanonical) {
  EXPECT_TRUE(rc::check([] {
    const auto keyring = generators::draw_keyring();
    const auto text = oracle::print_keyring(keyring);
    const auto reading = oracle::read_keyring(as_octets(text), {.strict = true});
    RC_ASSERT(reading.exit_code == 0);
    RC_ASSERT(reading.keyring == keyring);
  }));
}

TEST(Generators, DrawMergesOfBothKinds) {
  int merged = 0;
  int refused = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto input = generators::draw_merge();
    nlohmann::json json = input;
    RC_ASSERT(nlohmann::json(json.get<generators::MergeInput>()) == json);
    (oracle::merge(input.keyring, input.batch, input.rules) ? merged : refused)++;
  }));
  EXPECT_GT(merged, 50);
  EXPECT_GT(refused, 50);
}

TEST(Generators, DrawDamagedFilesThatDiffer) {
  int changed = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto text = oracle::print_keyring(generators::draw_keyring(5));
    changed += generators::draw_damaged(as_octets(text)) != Octets(text.begin(), text.end());
  }));
  EXPECT_GT(changed, 250);
}

}  // namespace
}  // namespace touchstone::conformance::mutators
