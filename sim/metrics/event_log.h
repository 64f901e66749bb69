#pragma once
// metrics.jsonl: one line an event, in the order in which they happened
// (docs/formats/simulation-report.md). Two runs of the same scenario and seed write the same
// octets.

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "reference/base/result.h"
#include "sim/metrics/journal.h"

namespace touchstone::sim {

class EventLog final : public Watcher {
 public:
  /// No line is longer, its line feed included.
  static constexpr std::size_t max_line = 150;

  /// To a new file; the topology outlives the log.
  static Result<std::unique_ptr<EventLog>> open(const std::string& path, const Topology& topology);
  /// In memory alone, to be compared.
  explicit EventLog(const Topology& topology) : topology_(topology) {}
  /// A run that ended early has told why; the log shows how far it came.
  ~EventLog() override { static_cast<void>(finish()); }
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  void on_happening(const Happening& happening) override;
  /// All that was written is in the file, or the first reason why not: a log with a gap is none.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }
  /// Of a log in memory.
  [[nodiscard]] const std::string& text() const noexcept { return buffer_; }

 private:
  void flush();

  struct Close {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
  };

  const Topology& topology_;
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::errc broken_{};
  std::string buffer_;
  std::uint64_t lines_ = 0;
  std::uint64_t octets_ = 0;
};

}  // namespace touchstone::sim
