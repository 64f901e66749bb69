#include "reference/ipsec/config/racoon_edit.h"

#include <gtest/gtest.h>

namespace touchstone::ipsec::config {
namespace {

const std::string hand_made =
    "# ours, do not touch\n"
    "path include \"/etc/racoon\";   # twice\n"
    "\n"
    "include \"/etc/racoon/10.0.0.2.conf\";\n"
    "include \"/etc/racoon/10.0.0.20.conf\"; log info;\n"
    "remote 10.0.0.9 { # old\n"
    "\texchange_mode main; }\n"
    "# the end";

TEST(RacoonEdit, AddsAnIncludeOnce) {
  const std::string added = add_include(hand_made, "/etc/racoon/10.0.0.3.conf");
  EXPECT_EQ(added, hand_made + "\ninclude \"/etc/racoon/10.0.0.3.conf\";\n");
  EXPECT_EQ(add_include(added, "/etc/racoon/10.0.0.3.conf"), added);
  EXPECT_EQ(add_include("", "a"), "include \"a\";\n");
}

TEST(RacoonEdit, TakesAnIncludeAwayWithItsLineAlone) {
  std::string expected = hand_made;
  const std::string line = "include \"/etc/racoon/10.0.0.2.conf\";\n";
  expected.erase(expected.find(line), line.size());
  EXPECT_EQ(remove_include(hand_made, "/etc/racoon/10.0.0.2.conf"), expected);
  const std::string shared = remove_include(hand_made, "/etc/racoon/10.0.0.20.conf");
  EXPECT_NE(shared.find("\n log info;\n"), std::string::npos);
  EXPECT_EQ(remove_include(hand_made, "/etc/racoon/10.0.0.4.conf"), hand_made);
}

TEST(RacoonEdit, GivesBackWhatWasThereBefore) {
  for (const std::string_view path : {"/a", "/etc/racoon/x y.conf"})
    EXPECT_EQ(remove_include(add_include(hand_made + "\n", path), path), hand_made + "\n");
}

TEST(RacoonEdit, ReplacesARemoteWhereItStood) {
  const std::string changed = replace_remote(hand_made, "10.0.0.9", "remote 10.0.0.9 { }\n");
  EXPECT_NE(changed.find("log info;\nremote 10.0.0.9 { }\n# the end"), std::string::npos)
      << changed;
  EXPECT_EQ(changed.find("# old"), std::string::npos);
  const std::string added = replace_remote(hand_made, "10.0.0.8", "remote 10.0.0.8 { }");
  EXPECT_EQ(added, hand_made + "\nremote 10.0.0.8 { }\n");
}

}  // namespace
}  // namespace touchstone::ipsec::config
