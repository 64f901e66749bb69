#pragma once
// Of a few runs of the same thing with different seeds: the mean, and how sure it is.

#include <cstddef>
#include <span>

namespace touchstone::sim::study {

struct Estimate {
  std::size_t count = 0;
  double mean = 0;
  double deviation = 0;  ///< of the sample; 0 for fewer than two values
  double least = 0;
  double most = 0;
  /// Half of the width of the 95 % confidence interval of the mean, by Student's t: the runs are
  /// independent, and the figures of a run are sums or quantiles of many things. 0 for fewer than
  /// two values, which then say nothing of it.
  double half_width = 0;
};
[[nodiscard]] Estimate estimate(std::span<const double> values);

/// The 0.975 quantile of Student's distribution; `freedom` is at least 1.
[[nodiscard]] double student_t(std::size_t freedom) noexcept;

/// Nearest rank: the smallest value that `part` of the values do not exceed. `sorted` is not empty
/// and sorted, 0 < part <= 1.
[[nodiscard]] double quantile(std::span<const double> sorted, double part) noexcept;

}  // namespace touchstone::sim::study
