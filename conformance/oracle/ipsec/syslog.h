#pragma once
// The oracle's reading of the lines that racoon leaves in syslog (003 §6.1.7), and their printer.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::oracle::ipsec {

/// A message of racoon as an object: `month day seconds host level kind` (isakmp, initiate,
/// respond, ipsec, other), and by kind `self peer cookies`, `self peer`, `protocol mode from to
/// spi`, or `text`. Ends are `10.0.0.1[500]`.
using LogMessage = nlohmann::json;

struct LogReading {
  std::vector<LogMessage> messages;   ///< with `line`, where each begins
  std::vector<std::uint64_t> broken;  ///< lines of messages of the four kinds that are not whole
};

/// Messages of other programs are passed over; a line without a date belongs to the one before.
[[nodiscard]] LogReading read_syslog(std::string_view text);

[[nodiscard]] std::string print_message(const LogMessage& message);

}  // namespace touchstone::conformance::oracle::ipsec
