#pragma once
// What the benches share: medians of interleaved rounds, and one line a figure.
//
// A figure is a ratio to a baseline of the same run, so that it holds on a slow machine too. A
// bench fails only at twice its target, or when the baseline is so slow that a ratio would prove
// nothing.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace touchstone::bench {

/// One thing to measure; `run` does it once.
struct Subject {
  std::string name;
  std::function<void()> run;
  double median_s = 0;
};

/// Seconds of the processor that this thread has used: other programs do not count, page faults do.
inline double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Runs all subjects in turn, `rounds` times after one round to warm up, and sets their medians.
/// Taking turns lets a busy neighbour slow all of them alike.
inline void measure(std::vector<Subject>& subjects, int rounds) {
  std::vector<std::vector<double>> seconds(subjects.size());
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const double start = processor_s();
      subjects[i].run();
      if (round >= 0) seconds[i].push_back(processor_s() - start);
    }
  }
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    std::sort(seconds[i].begin(), seconds[i].end());
    subjects[i].median_s = seconds[i][seconds[i].size() / 2];
  }
}

/// Keeps a result from being optimised away.
template <class T>
inline void use(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

/// Prints `name: figure, baseline, ratio, target` and tells whether the ratio is within twice the
/// target.
inline bool report(const Subject& subject, const Subject& baseline, double target) {
  const double ratio = subject.median_s / baseline.median_s;
  std::printf("%-36s %9.2f ms, %s %9.2f ms, ratio %6.2f, target %5.2f%s\n",
              (subject.name + ':').c_str(), subject.median_s * 1e3, baseline.name.c_str(),
              baseline.median_s * 1e3, ratio, target, ratio > target ? "  MISSED" : "");
  return ratio <= 2 * target;
}

/// The same against a number of seconds.
inline bool report_seconds(const Subject& subject, double target_s) {
  std::printf("%-36s %9.2f ms, target %9.2f ms%s\n", (subject.name + ':').c_str(),
              subject.median_s * 1e3, target_s * 1e3,
              subject.median_s > target_s ? "  MISSED" : "");
  return subject.median_s <= 2 * target_s;
}

/// Whether a baseline that touches `octets` is as fast as any machine worth measuring on: 1 GB/s.
inline bool is_reasonable(const Subject& baseline, std::size_t octets) {
  const double rate = static_cast<double>(octets) / baseline.median_s;
  std::printf("%-36s %9.2f ms, %.2f GB/s\n", (baseline.name + ':').c_str(), baseline.median_s * 1e3,
              rate / 1e9);
  return rate >= 1e9;
}

}  // namespace touchstone::bench
