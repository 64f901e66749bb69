#include "reference/host/posix_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference/base/durable_write.h"
#include "reference/base/exit_class.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::host {
namespace {

using tests::TemporaryFolder;

int refusal(const Result<SecretOctets>& result) {
  return result ? 0 : exit_code(result.error());
}

TEST(PosixFiles, ReadsRegularFilesAlone) {
  const TemporaryFolder folder;
  folder.write("plain", "content");
  ASSERT_EQ(::symlink("plain", folder.path("link").c_str()), 0);
  ASSERT_EQ(::mkfifo(folder.path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir(folder.path("folder").c_str(), 0700), 0);
  PosixFiles files;
  EXPECT_EQ(as_text(*files.read(folder.path("plain"), 7, Access::secret)), "content");
  for (const char* name : {"link", "fifo", "folder"}) {
    const auto read = files.read(folder.path(name), 100, Access::any);
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, make_error_code(FileErrc::not_regular)) << name;
    EXPECT_EQ(read.error().place, folder.path(name));
  }
  EXPECT_EQ(refusal(files.read("/dev/null", 100, Access::any)), 3);
  EXPECT_EQ(refusal(files.read(folder.path("absent"), 100, Access::any)), 3);
  EXPECT_EQ(refusal(files.read(folder.path("plain/x"), 100, Access::any)), 3);
}

TEST(PosixFiles, RefusesAFileOverTheLimit) {
  const TemporaryFolder folder;
  folder.write("plain", "content");
  PosixFiles files;
  EXPECT_EQ(refusal(files.read(folder.path("plain"), 6, Access::any)), 6);
  EXPECT_EQ(refusal(files.read("/proc/self/status", 10, Access::any)), 6) << "size 0 says fstat";
}

TEST(PosixFiles, RefusesASecretThatOthersMayTouch) {
  const TemporaryFolder folder;
  PosixFiles files;
  PosixFiles lax(true);
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U}) {
    folder.write("secret", "content", mode);
    const auto read = files.read(folder.path("secret"), 100, Access::secret);
    ASSERT_FALSE(read) << mode;
    EXPECT_EQ(read.error().code, make_error_code(FileErrc::bad_permissions));
    EXPECT_TRUE(files.read(folder.path("secret"), 100, Access::any));
    EXPECT_TRUE(lax.read(folder.path("secret"), 100, Access::secret));
  }
  folder.write("secret", "content", 0400);
  EXPECT_TRUE(files.read(folder.path("secret"), 100, Access::secret));
}

TEST(PosixFiles, ModesDoNotDependOnTheUmask) {
  const TemporaryFolder folder;
  PosixFiles files;
  for (const mode_t mask : {0000U, 0077U, 0777U}) {
    const mode_t before = ::umask(mask);
    const std::string path = folder.path("new");
    EXPECT_TRUE(write_file(files, {.path = path, .content = as_octets("x"), .attributes = {}}));
    EXPECT_TRUE(files.append(folder.path("log"), as_octets("line\n"), {}));
    ::umask(before);
    EXPECT_EQ(files.info(path)->mode, 0600U) << mask;
    EXPECT_EQ(files.info(folder.path("log"))->mode, 0600U) << mask;
    EXPECT_TRUE(files.remove(path));
    EXPECT_TRUE(files.remove(folder.path("log")));
  }
}

TEST(PosixFiles, KeepsOwnerAndGroupWhenAskedByRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a file away";
  const TemporaryFolder folder;
  PosixFiles files;
  const FileAttributes attributes{.mode = 0640, .set_owner = true, .owner = 12, .group = 34};
  ASSERT_TRUE(write_file(
      files, {.path = folder.path("f"), .content = as_octets("x"), .attributes = attributes}));
  const FileInfo info = *files.info(folder.path("f"));
  EXPECT_EQ(info.owner, 12U);
  EXPECT_EQ(info.group, 34U);
  EXPECT_EQ(info.mode, 0640U);
}

TEST(PosixFiles, AppendRefusesAnythingButAFile) {
  const TemporaryFolder folder;
  folder.write("target", "");
  ASSERT_EQ(::symlink("target", folder.path("link").c_str()), 0);
  ASSERT_EQ(::mkfifo(folder.path("fifo").c_str(), 0600), 0);
  PosixFiles files;
  EXPECT_FALSE(files.append(folder.path("link"), as_octets("x"), {}));
  EXPECT_FALSE(files.append(folder.path("fifo"), as_octets("x"), {}));
  EXPECT_EQ(folder.read("target"), "");
}

TEST(PosixFiles, ALockIsHeldOnceAndEndsWithItsHolder) {
  const TemporaryFolder folder;
  PosixFiles files;
  auto lock = files.lock(folder.path("k.lock"));
  ASSERT_TRUE(lock);
  const auto second = files.lock(folder.path("k.lock"));
  ASSERT_FALSE(second);
  EXPECT_EQ(exit_code(second.error()), 11);
  lock->reset();
  EXPECT_TRUE(files.lock(folder.path("k.lock")));
}

TEST(PosixFiles, ADroppedPendingFileLeavesNothing) {
  const TemporaryFolder folder;
  PosixFiles files;
  {
    auto pending = files.create(folder.path("f"), {});
    ASSERT_TRUE(pending);
    ASSERT_TRUE((*pending)->write(as_octets("secret")));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(PosixFiles, APendingNameOfAKilledRunDoesNotStopTheNext) {
  const TemporaryFolder folder;
  folder.write("f", "old");
  folder.write(".f.pending", "left over");
  PosixFiles files;
  ASSERT_TRUE(write_file(
      files,
      {.path = folder.path("f"), .content = as_octets("new"), .attributes = {}, .replace = true}));
  EXPECT_EQ(folder.read("f"), "new");
  EXPECT_EQ(folder.names(), std::set<std::string>{"f"});
}

}  // namespace
}  // namespace touchstone::host
