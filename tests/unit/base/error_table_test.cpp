#include "reference/base/error_table.h"

#include <gtest/gtest.h>

#include "reference/base/result.h"

namespace touchstone {
namespace {

enum class Fault { wet = 2, broken = 7 };
constexpr ErrorRow<Fault> rows[] = {
    {Fault::broken, ExitClass::format, "it is broken"},
    {Fault::wet, ExitClass::file, "it is wet"},
};
const ErrorTable table("weather", rows);

TEST(ErrorTable, GivesTextAndExitCodeOfARowWhateverItsPlace) {
  EXPECT_EQ(table.code(Fault::wet).message(), "it is wet");
  EXPECT_EQ(exit_code(Error{table.code(Fault::wet), 0, {}}), 3);
  EXPECT_EQ(exit_code(Error{table.code(Fault::broken), 0, {}}), 6);
  EXPECT_STREQ(table.code(Fault::wet).category().name(), "weather");
}

TEST(ErrorTable, CallsACodeWithoutARowAnInternalError) {
  for (const int value : {-1, 0, 1, 8}) {
    EXPECT_EQ(table.message(value), "unknown error");
    EXPECT_EQ(exit_code(Error{{value, table}, 0, {}}), 1);
  }
}

}  // namespace
}  // namespace touchstone
