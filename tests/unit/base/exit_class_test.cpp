#include "reference/base/exit_class.h"

#include <gtest/gtest.h>

namespace touchstone {
namespace {

TEST(ExitClass, ACodeThatNoCategoryMapsIsAnInternalError) {
  EXPECT_EQ(exit_code(Error{std::make_error_code(std::errc::io_error), 0, {}}), 1);
}

TEST(ExitClass, EveryValueHasANameOfItsOwn) {
  for (int value = 1; value <= 15; ++value) {
    for (int other = 0; other < value; ++other) {
      EXPECT_NE(exit_class_category().message(value), exit_class_category().message(other));
    }
  }
}

}  // namespace
}  // namespace touchstone
