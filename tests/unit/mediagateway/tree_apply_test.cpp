#include "reference/mediagateway/tree_apply.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "tests/support/faulty_files.h"
#include "tests/unit/mediagateway/tree_scene.h"

namespace touchstone::mediagateway {
namespace {

TEST(TreeApply, MakesThePlanTrueAndKeepsWhatItReplaces) {
  TreeScene scene;
  furnish(scene);
  ASSERT_TRUE(scene.run(full_plan("/source")));
  EXPECT_EQ(scene.folder.read("etc/replaced.bak"), "old\n");
  EXPECT_EQ(scene.now().at("/etc/certs"), std::to_string(S_IFDIR | 0700));
  EXPECT_EQ(scene.now().at("/etc/link"), "to replaced");
  EXPECT_FALSE(scene.folder.has("etc/gone"));
  for (const auto& [name, text] : scene.now())
    EXPECT_EQ(name.find("/."), std::string::npos) << name << " was left";
}

TEST(TreeApply, ChangesNothingTheSecondTime) {
  TreeScene scene;
  furnish(scene);
  const TreePlan plan = full_plan("/source");
  ASSERT_TRUE(scene.run(plan));
  const auto once = scene.now();
  ASSERT_TRUE(scene.run(plan));
  EXPECT_EQ(scene.now(), once);
}

/// The number of steps of a run, which every following test walks through.
int steps() {
  TreeScene scene;
  furnish(scene);
  tests::FaultyFiles counted(scene.files, 0, false);
  const TreePlan plan = full_plan("/source");
  const Changes changes = scene.changes(plan);
  EXPECT_TRUE(apply(changes, counted, scene.tree));
  return counted.steps();
}

TEST(TreeApply, AFailureAtAnyStepLeavesTheTreeAsItWas) {
  const int count = steps();
  ASSERT_GT(count, 30);
  int refused = 0;
  for (int step = 1; step <= count; ++step) {
    TreeScene scene;
    furnish(scene);
    const auto before = scene.now();
    tests::FaultyFiles faulty(scene.files, step, false);
    const TreePlan plan = full_plan("/source");
    const Changes changes = scene.changes(plan);
    const Result<void> done = apply(changes, faulty, scene.tree);
    if (done || done.error().code == make_error_code(FileErrc::not_synced)) continue;
    ++refused;
    EXPECT_EQ(exit_code(done.error()), 12) << step;
    EXPECT_EQ(scene.now(), before) << "failed at step " << step;
  }
  EXPECT_GT(refused, 25);
}

TEST(TreeApply, AKillAtAnyStepIsTakenBackOrFinishedByTheNextRun) {
  TreeScene whole;
  furnish(whole);
  ASSERT_TRUE(whole.run(full_plan("/source")));
  const auto after = whole.now();
  int old_tree = 0;
  int new_tree = 0;
  for (int step = 1; step <= steps(); ++step) {
    TreeScene scene;
    furnish(scene);
    const auto before = scene.now();
    {
      tests::FaultyFiles dead(scene.files, step, true);
      const TreePlan plan = full_plan("/source");
      const Changes changes = scene.changes(plan);
      static_cast<void>(apply(changes, dead, scene.tree));
    }
    ASSERT_TRUE(hold_tree(scene.root(), scene.files, scene.tree));
    const auto now = scene.now();
    EXPECT_TRUE(now == before || now == after) << "killed at step " << step;
    (now == after ? new_tree : old_tree) += 1;
  }
  EXPECT_GT(old_tree, 25);
  EXPECT_GT(new_tree, 3);
}

TEST(TreeApply, HoldsTheTreeAgainstASecondRun) {
  TreeScene scene;
  const auto held = hold_tree(scene.root(), scene.files, scene.tree);
  ASSERT_TRUE(held);
  const auto second = hold_tree(scene.root(), scene.files, scene.tree);
  ASSERT_FALSE(second);
  EXPECT_EQ(exit_code(second.error()), 11);
  EXPECT_EQ(scene.now().size(), 1U) << "no lock file";
  const auto absent = hold_tree(scene.root() + "/none", scene.files, scene.tree);
  ASSERT_FALSE(absent);
  EXPECT_EQ(exit_code(absent.error()), 3);
}

TEST(TreeApply, TakesNoJournalOfAnotherForItsOwn) {
  TreeScene scene;
  scene.folder.write("etc/victim", "x");
  scene.folder.write("etc/.mediagateway.unfinished",
                     std::string("other\0n0000", 11) + scene.folder.path("etc/victim"));
  ASSERT_TRUE(hold_tree(scene.root(), scene.files, scene.tree));
  EXPECT_TRUE(scene.folder.has("etc/victim"));
  EXPECT_FALSE(scene.folder.has("etc/.mediagateway.unfinished"));
}

}  // namespace
}  // namespace touchstone::mediagateway
