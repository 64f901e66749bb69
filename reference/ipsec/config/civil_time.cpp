#include "reference/ipsec/config/civil_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
  std::chrono::year_month_day day;
  std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

Parts parts_of(CivilTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day),
          std::chrono::hh_mm_ss<std::chrono::seconds>(time - day)};
}

std::string print_clock(const Parts& parts) {
  return fmt::format("{:02}:{:02}:{:02}", parts.time.hours().count(), parts.time.minutes().count(),
                     parts.time.seconds().count());
}

std::optional<std::chrono::seconds> parse_clock(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = parse_number<unsigned>(text.substr(0, 2));
  const auto minute = parse_number<unsigned>(text.substr(3, 2));
  const auto second = parse_number<unsigned>(text.substr(6));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return std::chrono::seconds((*hour * 60 + *minute) * 60 + *second);
}

std::optional<CivilTime> time_of(std::optional<int> year, std::optional<unsigned> month,
                                 std::optional<unsigned> day, std::string_view clock) {
  const auto seconds = parse_clock(clock);
  if (!year || !month || !day || !seconds || *year < 1970 || *year > 9999) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::local_days(date) + *seconds;
}

}  // namespace

std::string print_civil(CivilTime time) {
  const Parts parts = parts_of(time);
  return fmt::format("{:04}-{:02}-{:02} {}", static_cast<int>(parts.day.year()),
                     static_cast<unsigned>(parts.day.month()),
                     static_cast<unsigned>(parts.day.day()), print_clock(parts));
}

std::string print_ctime(CivilTime time) {
  const Parts parts = parts_of(time);
  return fmt::format("{} {:2} {} {:04}", month_name(static_cast<unsigned>(parts.day.month())),
                     static_cast<unsigned>(parts.day.day()), print_clock(parts),
                     static_cast<int>(parts.day.year()));
}

std::optional<CivilTime> parse_civil(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 2) return std::nullopt;
  const std::string_view date = words[0];
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  return time_of(parse_number<int>(date.substr(0, 4)), parse_number<unsigned>(date.substr(5, 2)),
                 parse_number<unsigned>(date.substr(8)), words[1]);
}

std::optional<CivilTime> parse_ctime(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 4) return std::nullopt;
  return time_of(parse_number<int>(words[3]), parse_month(words[0]),
                 parse_number<unsigned>(words[1]), words[2]);
}

unsigned parse_month(std::string_view name) {
  const auto found = std::ranges::find(months, name);
  return found == months.end() ? 0 : static_cast<unsigned>(found - months.begin()) + 1;
}

std::string_view month_name(unsigned month) {
  return months.at(month - 1);
}

}  // namespace touchstone::ipsec::config
