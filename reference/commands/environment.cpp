#include "reference/commands/environment.h"

#include <array>

#include "reference/commands/errc.h"

namespace touchstone::commands {
namespace {

using std::chrono::local_seconds;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Local time minus UTC at the instant at which the local time is `local`.
std::chrono::seconds offset_at(local_seconds local, const Clock& zone) {
  const Clock::Time guess{local.time_since_epoch()};
  const auto first = zone.local(guess).time_since_epoch() - guess.time_since_epoch();
  const Clock::Time better = guess - first;
  return zone.local(better).time_since_epoch() - better.time_since_epoch();
}

}  // namespace

FixedClock::FixedClock(local_seconds local, const Clock& zone)
    : zone_(zone), local_(local), now_(local.time_since_epoch() - offset_at(local, zone)) {}

local_seconds FixedClock::local(Time time) const {
  return time == now_ ? local_ : zone_.local(time);
}

Result<local_seconds> parse_local_time(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
  const auto refused = [] {
    return located("--now",
                   Result<local_seconds>(fail(Errc::usage, "expected YYYY-MM-DD hh:mm:ss")));
  };
  if (text.size() != shape.size()) return refused();
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != 'd' && shape[i] != text[i]) return refused();
  constexpr std::array<std::pair<std::size_t, std::size_t>, 6> fields = {
      {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
  std::array<int, 6> value{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto number = digits(text.substr(fields[i].first, fields[i].second));
    if (!number) return refused();
    value[i] = *number;
  }
  const std::chrono::year_month_day day{std::chrono::year(value[0]),
                                        std::chrono::month(static_cast<unsigned>(value[1])),
                                        std::chrono::day(static_cast<unsigned>(value[2]))};
  if (!day.ok() || value[3] > 23 || value[4] > 59 || value[5] > 59) return refused();
  return std::chrono::local_days(day) + std::chrono::hours(value[3]) +
         std::chrono::minutes(value[4]) + std::chrono::seconds(value[5]);
}

}  // namespace touchstone::commands
