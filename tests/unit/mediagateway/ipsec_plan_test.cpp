#include "reference/mediagateway/ipsec_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/setkey.h"
#include "tests/unit/mediagateway/ipsec_scene.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> names_of(const MemoryTree& memory) {
  std::vector<std::string> names;
  for (const auto& [name, text] : memory.files)
    names.push_back(name);
  return names;
}

/// The codes of what the profile strict minds in the racoon.conf of a tree, includes and all.
std::vector<std::string> strict_codes(MemoryTree& memory) {
  config::RacoonOptions options;
  options.includes.view = &memory;
  const auto reading = config::read_racoon(
      "/etc/racoon/racoon.conf", secret(memory.files.at("/etc/racoon/racoon.conf")), options);
  std::vector<std::string> codes;
  for (const auto& one : reading.findings)
    codes.emplace_back(one.finding.code);
  return codes;
}

TEST(IpsecPlan, MakesTheFilesOfTheDocument) {
  MemoryTree memory;
  ASSERT_EQ(create(memory, wish()), "");
  EXPECT_THAT(names_of(memory), ElementsAre("/etc/racoon.conf", "/etc/racoon/192.168.1.200.conf",
                                            "/etc/racoon/psk.txt", "/etc/racoon/racoon.conf",
                                            "/etc/sysconfig/network-scripts/ifcfg-head"));
  EXPECT_EQ(memory.files["/etc/racoon.conf"], "-> racoon/racoon.conf") << "holds under a root";
  EXPECT_EQ(memory.files["/etc/racoon/psk.txt"], "192.168.1.200 a key of enough octets\n");
  EXPECT_THAT(strict_codes(memory), IsEmpty());
}

TEST(IpsecPlan, MakesWhatRacoonTakesForEveryKindOfConfiguration) {
  const auto change = [](CreateWish& one, int kind) {
    if ((kind & 1) != 0) one.profile = "modern";
    if ((kind & 2) != 0) one.network = "192.168.2.0/24";
    if ((kind & 4) != 0) one.proto = "ah";
    if ((kind & 8) != 0) {
      one.protocol = "132";
      one.destination_port = "2816";
    }
  };
  for (int kind = 0; kind < 16; ++kind) {
    MemoryTree memory;
    CreateWish wanted = wish();
    change(wanted, kind);
    ASSERT_EQ(create(memory, wanted), "") << kind;
    EXPECT_THAT(strict_codes(memory), IsEmpty()) << kind;
    IpsecTree tree(memory);
    const auto connection = tree.connection("head");
    ASSERT_TRUE(connection) << kind;
    const auto reading =
        config::read_setkey(secret(policies_of(*connection)), config::Profile::strict);
    EXPECT_THAT(reading.findings, IsEmpty()) << kind;
    EXPECT_EQ(reading.policies.back().requests[0].mode,
              (kind & 2) != 0 ? config::SaMode::tunnel : config::SaMode::transport);
    EXPECT_EQ(reading.policies.back().protocol, (kind & 8) != 0 ? 132U : 255U);
  }
}

TEST(IpsecPlan, UsesAnUnderscoreForEachColonOfAPeer) {
  MemoryTree memory;
  CreateWish wanted = wish();
  wanted.source = "fd00::1";
  wanted.destination = "fd00::2";
  ASSERT_EQ(create(memory, wanted), "");
  EXPECT_TRUE(memory.files.contains("/etc/racoon/fd00__2.conf"));
  EXPECT_THAT(strict_codes(memory), IsEmpty());
}

TEST(IpsecPlan, KeepsWhatWasWrittenByHand) {
  MemoryTree memory;
  memory.files["/etc/racoon/racoon.conf"] = "# mine\nlog debug; # loud\n";
  memory.files["/etc/racoon/psk.txt"] =
      "# keys\n10.0.0.9 that of another\n192.168.1.200 the old one\n192.168.1.200 twice\n";
  ASSERT_EQ(create(memory, wish()), "");
  EXPECT_EQ(memory.files["/etc/racoon/racoon.conf"],
            "# mine\nlog debug; # loud\ninclude \"/etc/racoon/192.168.1.200.conf\";\n");
  EXPECT_EQ(memory.files["/etc/racoon/psk.txt"],
            "# keys\n10.0.0.9 that of another\n192.168.1.200 a key of enough octets\n");
}

