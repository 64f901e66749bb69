#pragma once
// Asks a server for the time, over UDP.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reference/base/random.h"
#include "reference/base/result.h"
#include "reference/sntp/client.h"

namespace touchstone::host {

struct TimeOutcome {
  sntp::Client::State state = sntp::Client::State::no_answer;
  sntp::Answer answer;                          ///< of state answered
  sntp::Refusal refusal = sntp::Refusal::kiss;  ///< of state refused
  std::string kiss_code;                        ///< of a kiss
  std::vector<sntp::Refusal> passed_over = {};  ///< datagrams that were not the answer
};

/// The clock of this machine, to the nanosecond.
[[nodiscard]] sntp::Time read_clock();

/// Asks `address`, an IPv4 or IPv6 literal, and waits at most `settings.patience`. `now` reads the
/// local clock. Errc::endpoint for what is no literal, Errc::network when the system has no socket.
/// An unreachable network is no Error but no answer.
Result<TimeOutcome> ask_time(const std::string& address, std::uint16_t port,
                             const sntp::ClientSettings& settings, RandomSource& random,
                             const std::function<sntp::Time()>& now);

}  // namespace touchstone::host
