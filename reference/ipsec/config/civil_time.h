#pragma once
// Times as the programs of ipsec-tools write them, in the zone of their machine.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::ipsec::config {

using CivilTime = std::chrono::local_seconds;

/// `2015-05-04 12:37:21`
[[nodiscard]] std::string print_civil(CivilTime time);
/// `May  4 14:05:30 2015`, as ctime(3) without the day of the week: 20 characters.
[[nodiscard]] std::string print_ctime(CivilTime time);

/// The whole of `text`, or nothing; the day exists and a blank may stand for several.
[[nodiscard]] std::optional<CivilTime> parse_civil(std::string_view text);
[[nodiscard]] std::optional<CivilTime> parse_ctime(std::string_view text);

/// 1 to 12, or 0 for what is no name of a month in three letters.
[[nodiscard]] unsigned parse_month(std::string_view name);
[[nodiscard]] std::string_view month_name(unsigned month);

}  // namespace touchstone::ipsec::config