TEST(IpsecPlan, LeavesWhatASecondConfigurationAloneWouldHaveMade) {
  MemoryTree alone;
  ASSERT_EQ(create(alone, wish("b", "192.168.1.201")), "");
  MemoryTree both;
  ASSERT_EQ(create(both, wish("a")), "");
  ASSERT_EQ(create(both, wish("b", "192.168.1.201")), "");
  ASSERT_EQ(remove(both, "a"), "");
  EXPECT_EQ(both.files, alone.files);
  ASSERT_EQ(remove(both, "b"), "");
  EXPECT_THAT(both.files, IsEmpty());
}

TEST(IpsecPlan, RemovesTheKeyOfTheGatewayWithItsLastUser) {
  const auto with_own = [](const std::string& name, const std::string& peer) {
    CreateWish made = wish(name, peer);
    made.source_key = secret("the key of the gateway itself");
    return made;
  };
  MemoryTree memory;
  memory.files["/etc/racoon/psk.txt"] = "10.0.0.9 that of another\n";
  ASSERT_EQ(create(memory, with_own("a", "192.168.1.200")), "");
  ASSERT_EQ(create(memory, with_own("b", "192.168.1.201")), "");
  ASSERT_EQ(remove(memory, "a"), "");
  EXPECT_THAT(memory.files["/etc/racoon/psk.txt"], HasSubstr("192.168.1.100 "));
  ASSERT_EQ(remove(memory, "b"), "");
  EXPECT_EQ(memory.files["/etc/racoon/psk.txt"], "10.0.0.9 that of another\n");
}

TEST(IpsecPlan, KeepsACopyOfAPeerFileThatWasChanged) {
  MemoryTree memory;
  ASSERT_EQ(create(memory, wish()), "");
  memory.files["/etc/racoon/192.168.1.200.conf"] += "# longer life\n";
  ASSERT_EQ(remove(memory, "head"), "");
  EXPECT_THAT(names_of(memory), ElementsAre("/etc/racoon/192.168.1.200.conf.bak"));
  EXPECT_THAT(remove(memory, "head"), Not(IsEmpty())) << "exit 3";
}

TEST(IpsecPlan, RefusesARacoonConfThatCannotBeChangedSafely) {
  for (const char* text : {"remote 10.0.0.2 {\n", "log \"info\n", "nonsense;\n"}) {
    MemoryTree memory;
    memory.files["/etc/racoon/racoon.conf"] = text;
    EXPECT_THAT(create(memory, wish()), HasSubstr("racoon.conf")) << text;
    EXPECT_EQ(memory.files.size(), 1U);
  }
}

TEST(IpsecPlan, SaysWhichPartsOfTheKeysFileAreSecret) {
  MemoryTree memory;
  memory.files["/etc/racoon/psk.txt"] = "10.0.0.9 that of another\n# end\n";
  IpsecTree tree(memory);
  const CreateWish wanted = wish();
  const auto checked = check_create(wanted, tree);
  TreePlan plan;
  ASSERT_TRUE(plan_create(checked->connection, wanted, tree, "/root", plan));
  const auto keys = std::ranges::find(plan.wishes(), "/etc/racoon/psk.txt", &Wish::path);
  ASSERT_NE(keys, plan.wishes().end());
  EXPECT_EQ(keys->mode, 0600U);
  std::string shown;
  for (const FileContent::Piece& piece : keys->content.pieces()) {
    if (piece.origin == FileContent::Origin::text) shown += as_text(keys->content.octets_of(piece));
    const bool of_file = piece.origin == FileContent::Origin::file;
    EXPECT_TRUE(!of_file || piece.source == "/root/etc/racoon/psk.txt");
  }
  EXPECT_EQ(shown, "192.168.1.200 \n") << "no key of anybody";
}

TEST(IpsecPlan, UsesTheFolderOfTheDocumentWhereThatIsThere) {
  MemoryTree memory;
  memory.files["/etc/sysconf/network-scripts"] = "";
  ASSERT_EQ(create(memory, wish()), "");
  EXPECT_TRUE(memory.files.contains("/etc/sysconf/network-scripts/ifcfg-head"));
}

}  // namespace
}  // namespace touchstone::mediagateway
