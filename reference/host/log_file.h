#pragma once
// The log of a daemon: a line an event, stamped with the time in UTC (KM-10, KM-11, GC-07).

#include <string>
#include <string_view>

#include "reference/base/clock.h"
#include "reference/base/result.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {

class LogFile {
 public:
  /// Appends to `path`, never through a symbolic link; a new file has mode 0640 whatever the umask.
  /// Standard error when `path` is empty. What `clock` names outlives the log.
  /// FileErrc::unreadable, not_found, not_regular.
  static Result<LogFile> open(std::string path, const Clock& clock);

  /// `2011-02-22T17:25:03Z text`. A line that the disk does not take is lost: a log never stops a
  /// service.
  void line(std::string_view text);
  /// The same, but the line waits for flush() or line(): one write for many.
  void add(std::string_view text);
  void flush();
  /// What a line begins with now: the time and a space.
  [[nodiscard]] const std::string& stamp();

  /// Begins a new file at the same place when somebody has renamed the old one (logrotate). The old
  /// one is kept when that fails.
  Result<void> reopen();

 private:
  LogFile(std::string path, const Clock& clock, Descriptor file)
      : path_(std::move(path)), clock_(&clock), file_(std::move(file)) {}

  std::string path_;
  const Clock* clock_;
  Descriptor file_;
  std::string waiting_;
  Clock::Time stamped_{};
  std::string stamp_;  // of stamped_
};

/// `2011-02-22T17:25:03Z`.
[[nodiscard]] std::string print_utc(Clock::Time time);

}  // namespace touchstone::host
