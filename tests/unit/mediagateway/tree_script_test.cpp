#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/mediagateway/tree_scene.h"

namespace touchstone::mediagateway {
namespace {

constexpr const char* secret = "to'p $HOME `x`";

/// Runs the script with sh and gives what the shell says.
int run(const tests::TemporaryFolder& place, OctetView script, const std::string& environment) {
  place.write("script", std::string(as_text(script)));
  return std::system(
      (environment + " sh " + place.path("script") + " 2>" + place.path("errors")).c_str());
}

TEST(TreeScript, MakesTheSameTreeAsTheRun) {
  tests::TemporaryFolder place;
  place.write("source", "abcdefg");
  TreeScene by_run;
  TreeScene by_script;
  furnish(by_run);
  furnish(by_script);
  const TreePlan plan = full_plan(place.path("source"));
  const Changes changes = by_script.changes(plan);
  EXPECT_EQ(run(place, print_script("test", changes, Secrets::shown), ""), 0)
      << place.read("errors");
  ASSERT_TRUE(by_run.run(plan));
  EXPECT_EQ(by_script.now(), by_run.now());
  EXPECT_EQ(by_run.now().at("/etc/certs/key.pem"),
            std::to_string(S_IFREG | 0600) + " it's a key: cde\n");
  EXPECT_TRUE(by_script.changes(plan).list.empty()) << "the second time there is nothing to do";
}

TEST(TreeScript, HidesSecretsBehindVariables) {
  tests::TemporaryFolder place;
  place.write("source", "abcdefg");
  TreeScene scene;
  furnish(scene);
  const TreePlan plan = full_plan(place.path("source"));
  const Changes changes = scene.changes(plan);
  const SecretOctets script = print_script("test", changes, Secrets::hidden);
  EXPECT_EQ(as_text(script).find("HOME"), std::string_view::npos);
  const auto before = scene.now();
  EXPECT_NE(run(place, script, ""), 0);
  EXPECT_NE(place.read("errors").find("--show-secrets"), std::string::npos);
  EXPECT_EQ(scene.now(), before) << "a script without its secret changes nothing";
  ::setenv("secret_1", secret, 1);
  EXPECT_EQ(run(place, script, ""), 0) << place.read("errors");
  ::unsetenv("secret_1");
  EXPECT_EQ(scene.now().at("/etc/replaced"),
            std::to_string(S_IFREG | 0600) + " password=\"" + secret + "\"\n");
}

TEST(TreeScript, SaysWhenThereIsNothingToDo) {
  TreeScene scene;
  const TreePlan plan;
  const Changes changes = scene.changes(plan);
  EXPECT_NE(as_text(print_script("test", changes, Secrets::hidden)).find("nothing to change"),
            std::string_view::npos);
}

}  // namespace
}  // namespace touchstone::mediagateway
