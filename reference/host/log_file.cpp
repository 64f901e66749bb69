#include "reference/host/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference/base/defect.h"

namespace touchstone::host {
namespace {

Result<Descriptor> open_log(const std::string& path) {
  if (path.empty()) return Descriptor(::dup(STDERR_FILENO));
  Descriptor file = open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0640);
  if (file) {
    static_cast<void>(::fchmod(file.get(), TOUCHSTONE_DEFECT("KM-10.open_to_all") ? 0644 : 0640));
    return file;
  }
  file = open_file(path, O_WRONLY | O_APPEND);
  if (TOUCHSTONE_DEFECT("KM-10.follows_links") && !file)
    file = Descriptor(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file) return read_fault(path);
  return file;
}

}  // namespace

std::string print_utc(Clock::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Result<LogFile> LogFile::open(std::string path, const Clock& clock) {
  TOUCHSTONE_TRY(Descriptor file, open_log(path));
  return LogFile(std::move(path), clock, std::move(file));
}

void LogFile::line(std::string_view text) {
  add(text);
  flush();
}

const std::string& LogFile::stamp() {
  if (const Clock::Time now = clock_->now(); now != stamped_ || stamp_.empty()) {
    stamped_ = now;
    stamp_ = print_utc(now) + ' ';
  }
  return stamp_;
}

void LogFile::add(std::string_view text) {
  waiting_.append(stamp()).append(text).push_back('\n');
}

void LogFile::flush() {
  if (waiting_.empty()) return;
  static_cast<void>(write_all(file_.get(), as_octets(waiting_)));
  waiting_.clear();
}

Result<void> LogFile::reopen() {
  flush();
  TOUCHSTONE_TRY(file_, open_log(path_));
  return {};
}

}  // namespace touchstone::host
