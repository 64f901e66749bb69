#pragma once
// iut.toml: what an implementer says about an implementation (docs/formats/iut-toml.md).

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"
#include "conformance/harness/argv_template.h"
#include "conformance/harness/outcome.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {

/// [exec."op"]: how a command is called.
struct ExecOp {
  ArgvTemplate argv;
  ArgvTemplate lines;  ///< its standard input, a line each
  std::string ready;   ///< of net.start: how a daemon says that it listens, `ready {host}:{port}`
};

/// [exec.exit]: what an exit status means.
struct ExitMeaning {
  Status status = Status::error;
  RejectClass reject_class = RejectClass::unspecified;
};

/// An entry of [expect]: a known deviation.
struct ExpectedDeviation {
  std::string glob;  ///< of test ids
  Outcome outcome = Outcome::fail;
  std::string kind;     ///< of the failure (Failure::kind); empty for any
  std::string reason;   ///< shown in the report
  std::string expires;  ///< YYYY-MM-DD: from that day on the entry is an error
};

struct Iut {
  std::string name;
  std::string version;
  std::string vendor;
  std::vector<std::string> kinds;
  std::map<std::string, bool> pics;  ///< every capability, answered
  Json pixit = Json::object();
  std::string tier;                  ///< reference, exec, shim or attach
  std::vector<std::string> command;  ///< of a shim; a relative program is looked for in folder
  std::filesystem::path folder;      ///< of the manifest
  int time_limit_ms = 5000;          ///< of one operation
  std::string profile = "strict";    ///< of the interpretation register
  bool exact_classes = false;        ///< "unspecified" no longer satisfies a reject class
  std::map<std::string, std::string> readings;  ///< entry of the register to the profile's choice
  std::map<std::string, ExecOp> exec;
  std::map<int, ExitMeaning> exits;
  std::map<std::string, ArgvTemplate> codecs;  ///< [codec.kind] decode = argv of a filter
  std::vector<ExpectedDeviation> expect;

  [[nodiscard]] bool has(std::string_view capability) const;
};

/// The manifest in `text`; `folder` is where it lies. Errors name the key.
Result<Iut> parse_iut(std::string_view text, const std::filesystem::path& folder);
Result<Iut> read_iut(const std::filesystem::path& file);

/// The manifest of the reference in process: every capability, exact classes and exit codes.
[[nodiscard]] Iut reference_iut();

}  // namespace touchstone::conformance::harness
