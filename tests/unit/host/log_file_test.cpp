#include "reference/host/log_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"

namespace touchstone::host {
namespace {

class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time(std::chrono::seconds(1298395503)); }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override {
    return std::chrono::local_seconds(time.time_since_epoch());
  }
};

class LogFileTest : public testing::Test {
 protected:
  tests::TemporaryFolder folder_;
  StoppedClock clock_;
};

TEST_F(LogFileTest, AppendsStampedLines) {
  folder_.write("log", "old\n");
  auto log = LogFile::open(folder_.path("log"), clock_);
  ASSERT_TRUE(log);
  log->add("waits");
  EXPECT_EQ(folder_.read("log"), "old\n");
  log->line("now");
  EXPECT_EQ(folder_.read("log"), "old\n2011-02-22T17:25:03Z waits\n2011-02-22T17:25:03Z now\n");
}

TEST_F(LogFileTest, ANewFileHasMode0640WhateverTheUmask) {
  for (const mode_t mask : {0000U, 0077U}) {
    const mode_t before = ::umask(mask);
    const auto log = LogFile::open(folder_.path("log"), clock_);
    ::umask(before);
    ASSERT_TRUE(log);
    struct stat status{};
    ASSERT_EQ(::stat(folder_.path("log").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
    ::unlink(folder_.path("log").c_str());
  }
}

TEST_F(LogFileTest, NeverWritesThroughALink) {
  folder_.write("victim", "whole");
  ASSERT_EQ(::symlink(folder_.path("victim").c_str(), folder_.path("log").c_str()), 0);
  EXPECT_FALSE(LogFile::open(folder_.path("log"), clock_));
  EXPECT_EQ(folder_.read("victim"), "whole");
}

TEST_F(LogFileTest, ReopenBeginsANewFileWhereTheOldOneWasMoved) {
  auto log = LogFile::open(folder_.path("log"), clock_);
  ASSERT_TRUE(log);
  log->line("first");
  ASSERT_EQ(::rename(folder_.path("log").c_str(), folder_.path("log.1").c_str()), 0);
  ASSERT_TRUE(log->reopen());
  log->line("second");
  EXPECT_EQ(folder_.read("log.1"), "2011-02-22T17:25:03Z first\n");
  EXPECT_EQ(folder_.read("log"), "2011-02-22T17:25:03Z second\n");
}

TEST_F(LogFileTest, AReopenThatFailsKeepsTheOldFile) {
  auto log = LogFile::open(folder_.path("log"), clock_);
  ASSERT_TRUE(log);
  ASSERT_EQ(::rename(folder_.path("log").c_str(), folder_.path("log.1").c_str()), 0);
  ASSERT_EQ(::mkdir(folder_.path("log").c_str(), 0700), 0);
  EXPECT_FALSE(log->reopen());
  log->line("still here");
  EXPECT_EQ(folder_.read("log.1"), "2011-02-22T17:25:03Z still here\n");
}

}  // namespace
}  // namespace touchstone::host
