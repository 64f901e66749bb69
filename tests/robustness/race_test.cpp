// In the preset tsan alone: a race that is there must be seen, or a run without one means nothing.

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace {

void race() {
  int value = 0;
  std::thread other([&value] { value = 1; });
  value = 2;
  other.join();
  std::exit(value == 0 ? 1 : 0);
}

TEST(ThreadSanitizerDeathTest, SeesARace) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(race(), testing::ExitedWithCode(66), "data race");
}

}  // namespace
