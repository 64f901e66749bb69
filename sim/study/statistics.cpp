#include "sim/study/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace touchstone::sim::study {

double student_t(std::size_t freedom) noexcept {
  constexpr std::array<double, 30> table{
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
      2.2010,  2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
      2.0796,  2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
  if (freedom <= table.size()) return table[std::max<std::size_t>(freedom, 1) - 1];
  // Two terms of the expansion about the normal quantile (Abramowitz and Stegun 26.7.5).
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(freedom);
  const double first = (z * z * z + z) / 4;
  const double second = (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / 96;
  return z + first / n + second / (n * n);
}

Estimate estimate(std::span<const double> values) {
  Estimate made;
  made.count = values.size();
  if (values.empty()) return made;
  const auto [least, most] = std::ranges::minmax(values);
  made.least = least;
  made.most = most;
  const auto n = static_cast<double>(values.size());
  for (const double value : values)
    made.mean += value / n;
  if (values.size() < 2) return made;
  double squares = 0;
  for (const double value : values)
    squares += (value - made.mean) * (value - made.mean);
  made.deviation = std::sqrt(squares / (n - 1));
  made.half_width = student_t(values.size() - 1) * made.deviation / std::sqrt(n);
  return made;
}

double quantile(std::span<const double> sorted, double part) noexcept {
  const double rank = std::ceil(part * static_cast<double>(sorted.size()) - 1e-9);
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

}  // namespace touchstone::sim::study
