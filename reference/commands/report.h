#pragma once
// What a run tells: text for people or one JSON object for programs (KU-21, KU-22,
// docs/formats/command-json.md).

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "reference/base/finding.h"
#include "reference/base/progress.h"
#include "reference/base/result.h"
#include "reference/commands/environment.h"

namespace touchstone::commands {

/// Nothing handed to it may hold octets of a key, a passphrase or a pwdh.
class Report final : public Progress {
 public:
  Report(std::string_view tool, const Environment& environment, bool json, bool verbose);
  ~Report() override;

  /// A line on standard output, unless --json.
  void line(std::string_view text);
  /// The same, with -v alone.
  void detail(std::string_view text);
  /// `file:line:col: CODE: text` on standard error, and a member of `lint`.
  void finding(std::string_view file, const Finding& finding);
  /// The same on standard output: for commands whose product the findings are.
  void finding_as_product(std::string_view file, const Finding& finding);
  /// `tool: place: note: text` on standard error, and a member of `notes`. Never an error.
  void note(std::string_view place, std::string_view text);
  /// `tool: place: class: what was expected` on standard error, and the member `error`.
  void error(const Error& error);

  /// The JSON object; handlers add their members, whether --json was given or not.
  [[nodiscard]] nlohmann::ordered_json& json();
  [[nodiscard]] bool wants_json() const { return json_wanted_; }

  /// Progress on standard error: with -v from the start, on a terminal after one second.
  void step(std::string_view what) override;
  void done(std::uint64_t count, std::uint64_t total) override;

  /// Prints the JSON object if it was asked for. Called once, last.
  void finish(int exit_code);

 private:
  [[nodiscard]] bool shows_progress() const;
  void end_progress_line();

  std::string tool_;
  const Environment& environment_;
  bool json_wanted_;
  bool verbose_;
  std::string step_;
  bool progress_line_open_ = false;
  std::unique_ptr<nlohmann::ordered_json> json_;
};

}  // namespace touchstone::commands
