#pragma once
// Messages of SNTP as the suite makes them, and a server on the loopback that gives one answer.

#include <cstdint>
#include <string>
#include <thread>

#include "reference/base/octets.h"

namespace touchstone::conformance::suites::dot1x_config {

/// The parts of an answer that a client looks at (RFC 4330 §4). Times are of NTP: seconds since
/// 1900 modulo 2^32 in the upper half.
struct TimeAnswer {
  std::uint8_t leap = 0;
  std::uint8_t version = 4;
  std::uint8_t mode = 4;
  std::uint8_t stratum = 2;
  std::uint32_t dispersion = 0;
  std::string reference = "LOCL";
  std::uint64_t originate = 0;
  std::uint64_t receive = 0;
  std::uint64_t transmit = 0;
};
[[nodiscard]] Octets print_answer(const TimeAnswer& answer);

/// A moment as NTP says it.
[[nodiscard]] std::uint64_t ntp_time(std::int64_t microseconds_since_1970);

/// Answers every request on 127.0.0.1 with `answer`, its originate time and, where they are 0, its
/// own times put in; a silent one answers nothing. Ends with the object.
class TimeServer {
 public:
  explicit TimeServer(const TimeAnswer& answer, bool silent = false);
  ~TimeServer();
  TimeServer(const TimeServer&) = delete;
  TimeServer& operator=(const TimeServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  void serve(const TimeAnswer& answer, bool silent) const;

  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace touchstone::conformance::suites::dot1x_config
