#include "sim/machines/disk.h"

#include <gtest/gtest.h>

#include "reference/base/durable_write.h"

namespace touchstone::sim {
namespace {

const std::string path = "kms/keyring.csv";

FileToWrite replacing(std::string_view content) {
  return {.path = path,
          .content = as_octets(content),
          .attributes = {},
          .replace = true,
          .backup = "kms/keyring.old.csv"};
}

TEST(SimDisk, KeepsWhatWasSyncedAndNamed) {
  SimDisk disk(RandomStream(1, "kms1", "disk"));
  ASSERT_TRUE(write_file(disk, {.path = path, .content = as_octets("new"), .attributes = {}}));
  disk.cut_power();
  disk.power_on();
  ASSERT_NE(disk.look(path), nullptr);
  EXPECT_EQ(as_text(*disk.look(path)), "new");
  EXPECT_EQ(disk.counters().torn, 0U);
}

// Whatever the chance, the shipped sequence leaves the old or the new file whole; at every step.
TEST(SimDisk, NeverTearsAFileThatTheShippedSequenceWrites) {
  std::uint64_t old_ones = 0;
  std::uint64_t new_ones = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (std::uint64_t step = 1; step <= 6; ++step) {
      SimDisk disk(RandomStream(seed, "kms1", "disk"));
      disk.put(path, as_octets("old"));
      disk.cut_power_at(step, [] {});
      static_cast<void>(write_file(disk, replacing("new content")));
      disk.cut_power();
      disk.power_on();
      ASSERT_NE(disk.look(path), nullptr) << "step " << step;
      const std::string_view now = as_text(*disk.look(path));
      EXPECT_TRUE(now == "old" || now == "new content") << now;
      ++(now == "old" ? old_ones : new_ones);
    }
  }
  EXPECT_GT(old_ones, 100U);
  EXPECT_GT(new_ones, 10U);
}

// The disk does tear: a file that is named before it is synced does not survive.
TEST(SimDisk, TearsAFileThatIsNamedBeforeItIsSynced) {
  std::uint64_t torn = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk(RandomStream(seed, "kms1", "disk"));
    disk.put(path, as_octets("old"));
    auto pending = disk.create(path, {});
    ASSERT_TRUE((*pending)->write(as_octets("new content")));
    ASSERT_TRUE(disk.publish_replacing(**pending, path));
    disk.cut_power();
    disk.power_on();
    const std::string_view now = as_text(*disk.look(path));
    torn += now != "old" && now != "new content" ? 1U : 0U;
  }
  EXPECT_GT(torn, 20U);
}

TEST(SimDisk, RefusesToWriteWhenItIsFullAndKeepsTheOldFile) {
  SimDisk disk(RandomStream(1, "kms1", "disk"));
  disk.put(path, as_octets("old"));
  disk.set_full(true);
  EXPECT_FALSE(write_file(disk, replacing("new")));
  EXPECT_EQ(as_text(*disk.look(path)), "old");
  EXPECT_GT(disk.counters().refused, 0U);
  disk.set_full(false);
  EXPECT_TRUE(write_file(disk, replacing("new")));
}

TEST(SimDisk, LocksAFileOnceAtATime) {
  SimDisk disk(RandomStream(1, "kms1", "disk"));
  auto first = disk.lock("x.lock");
  ASSERT_TRUE(first);
  EXPECT_FALSE(disk.lock("x.lock"));
  first->reset();
  EXPECT_TRUE(disk.lock("x.lock"));
}

}  // namespace
}  // namespace touchstone::sim
