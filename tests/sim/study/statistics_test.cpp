#include "sim/study/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace touchstone::sim::study {
namespace {

// Student's own example: the additional sleep of ten patients (Biometrika 6, 1908), whose 95 %
// interval every book of statistics prints as 2.33 - 1.43 .. 2.33 + 1.43 for the second drug.
TEST(Statistics, GiveStudentsInterval) {
  const std::array<double, 10> sleep{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const Estimate made = estimate(sleep);
  EXPECT_EQ(made.count, 10U);
  EXPECT_NEAR(made.mean, 2.33, 1e-9);
  EXPECT_NEAR(made.deviation, 2.002, 0.001);
  EXPECT_NEAR(made.half_width, 1.432, 0.001);
  EXPECT_EQ(made.least, -0.1);
  EXPECT_EQ(made.most, 5.5);
}

TEST(Statistics, AreSilentAboutOneRun) {
  const std::array<double, 1> one{7};
  EXPECT_EQ(estimate(one).mean, 7);
  EXPECT_EQ(estimate(one).half_width, 0);
  EXPECT_EQ(estimate({}).count, 0U);
}

TEST(Statistics, HaveTheQuantilesOfTheTables) {
  EXPECT_NEAR(student_t(1), 12.7062, 1e-4);
  EXPECT_NEAR(student_t(30), 2.0423, 1e-4);
  EXPECT_NEAR(student_t(31), 2.0395, 1e-4);
  EXPECT_NEAR(student_t(60), 2.0003, 1e-4);
  EXPECT_NEAR(student_t(120), 1.9799, 1e-4);
  EXPECT_NEAR(student_t(100000), 1.9600, 1e-4);
}

TEST(Statistics, QuantilesAreValuesThatWereThere) {
  const std::vector<double> sorted{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(quantile(sorted, 0.5), 5);
  EXPECT_EQ(quantile(sorted, 0.95), 10);
  EXPECT_EQ(quantile(sorted, 0.1), 1);
  EXPECT_EQ(quantile(sorted, 1), 10);
  EXPECT_EQ(quantile(std::array<double, 1>{4}, 0.01), 4);
}

}  // namespace
}  // namespace touchstone::sim::study
