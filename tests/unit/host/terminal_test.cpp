#include "reference/host/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "reference/base/exit_class.h"

namespace touchstone::host {
namespace {

class Pipe {
 public:
  explicit Pipe(const std::string& content) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe(ends), 0);
    EXPECT_EQ(::write(ends[1], content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Pipe() { ::close(out_); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int out() const { return out_; }

 private:
  int out_ = -1;
};

TEST(PassphraseDescriptor, GivesOneLineAnEntry) {
  const Pipe pipe("first line\n second \n\nlast");
  const auto source = open_passphrase_source(pipe.out());
  const auto other = open_passphrase_source(pipe.out());
  EXPECT_EQ(as_text(*source->ask("p")), "first line");
  EXPECT_EQ(as_text(*other->ask("p")), " second ") << "two sources share one descriptor";
  EXPECT_EQ(as_text(*source->ask("p")), "");
  EXPECT_EQ(as_text(*source->ask("p")), "last") << "without a line end";
  const auto ended = source->ask("p");
  ASSERT_FALSE(ended);
  EXPECT_EQ(exit_code(ended.error()), 10);
}

TEST(PassphraseDescriptor, KeepsTheOctetsAsTyped) {
  const std::string typed = "tab\there \xc3\xa9\r";
  const Pipe pipe(typed + "\n");
  EXPECT_EQ(as_text(*open_passphrase_source(pipe.out())->ask("p")), typed);
}

TEST(PassphraseDescriptor, RefusesAnEndlessLineAndAClosedDescriptor) {
  const Pipe pipe(std::string(5000, 'x'));
  const auto endless = open_passphrase_source(pipe.out())->ask("p");
  ASSERT_FALSE(endless);
  EXPECT_EQ(exit_code(endless.error()), 10);
  const auto closed = open_passphrase_source(999)->ask("p");
  ASSERT_FALSE(closed);
  EXPECT_EQ(exit_code(closed.error()), 10);
}

}  // namespace
}  // namespace touchstone::host
