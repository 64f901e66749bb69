#include "reference/commands/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reference/base/exit_class.h"

namespace touchstone::commands {
namespace {

/// Paths may hold any octet; a control character or a broken UTF-8 sequence must not reach a
/// terminal or a parser of lines.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    out += octet < 0x20 || octet == 0x7F ? fmt::format("\\x{:02x}", octet) : std::string(1, c);
  }
  return out;
}

std::string_view severity_name(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

}  // namespace

Report::Report(std::string_view tool, const Environment& environment, bool json, bool verbose)
    : tool_(tool),
      environment_(environment),
      json_wanted_(json),
      verbose_(verbose),
      json_(std::make_unique<nlohmann::ordered_json>()) {
  *json_ = {{"tool", tool_},
            {"exit", 0},
            {"error", nullptr},
            {"lint", nlohmann::ordered_json::array()},
            {"notes", nlohmann::ordered_json::array()}};
}

Report::~Report() = default;

nlohmann::ordered_json& Report::json() {
  return *json_;
}

void Report::line(std::string_view text) {
  if (json_wanted_) return;
  end_progress_line();
  environment_.out(fmt::format("{}\n", text));
}

void Report::detail(std::string_view text) {
  if (verbose_) line(text);
}

void Report::finding(std::string_view file, const Finding& finding) {
  end_progress_line();
  environment_.err(print_finding(printable(file), finding) + "\n");
  (*json_)["lint"].push_back({{"file", file},
                              {"line", finding.line},
                              {"column", finding.column},
                              {"code", finding.code},
                              {"severity", severity_name(finding.severity)},
                              {"text", finding.text}});
}

void Report::finding_as_product(std::string_view file, const Finding& finding) {
  line(print_finding(printable(file), finding));
  (*json_)["lint"].push_back({{"file", file},
                              {"line", finding.line},
                              {"column", finding.column},
                              {"code", finding.code},
                              {"severity", severity_name(finding.severity)},
                              {"text", finding.text}});
}

void Report::note(std::string_view place, std::string_view text) {
  end_progress_line();
  environment_.err(fmt::format("{}: {}: note: {}\n", tool_, printable(place), text));
  (*json_)["notes"].push_back({{"place", place}, {"text", text}});
}

void Report::error(const Error& error) {
  end_progress_line();
  const int exit = exit_code(error);
  const std::string kind = exit_class_name(exit);
  std::string text = error.code.message();
  if (!error.detail.empty()) text += "; " + error.detail;
  if (error.offset != Error::no_offset) text += fmt::format(" (octet {})", error.offset);
  const std::string place = error.place.empty() ? "command line" : printable(error.place);
  environment_.err(fmt::format("{}: {}: {}: {}\n", tool_, place, kind, text));
  (*json_)["error"] = {{"place", error.place}, {"class", kind}, {"text", text}};
}

bool Report::shows_progress() const {
  if (json_wanted_) return false;
  if (verbose_) return true;
  return environment_.err_is_terminal && environment_.elapsed &&
         environment_.elapsed() > std::chrono::seconds(1);
}

void Report::end_progress_line() {
  if (progress_line_open_) environment_.err("\n");
  progress_line_open_ = false;
}

void Report::step(std::string_view what) {
  step_ = printable(what);
  if (!shows_progress()) return;
  end_progress_line();
  environment_.err(fmt::format("{}: {}\n", tool_, step_));
}

void Report::done(std::uint64_t count, std::uint64_t total) {
  if (!environment_.err_is_terminal || !shows_progress()) return;
  environment_.err(fmt::format("\r{}: {}: {} of {}", tool_, step_, count, total));
  progress_line_open_ = true;
}

void Report::finish(int exit_code) {
  end_progress_line();
  if (!json_wanted_) return;
  (*json_)["exit"] = exit_code;
  environment_.out(json_->dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                   "\n");
}

}  // namespace touchstone::commands
