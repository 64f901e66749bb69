#include "reference/gateway/cache_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "reference/gateway/errc.h"
#include "reference/host/posix_files.h"
#include "tests/support/faulty_files.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::gateway {
namespace {

SecretKey<16> key(std::uint8_t value) {
  std::array<std::uint8_t, 16> octets;
  octets.fill(value);
  return SecretKey<16>(octets);
}

Cache cache_of(std::uint8_t nodes) {
  Cache cache;
  cache.realm = "example";
  for (std::uint8_t i = 1; i <= nodes; ++i)
    cache.nodes.emplace(i, key(i));
  return cache;
}

class CacheOnDisk : public testing::Test {
 protected:
  CacheFile open() { return CacheFile::open(files_, path_).value(); }

  tests::TemporaryFolder folder_;
  host::PosixFiles files_;
  std::string path_ = folder_.path("gateway.cache");
};

TEST_F(CacheOnDisk, IsEmptyWhenThereIsNoFile) {
  const Cache cache = open().read("example").value();
  EXPECT_EQ(cache.realm, "example");
  EXPECT_TRUE(cache.nodes.empty());
  EXPECT_FALSE(cache.gateway);
}

TEST_F(CacheOnDisk, ReadsWhatItWroteWithModeForItsOwnerAlone) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(open().write(cache_of(2)));
  ASSERT_TRUE(open().write(cache_of(3)));
  ::umask(before);
  EXPECT_EQ(open().read("example")->nodes.size(), 3U);
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_EQ(folder_.names(), (std::set<std::string>{"gateway.cache", "gateway.cache.lock"}));
}

TEST_F(CacheOnDisk, IsRefusedWhenOthersMayReadIt) {
  ASSERT_TRUE(open().write(cache_of(1)));
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  const auto read = open().read("example");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, FileErrc::bad_permissions);
  EXPECT_EQ(read.error().place, path_);
}

TEST_F(CacheOnDisk, OfAnotherRealmIsToldApartFromADamagedOne) {
  ASSERT_TRUE(open().write(cache_of(1)));
  EXPECT_EQ(open().read("elsewhere").error().code, Errc::other_realm);
  folder_.write("gateway.cache", folder_.read("gateway.cache").substr(0, 60));
  EXPECT_EQ(open().read("example").error().code, Errc::truncated);
}

TEST_F(CacheOnDisk, BelongsToOneGatewayAtATime) {
  const CacheFile first = open();
  const auto second = CacheFile::open(files_, path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, FileErrc::busy);
}

TEST_F(CacheOnDisk, AKillAtAnyStepLeavesTheOldOrTheNewOne) {
  int step = 1;
  for (bool faulted = true; faulted; ++step) {
    ASSERT_TRUE(open().write(cache_of(1)));
    tests::FaultyFiles dying(files_, step, true);
    auto written = CacheFile::open(dying, path_);
    if (written) static_cast<void>(written->write(cache_of(2)));
    written = std::unexpected(Error{});
    faulted = dying.faulted();
    const auto read = open().read("example");
    ASSERT_TRUE(read) << "step " << step;
    EXPECT_EQ(read->nodes.size(), faulted && read->nodes.size() == 1 ? 1U : 2U) << step;
  }
  EXPECT_GT(step, 4);
}

}  // namespace
}  // namespace touchstone::gateway
