#include "reference/base/durable_write.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/host/posix_files.h"
#include "tests/support/faulty_files.h"
#include "tests/support/temporary_folder.h"

namespace touchstone {
namespace {

using host::PosixFiles;
using tests::FaultyFiles;
using tests::TemporaryFolder;
using Names = std::set<std::string>;

FileToWrite file(const std::string& path, std::string_view content, bool replace = false,
                 const std::string& backup = {}) {
  return {.path = path,
          .content = as_octets(content),
          .attributes = {},
          .replace = replace,
          .backup = backup};
}

TEST(BackupName, PutsTheStampBeforeTheLastExtension) {
  using namespace std::chrono_literals;
  const auto time = std::chrono::local_days(2011y / 2 / 22) + 17h + 25min + 3s;
  EXPECT_EQ(backup_name("keyring.csv", time), "keyring.110222172503.csv");
  EXPECT_EQ(backup_name("/opt/on.ramp/keys", time), "/opt/on.ramp/keys.110222172503");
  EXPECT_EQ(backup_name("a/b.c.d", time), "a/b.c.110222172503.d");
  EXPECT_EQ(backup_name(".hidden", time), ".hidden.110222172503");
}

TEST(DurableWrite, ReplacesAFileAndKeepsTheOldUnderTheBackupName) {
  const TemporaryFolder folder;
  folder.write("k.csv", "old");
  PosixFiles files;
  ASSERT_TRUE(write_file(files, file(folder.path("k.csv"), "new", true, folder.path("k.1.csv"))));
  EXPECT_EQ(folder.read("k.csv"), "new");
  EXPECT_EQ(folder.read("k.1.csv"), "old");
  EXPECT_EQ(folder.names(), (Names{"k.csv", "k.1.csv"}));
}

TEST(DurableWrite, NeverOverwritesABackupOrANewFile) {
  const TemporaryFolder folder;
  folder.write("k.csv", "old");
  folder.write("k.1.csv", "older");
  PosixFiles files;
  const auto backed =
      write_file(files, file(folder.path("k.csv"), "x", true, folder.path("k.1.csv")));
  ASSERT_FALSE(backed);
  EXPECT_EQ(exit_code(backed.error()), 9);
  const auto fresh = write_file(files, file(folder.path("k.csv"), "x"));
  ASSERT_FALSE(fresh);
  EXPECT_EQ(exit_code(fresh.error()), 9);
  EXPECT_EQ(folder.read("k.csv"), "old");
  EXPECT_EQ(folder.read("k.1.csv"), "older");
  EXPECT_EQ(folder.names(), (Names{"k.csv", "k.1.csv"}));
}

/// Runs `write` with a fault at step 1, 2, ... until a run survives; `check` sees each outcome.
template <class Write, class Check>
int with_fault_at_every_step(bool dead_after, Write write, Check check) {
  for (int step = 1;; ++step) {
    const TemporaryFolder folder;
    PosixFiles machine;
    FaultyFiles files(machine, step, dead_after);
    const Result<void> result = write(files, folder);
    if (!files.faulted()) return step - 1;
    check(folder, result, step);
  }
}

TEST(DurableWrite, AFaultAtAnyStepLeavesTheOldOrTheNewFile) {
  for (const bool dead : {false, true}) {
    const int steps = with_fault_at_every_step(
        dead,
        [](Files& files, const TemporaryFolder& folder) {
          folder.write("k.csv", "old");
          return write_file(files, file(folder.path("k.csv"), "new", true, folder.path("k.1.csv")));
        },
        [dead](const TemporaryFolder& folder, const Result<void>& result, int step) {
          ASSERT_FALSE(result);
          const bool replaced = result.error().code == make_error_code(FileErrc::not_synced);
          EXPECT_EQ(folder.read("k.csv"), replaced ? "new" : "old") << "step " << step;
          if (!dead && !replaced) {
            EXPECT_EQ(folder.names(), Names{"k.csv"}) << "step " << step;
          }
          if (folder.has("k.1.csv")) {
            EXPECT_EQ(folder.read("k.1.csv"), "old");
          }
        });
    EXPECT_EQ(steps, 6);
  }
}

Result<void> write_three(Files& files, const TemporaryFolder& folder) {
  const std::vector<FileToWrite> set = {
      file(folder.path("b.sig"), "sig"), file(folder.path("b.manifest"), "manifest"),
      file(folder.path("old"), "new", true, folder.path("old.1")), file(folder.path("b"), "body")};
  folder.write("old", "old");
  return write_set(files, folder.path("b"), set);
}

const Names none_written = {"old"};
const Names all_written = {"b", "b.sig", "b.manifest", "old", "old.1"};

TEST(DurableWrite, ASetIsWrittenWhollyOrNotAtAllWhateverStepFails) {
  const int steps = with_fault_at_every_step(
      false, write_three, [](const TemporaryFolder& folder, const Result<void>& result, int step) {
        ASSERT_FALSE(result);
        const bool stands = result.error().code == make_error_code(FileErrc::not_synced);
        EXPECT_EQ(folder.names(), stands ? all_written : none_written) << "step " << step;
        EXPECT_EQ(folder.read("old"), stands ? "new" : "old");
      });
  EXPECT_GT(steps, 20);
}

TEST(DurableWrite, ASetOfAKilledRunIsTakenBackByTheNext) {
  const int steps = with_fault_at_every_step(
      true, write_three, [](const TemporaryFolder& folder, const Result<void>&, int step) {
        PosixFiles machine;
        const Result<bool> undone = undo_unfinished(machine, folder.path("b"));
        ASSERT_TRUE(undone) << undone.error().detail;
        EXPECT_EQ(folder.names(), folder.has("b") ? all_written : none_written) << "step " << step;
        EXPECT_EQ(folder.read("old"), folder.has("b") ? "new" : "old") << "step " << step;
        EXPECT_FALSE(*undo_unfinished(machine, folder.path("b")));
      });
  EXPECT_GT(steps, 20);
}

TEST(DurableWrite, AKillDuringTheTakingBackIsTakenBackToo) {
  for (int step = 1;; ++step) {
    const TemporaryFolder folder;
    PosixFiles machine;
    FaultyFiles killed(machine, 22, true);
    static_cast<void>(write_three(killed, folder));
    FaultyFiles again(machine, step, true);
    static_cast<void>(undo_unfinished(again, folder.path("b")));
    ASSERT_TRUE(undo_unfinished(machine, folder.path("b")));
    EXPECT_EQ(folder.names(), none_written) << "step " << step;
    EXPECT_EQ(folder.read("old"), "old");
    if (!again.faulted()) break;
  }
}

TEST(DurableWrite, ASetRefusesAFileThatStandsBeforeAnythingIsWritten) {
  const TemporaryFolder folder;
  folder.write("b.sig", "mine");
  PosixFiles files;
  const auto written = write_three(files, folder);
  ASSERT_FALSE(written);
  EXPECT_EQ(exit_code(written.error()), 9);
  EXPECT_EQ(written.error().place, folder.path("b.sig"));
  EXPECT_EQ(folder.names(), (Names{"old", "b.sig"}));
}

}  // namespace
}  // namespace touchstone
