#pragma once
// Findings of one file, with a limit: a million faulty lines are counted, not described. Internal.

#include <cstddef>
#include <cstdint>
#include <string>

#include "reference/base/finding.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/lint_codes.h"

namespace touchstone::keyring {

class FindingLog {
 public:
  static constexpr std::size_t limit = 1000;

  FindingLog(Findings& out, Strictness strictness)
      : out_(&out), first_(out.size()), strictness_(strictness) {}

  /// How many deviations there were, listed or not.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] bool is_full() const noexcept { return count_ >= limit; }
  /// Counts deviations whose places nobody will read.
  void count_only(std::size_t deviations) noexcept { count_ += deviations; }

  void note(Lint lint, std::uint64_t line, std::uint64_t column, std::string_view detail = {}) {
    if (count_++ < limit) append(lint, line, column, detail);
  }

  /// The fault for which the file is refused: always listed, always an error.
  void refuse(Lint lint, std::uint64_t line, std::uint64_t column, std::string_view detail = {}) {
    append(lint, line, column, detail);
    out_->back().severity = Severity::error;
  }

  /// Sorts what was listed by its place and tells how many were not.
  void close() {
    sort_by_place(*out_, first_);
    if (count_ > limit)
      append(Lint::more, 0, 0, std::to_string(count_ - limit) + " further findings");
  }

 private:
  void append(Lint lint, std::uint64_t line, std::uint64_t column, std::string_view detail) {
    out_->push_back(make_finding(lint, line, column, detail));
    if (strictness_ == Strictness::strict) out_->back().severity = Severity::error;
  }

  Findings* out_;
  std::size_t first_;
  Strictness strictness_;
  std::size_t count_ = 0;
};

}  // namespace touchstone::keyring
