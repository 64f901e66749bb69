// Sandboxes and what has changed in them.

#include "conformance/harness/sandbox.h"

#include <gmock/gmock.h>

#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

class SandboxTest : public ::testing::Test {
 protected:
  Sandbox sandbox_{test_settings().sandbox_root / "sandbox-test"};
};

TEST_F(SandboxTest, SeesContentModeAndNames) {
  sandbox_.write("same", "1");
  sandbox_.write("content", "1");
  sandbox_.write("mode", "1", 0600);
  sandbox_.write("removed", "1");
  const Snapshot before = sandbox_.snapshot();
  sandbox_.write("content", "2");
  sandbox_.set_mode("mode", 0644);
  sandbox_.remove("removed");
  sandbox_.make_symbolic_link("same", "added");
  const auto changes = compare(before, sandbox_.snapshot());
  EXPECT_THAT(
      changes,
      ElementsAre(Field(&FileChange::change, "added"), Field(&FileChange::change, "content"),
                  Field(&FileChange::change, "mode"), Field(&FileChange::change, "removed")));
}

TEST_F(SandboxTest, IsEmptyAfterClearWhateverWasInIt) {
  sandbox_.make_folder("folder");
  sandbox_.write("folder/file", "1");
  sandbox_.set_mode("folder", 0);
  sandbox_.make_fifo("fifo");
  sandbox_.clear();
  EXPECT_THAT(sandbox_.snapshot(), IsEmpty());
}

TEST_F(SandboxTest, ReadsBackWhatItWrote) {
  sandbox_.write("file", "abc", 0640);
  EXPECT_EQ(as_text(sandbox_.read("file")), "abc");
  EXPECT_EQ(sandbox_.snapshot().at("file").mode, 0640U);
  EXPECT_FALSE(sandbox_.exists("other"));
}

}  // namespace
}  // namespace touchstone::conformance::harness
