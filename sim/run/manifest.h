#pragma once
// What is written beside the figures, so that a run can be repeated and compared.

#include <string>
#include <vector>

#include "sim/run/run.h"

namespace touchstone::sim {

/// SHA-256 of a file, in hexadecimal digits.
Result<std::string> hash_file(const std::string& path);

/// summary.json, scenario.toml (with the faults of the nemesis among its own) and manifest.json,
/// which holds the hashes of metrics.jsonl and of every *.pcap that is in the folder.
Result<void> write_report(const std::string& folder, const Scenario& scenario,
                          const RunResult& result);

struct ReplayDifference {
  std::string file;  ///< of the report
  std::string was;
  std::string is;
};

struct Replay {
  RunResult result;
  std::vector<ReplayDifference> differences;  ///< none: the same octets
  std::size_t compared = 0;                   ///< files
};

/// Runs the scenario of a report again, into the folder `report`, and compares.
Result<Replay> replay(const std::string& manifest_path, const Worlds& worlds,
                      const std::string& report);

}  // namespace touchstone::sim
