// The kill matrix: what counts as caught, and what does not.

#include "conformance/harness/kill_matrix.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "conformance/harness/case_context.h"
#include "reference/base/defect.h"
#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Case judging(std::string id, std::string requirement, std::string_view noticed) {
  Case made = test_case([=](CaseContext& ctx) {
    if (active_defect() == "KR-01.crash") std::abort();
    ctx.expect(active_defect() != noticed, requirement, "none", "a defect");
  });
  made.id = std::move(id);
  made.requirements = {requirement};
  return made;
}

KillMatrix run(const std::vector<Case>& cases, const std::vector<Defect>& defects) {
  static const Iut iut = reference_iut();
  RunPlan plan;
  for (const Case& tested : cases)
    plan.cases.push_back(&tested);
  plan.iut = &iut;
  plan.make_adapter = [] {
    return std::make_unique<FakeAdapter>([](const Request&) { return ok_response(); });
  };
  return run_defects(plan, defects);
}

TEST(KillMatrix, AttributesAKillToTheTestThatCitesTheRequirement) {
  const KillMatrix matrix =
      run({judging("KR-01.A", "KR-01", "KR-01.x"), judging("KR-02.B", "KR-02", "KR-01.x")},
          {{"KR-01.x", "KR-01", "omit-check", "what", ""}});
  EXPECT_TRUE(matrix.rows[0].killed);
  EXPECT_THAT(matrix.rows[0].by, ElementsAre("KR-01.A"));
  EXPECT_THAT(matrix.idle, ElementsAre("KR-02.B"));
  EXPECT_FALSE(matrix.closed());
}

TEST(KillMatrix, ACrashDoesNotKill) {
  const KillMatrix matrix = run({judging("KR-01.A", "KR-01", "KR-01.x")},
                                {{"KR-01.crash", "KR-01", "crash", "what", ""}});
  EXPECT_FALSE(matrix.rows[0].killed);
  EXPECT_THAT(matrix.rows[0].notes, ElementsAre(HasSubstr("signal 6")));
}

TEST(KillMatrix, ATestThatFailsWithoutADefectCountsForNothing) {
  const KillMatrix matrix =
      run({judging("KR-01.A", "KR-01", "")}, {{"KR-01.x", "KR-01", "omit-check", "what", ""}});
  EXPECT_THAT(matrix.baseline, ElementsAre("KR-01.A"));
  EXPECT_FALSE(matrix.rows[0].killed);
}

TEST(KillMatrix, IsClosedWhenEveryDefectIsKilledAndNoTestIsIdle) {
  const KillMatrix matrix =
      run({judging("KR-01.A", "KR-01", "KR-01.x")},
          {{"KR-01.x", "KR-01", "omit-check", "what", ""},
           {"KR-01.same", "KR-01", "order", "what", "writes the same octets"}});
  EXPECT_THAT(matrix.idle, IsEmpty());
  EXPECT_TRUE(matrix.closed());
}

TEST(KillMatrix, ReadsItsRowsAndRefusesAForeignId) {
  constexpr std::string_view good =
      "[[defect]]\nid = \"KR-02.length\"\nrequirement = \"KR-02\"\nkind = \"omit-check\"\n"
      "what = \"takes 15 octets\"\n";
  ASSERT_TRUE(parse_defects(good, "kr.toml").has_value());
  constexpr std::string_view bad =
      "[[defect]]\nid = \"KR-02.length\"\nrequirement = \"KR-03\"\nkind = \"x\"\nwhat = \"y\"\n";
  EXPECT_FALSE(parse_defects(bad, "kr.toml").has_value());
}

}  // namespace
}  // namespace touchstone::conformance::harness
