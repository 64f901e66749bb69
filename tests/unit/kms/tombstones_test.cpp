#include "reference/kms/tombstones.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/host/posix_files.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::kms {
namespace {

using Stones = std::vector<Tombstone>;

class TombstoneFileTest : public testing::Test {
 protected:
  Result<void> append(const Stones& stones) {
    return append_tombstones(files_, folder_.path("k"), {}, stones, "2026-11-20T13:00:00Z",
                             "stolen, twice");
  }
  Stones read() { return read_tombstones(files_, folder_.path("k"))->stones; }

  tests::TemporaryFolder folder_;
  host::PosixFiles files_;
};

TEST_F(TombstoneFileTest, KeepsTheHighestCountOfEachNodeInOrder) {
  EXPECT_TRUE(read().empty());
  ASSERT_TRUE(append({{9, 0}, {0x10200, 4}}));
  ASSERT_TRUE(append({{3, 1}, {9, 2}}));
  EXPECT_EQ(read(), (Stones{{3, 1}, {9, 2}, {0x10200, 4}}));
  EXPECT_TRUE(folder_.read("k.tombstones")
                  .starts_with("tombstones, 1\n0x00000009,0,2026-11-20T13:00:00Z,stolen, twice\n"));
}

TEST_F(TombstoneFileTest, SaysNothingTwice) {
  ASSERT_TRUE(append({{9, 3}}));
  const std::string before = folder_.read("k.tombstones");
  ASSERT_TRUE(append({{9, 3}}));
  ASSERT_TRUE(append({{9, 2}}));
  EXPECT_EQ(folder_.read("k.tombstones"), before);
}

TEST_F(TombstoneFileTest, CutsATornLineAtEveryOctet) {
  ASSERT_TRUE(append({{9, 3}}));
  const std::string whole = folder_.read("k.tombstones");
  for (std::size_t end = 0; end < whole.size(); ++end) {
    folder_.write("k.tombstones", whole.substr(0, end));
    EXPECT_TRUE(read().empty()) << end;
    ASSERT_TRUE(append({{9, 3}})) << end;
    EXPECT_EQ(folder_.read("k.tombstones"), whole) << end;
  }
}

TEST_F(TombstoneFileTest, RefusesLinesThatAreNotOurs) {
  for (const char* text :
       {"tombstones, 2\n", "x\n", "tombstones, 1\n\n", "tombstones, 1\n9,0,t,r\n",
        "tombstones, 1\n0x00000009,-1,t,r\n", "tombstones, 1\n0x0000000g,1,t,r\n",
        "tombstones, 1\n0x00000009,1\n", "tombstones, 1\n0x00000009,1,t\n"}) {
    folder_.write("k.tombstones", text);
    const auto refused = read_tombstones(files_, folder_.path("k"));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(exit_code(refused.error()), 6);
  }
}

}  // namespace
}  // namespace touchstone::kms
