#include "reference/mediagateway/tree_plan.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "tests/unit/mediagateway/tree_scene.h"

namespace touchstone::mediagateway {
namespace {

std::vector<std::string> told(const Changes& changes) {
  std::vector<std::string> lines;
  for (const Change& change : changes.list)
    lines.push_back(describe(change));
  return lines;
}

TEST(TreePlan, TellsWhatATreeNeeds) {
  TreeScene scene;
  furnish(scene);
  EXPECT_EQ(
      told(scene.changes(full_plan("/source"))),
      (std::vector<std::string>{"set mode of /etc/certs to 0700", "write /etc/certs/key.pem (0600)",
                                "write /etc/replaced (0600), the old one is /etc/replaced.bak",
                                "make folder /etc/deep (0755)", "make folder /etc/deep/er (0755)",
                                "write /etc/deep/er/empty (0644)", "link /etc/link to replaced",
                                "link /etc/other to certs/key.pem", "remove /etc/gone"}));
}

TEST(TreePlan, LeavesWhatIsAsPlanned) {
  TreeScene scene;
  scene.folder.write("etc/a", "same\n", 0600);
  TreePlan plan;
  plan.write("/etc/a", 0600, FileContent("same\n"));
  EXPECT_TRUE(scene.changes(plan).list.empty());
}

TEST(TreePlan, RepairsAModeWithoutABackup) {
  TreeScene scene;
  scene.folder.write("etc/a", "same\n", 0644);
  TreePlan plan;
  plan.write("/etc/a", 0600, FileContent("same\n"));
  EXPECT_EQ(told(scene.changes(plan)), std::vector<std::string>{"write /etc/a (0600)"});
}

TEST(TreePlan, TheLastWishForAPathCounts) {
  TreePlan plan;
  plan.remove("/etc/a");
  plan.write("/etc/a", 0600, FileContent("x"));
  ASSERT_EQ(plan.wishes().size(), 1U);
  EXPECT_EQ(plan.wishes()[0].kind, Wish::Kind::file);
}

TEST(TreePlan, RefusesToWriteThroughALinkOrOverAFolder) {
  TreeScene scene;
  std::filesystem::create_symlink("/tmp", scene.folder.path("etc/out"));
  std::filesystem::create_directory(scene.folder.path("etc/folder"));
  for (const char* path : {"/etc/out", "/etc/out/file", "/etc/folder"}) {
    TreePlan plan;
    plan.write(path, 0600, FileContent("x"));
    const auto refused = compare(plan, scene.root(), scene.files, scene.tree);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(exit_code(refused.error()), 3) << path;
  }
  TreePlan plan;
  plan.remove("/etc/folder");
  EXPECT_FALSE(compare(plan, scene.root(), scene.files, scene.tree));
  TreePlan link;
  link.link("/etc/folder", "x");
  EXPECT_FALSE(compare(link, scene.root(), scene.files, scene.tree));
}

}  // namespace
}  // namespace touchstone::mediagateway
