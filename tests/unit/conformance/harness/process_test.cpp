// Child processes: output, status, time-out, and a dialogue in lines.

#include "conformance/harness/process.h"

#include <gmock/gmock.h>

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;

ProcessResult shell(std::string script, std::string input = "", int limit_ms = 5000) {
  return run_process({.argv = {"/bin/sh", "-c", std::move(script)},
                      .folder = "/",
                      .input = std::move(input),
                      .time_limit = std::chrono::milliseconds(limit_ms),
                      .search_folder = {}});
}

TEST(Process, GivesOutputErrorsAndStatus) {
  const ProcessResult run = shell("cat; echo oops >&2; exit 6", "in\n");
  EXPECT_EQ(run.output, "in\n");
  EXPECT_EQ(run.errors, "oops\n");
  EXPECT_EQ(run.exit_status, 6);
}

TEST(Process, TellsASignalFromAStatus) {
  EXPECT_EQ(shell("kill -SEGV $$").signal, 11);
}

TEST(Process, KillsWhatIsLateAndWhatItStarted) {
  const ProcessResult run = shell("sleep 60 & sleep 60", "", 50);
  EXPECT_TRUE(run.timed_out);
  EXPECT_EQ(run.describe(), "time-out");
}

TEST(Process, TellsAProgramThatIsNotThere) {
  const ProcessResult run =
      run_process({.argv = {"/no/such/program"}, .folder = "/", .input = {}, .search_folder = {}});
  EXPECT_FALSE(run.started);
}

TEST(Process, SurvivesAChildThatReadsNothing) {
  EXPECT_EQ(shell("exit 0", std::string(1 << 20, 'x')).exit_status, 0);
}

TEST(LineProcess, AnswersLineByLine) {
  LineProcess child({"/bin/sh", "-c", "while read x; do echo \"<$x>\"; echo log >&2; done"}, "/");
  ASSERT_TRUE(child.send("one"));
  EXPECT_EQ(child.receive(std::chrono::seconds(5)), "<one>");
  ASSERT_TRUE(child.send("two"));
  EXPECT_EQ(child.receive(std::chrono::seconds(5)), "<two>");
  EXPECT_THAT(child.take_errors(), HasSubstr("log"));
}

TEST(LineProcess, TellsATimeOutFromAnEnd) {
  LineProcess silent({"/bin/sh", "-c", "sleep 60"}, "/");
  EXPECT_FALSE(silent.receive(std::chrono::milliseconds(20)));
  EXPECT_TRUE(silent.timed_out());
  LineProcess ended({"/bin/sh", "-c", "exit 0"}, "/");
  EXPECT_FALSE(ended.receive(std::chrono::seconds(5)));
  EXPECT_FALSE(ended.timed_out());
}

}  // namespace
}  // namespace touchstone::conformance::harness
