#include "conformance/adapters/wire/daemon.h"

#include <signal.h>

namespace touchstone::conformance::adapters::wire {

using harness::Json;
using std::chrono::milliseconds;

// A placeholder takes octets up to the one that follows it in the pattern.
Json match_line(std::string_view pattern, std::string_view line) {
  Json values = Json::object();
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    if (!line.starts_with(pattern.substr(0, open))) return {};
    if (open == std::string_view::npos) return line == pattern ? values : Json();
    line.remove_prefix(open);
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) return {};
    const std::string name(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
    const std::size_t end = pattern.empty() ? line.size() : line.find(pattern.front());
    if (end == std::string_view::npos || end == 0) return {};
    values[name] = line.substr(0, end);
    line.remove_prefix(end);
  }
  return line.empty() ? values : Json();
}

Daemon::Daemon(const std::vector<std::string>& argv, const std::filesystem::path& folder,
               std::string pattern)
    : process_(argv, folder), pattern_(std::move(pattern)) {
  if (pattern_.empty()) readiness_ = Json::object();
}

void Daemon::look(milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (process_.running()) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto line =
        process_.receive(is_ready() ? milliseconds(0) : std::max(left, milliseconds(0)));
    if (!line) return;
    log_ += *line + "\n";
    if (!is_ready()) readiness_ = match_line(pattern_, *line);
  }
}

std::optional<int> Daemon::take_end() {
  return process_.take_exit();
}

void Daemon::terminate() const {
  if (process_.id() > 0) ::kill(process_.id(), SIGTERM);
}

std::string Daemon::take_log() {
  look(milliseconds(0));
  return std::exchange(log_, {}) + process_.take_errors();
}

}  // namespace touchstone::conformance::adapters::wire
