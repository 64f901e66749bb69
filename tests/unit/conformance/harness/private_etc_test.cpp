// A command with an /etc of its own: what it left, what it started, and that the machine is as it
// was.

#include "conformance/harness/private_etc.h"

#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/support/temporary_folder.h"

namespace touchstone::conformance::harness {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

unsigned mode_of(const fs::path& file) {
  struct stat info{};
  return ::lstat(file.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

bool is_white_out(const fs::path& file) {
  struct stat info{};
  return ::lstat(file.c_str(), &info) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == 0;
}

class PrivateEtcTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(sandbox_ / "etc");
    const PrivateRun probe = shell("true");
    if (!probe.fault.empty()) GTEST_SKIP() << probe.fault;
  }

  PrivateRun shell(std::string script, std::optional<unsigned> umask = {}, int limit_ms = 10000) {
    return place_.run(sandbox_,
                      {.argv = {"/bin/sh", "-c", std::move(script)},
                       .folder = {},
                       .input = "typed\n",
                       .time_limit = std::chrono::milliseconds(limit_ms),
                       .search_folder = {}},
                      umask);
  }

  tests::TemporaryFolder folder_{"/dev/shm"};  // where a run has its sandboxes
  fs::path sandbox_ = fs::path(folder_.folder()) / "case";
  PrivateEtc place_{fs::path(folder_.folder()) / "private"};
};

TEST_F(PrivateEtcTest, KeepsWhatTheCommandMadeWithItsModes) {
  const PrivateRun run = shell(
      "mkdir -m 0750 /etc/racoon; cat > /etc/racoon/psk.txt; chmod 0600 /etc/racoon/psk.txt;"
      "ln -s racoon/racoon.conf /etc/racoon.conf; echo told; echo oops >&2; exit 6");
  EXPECT_EQ(run.process.exit_status, 6);
  EXPECT_EQ(run.process.output, "told\n");
  EXPECT_EQ(run.process.errors, "oops\n");
  EXPECT_EQ(content_of(sandbox_ / "etc/racoon/psk.txt"), "typed\n");
  EXPECT_EQ(mode_of(sandbox_ / "etc/racoon/psk.txt"), 0600U);
  EXPECT_EQ(mode_of(sandbox_ / "etc/racoon"), 0750U);
  EXPECT_EQ(fs::read_symlink(sandbox_ / "etc/racoon.conf"), "racoon/racoon.conf");
  EXPECT_FALSE(fs::exists("/etc/racoon/psk.txt"));
}

TEST_F(PrivateEtcTest, ShowsTheNextCommandWhatTheLastOneLeft) {
  std::ofstream(sandbox_ / "etc/given") << "one\n";
  EXPECT_EQ(shell("cat /etc/given; echo two > /etc/given; echo three > /etc/other").process.output,
            "one\n");
  EXPECT_EQ(shell("cat /etc/given /etc/other; rm /etc/other").process.output, "two\nthree\n");
  EXPECT_FALSE(fs::exists(sandbox_ / "etc/other"));
}

TEST_F(PrivateEtcTest, KeepsAWhiteOutForAFileOfTheMachine) {
  ASSERT_EQ(
      shell("rm /etc/passwd; rm -r /etc/skel; mkdir /etc/skel; ls -A /etc/skel").process.output,
      "");
  EXPECT_TRUE(is_white_out(sandbox_ / "etc/passwd"));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
  EXPECT_EQ(shell("ls -A /etc/skel; ls /etc/passwd || echo gone").process.output, "gone\n");
  EXPECT_EQ(shell("echo new > /etc/passwd; cat /etc/passwd").process.output, "new\n");
  EXPECT_EQ(content_of(sandbox_ / "etc/passwd"), "new\n");
}

TEST_F(PrivateEtcTest, TellsTheProgramsThatTheCommandStarted) {
  const PrivateRun run = shell("(id -u; /bin/echo 'a b' '') > /dev/null; exec /bin/echo secret");
  ASSERT_EQ(run.executed.size(), 2U);
  EXPECT_THAT(run.executed[0], ElementsAre("id", "-u"));
  EXPECT_THAT(run.executed[1], ElementsAre("/bin/echo", "a b", ""));
}

TEST_F(PrivateEtcTest, PutsProgramsOfTheSuiteOverThoseOfTheMachine) {
  fs::create_directories(sandbox_ / "sbin");
  std::ofstream(sandbox_ / "sbin/setkey") << "#!/bin/sh\necho noted \"$@\"\n";
  ::chmod((sandbox_ / "sbin/setkey").c_str(), 0755);
  const PrivateRun run = shell("/usr/sbin/setkey -c");
  EXPECT_EQ(run.process.output, "noted -c\n");
  EXPECT_THAT(run.executed, Contains(ElementsAre("/bin/sh", "/usr/sbin/setkey", "-c")));
}

TEST_F(PrivateEtcTest, EndsWhatTheCommandLeavesRunning) {
  const auto start = std::chrono::steady_clock::now();
  const PrivateRun run = shell("(sleep 60; echo late > /etc/late) & setsid sleep 60 & exit 0");
  EXPECT_EQ(run.process.exit_status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_FALSE(fs::exists(sandbox_ / "etc/late"));
}

TEST_F(PrivateEtcTest, TellsASignalAndATimeOut) {
  EXPECT_EQ(shell("kill -SEGV $$").process.signal, SIGSEGV);
  EXPECT_TRUE(shell("sleep 60", {}, 100).process.timed_out);
}

TEST_F(PrivateEtcTest, GivesRunAndAnEmptyNetwork) {
  EXPECT_THAT(shell("echo 1 > /run/x; grep -c : /proc/net/dev").process.output, "1\n");
  EXPECT_EQ(content_of(sandbox_ / "run/x"), "1\n");
}

TEST_F(PrivateEtcTest, SetsTheUmaskAlone) {
  EXPECT_EQ(shell("umask", 0027).process.output, "0027\n");
}

TEST_F(PrivateEtcTest, RunsACommandOfThisProgram) {
  const PrivateRun run = place_.run_body(sandbox_, ProcessRequest(), [] {
    std::ofstream("/etc/made") << "by this program\n";
    return std::system("exit 3") == 0 ? 0 : 5;
  });
  EXPECT_EQ(run.process.exit_status, 5);
  EXPECT_EQ(content_of(sandbox_ / "etc/made"), "by this program\n");
  EXPECT_THAT(run.executed, ElementsAre(ElementsAre("sh", "-c", "exit 3")));
}

TEST_F(PrivateEtcTest, HidesWhatTheCommandsMakeFromTheMachine) {
  for (const std::string_view name : hidden_names())
    EXPECT_NE(shell("test -e /etc/" + std::string(name)).process.exit_status, 0) << name;
}

/// In a process of an ordinary user, which gets a copy of /etc below.
TEST_F(PrivateEtcTest, WorksWithoutRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "every other test is that already";
  const fs::path own = fs::path(folder_.folder()) / "own";
  fs::create_directories(own / "case/etc");
  for (const fs::path& one : {fs::path(folder_.folder()), own, own / "case", own / "case/etc"})
    ASSERT_EQ(::chown(one.c_str(), 1000, 1000), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    // What changes its user is not its own master in /proc, as a process of that user is.
    if (::setgid(1000) != 0 || ::setuid(1000) != 0 || ::prctl(PR_SET_DUMPABLE, 1) != 0) ::_exit(2);
    PrivateEtc place(own / "private");
    const PrivateRun run =
        place.run(own / "case", {.argv = {"/bin/sh", "-c",
                                          "id -u; rm /etc/passwd; mkdir /etc/systemd/mine;"
                                          "umask 077; echo key > /etc/key; /bin/echo x >&2"},
                                 .folder = {},
                                 .input = {},
                                 .time_limit = std::chrono::seconds(10),
                                 .search_folder = {}});
    std::ofstream(own / "case/told") << run.fault << run.process.output << run.executed.size();
    ::_exit(run.fault.empty() ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 3) GTEST_SKIP() << content_of(own / "case/told");
  ASSERT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(content_of(own / "case/told"), "0\n4");
  EXPECT_EQ(mode_of(own / "case/etc/key"), 0600U);
  EXPECT_TRUE(is_white_out(own / "case/etc/passwd"));
  EXPECT_TRUE(fs::is_directory(own / "case/etc/systemd/mine"));
}

TEST(PrivateEtc, SaysWhyTheMachineCannot) {
  PrivateEtc nowhere("/proc/none/private");
  ProcessRequest request;
  request.argv = {"true"};
  const PrivateRun run = nowhere.run(fs::temp_directory_path(), request);
  EXPECT_THAT(run.fault, HasSubstr("white-out"));
  const Response response = cannot_capture(run.fault);
  EXPECT_TRUE(is_skip(response));
  EXPECT_THAT(response.detail, HasSubstr("white-out"));
  EXPECT_FALSE(is_skip(Response{}));
}

}  // namespace
}  // namespace touchstone::conformance::harness
