#pragma once
// The folder of a sweep (docs/formats/sweep.md):
//
//   sweep.json         what the units are run with
//   units/ID.toml      the scenario of each unit
//   runs/ID/           its report; appears whole, under this name, or not at all
//   failed/ID.txt      what a run said that came to no end
//   log.jsonl          a line when a unit starts, is finished, fails
//   results.json, runs.csv, points.csv, index.html
//
// Several processes, on several machines, may work in it at once.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/study/results.h"

namespace touchstone::tool {

class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  struct Settings {
    std::string simulator;  ///< path
    std::string version;    ///< of it
    bool keep_events = false;
  };

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path scenario_of(const std::string& id) const;
  [[nodiscard]] std::filesystem::path run_of(const std::string& id) const;
  [[nodiscard]] std::filesystem::path words_of(const std::string& id) const;

  /// Makes the folders and writes what is not there yet.
  Result<void> prepare(const Settings& settings, std::span<const sim::study::Unit> units) const;
  [[nodiscard]] Result<Settings> settings() const;

  [[nodiscard]] bool is_finished(const std::string& id) const;
  [[nodiscard]] sim::study::RunFound find_run(const std::string& id) const;

  /// A new folder on the same disk, for a run that has not ended yet.
  [[nodiscard]] std::filesystem::path begin(const std::string& id) const;
  /// Gives it its name. False when another process was first; `made` is gone then.
  [[nodiscard]] bool finish(const std::string& id, const std::filesystem::path& made,
                            bool has_passed) const;
  void log(const char* what, const std::string& id) const;

 private:
  std::filesystem::path path_;
};

/// Whole or not at all. Error: std::errc of the machine.
Result<void> write_text(const std::filesystem::path& path, std::string_view text);
Result<std::string> read_text(const std::filesystem::path& path);

}  // namespace touchstone::tool
