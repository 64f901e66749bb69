#pragma once
// The lines that racoon writes to syslog when it negotiates, and whether they tell of a tunnel or
// transport that works (SL-01 to SL-08). docs/formats/racoonctl.md

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/rules.h"
#include "reference/ipsec/config/sa_list.h"
#include "reference/ipsec/config/setkey.h"

namespace touchstone::ipsec::config {

/// `ISAKMP-SA established A[500]-B[500] spi:...`
struct IsakmpEstablished {
  Socket self, peer;
  std::array<std::uint8_t, 16> cookies = {};  ///< the initiator's, then the responder's

  [[nodiscard]] bool operator==(const IsakmpEstablished&) const = default;
};

/// `initiate new phase 2 negotiation: A[0]<=>B[0]`, or `respond`.
struct Phase2Begun {
  bool initiates = true;
  Socket self, peer;

  [[nodiscard]] bool operator==(const Phase2Begun&) const = default;
};

/// `IPsec-SA established: ESP/Transport A[0]->B[0] spi=...`
struct IpsecEstablished {
  std::string protocol = "ESP";  ///< ESP, AH, IPCOMP, ESP-UDP
  SaMode mode = SaMode::transport;
  Socket from, to;
  std::uint32_t spi = 0;

  [[nodiscard]] bool operator==(const IpsecEstablished&) const = default;
};

struct LogLine {
  Place place;
  unsigned month = 1, day = 1;
  std::chrono::seconds time = {};  ///< since midnight
  std::string host;
  std::string level;  ///< INFO, NOTIFY, WARNING, ERROR, DEBUG
  std::string text;   ///< behind the level, in one line
  std::optional<IsakmpEstablished> isakmp = {};
  std::optional<Phase2Begun> begun = {};
  std::optional<IpsecEstablished> ipsec = {};
};

struct RacoonLog {
  std::vector<LogLine> lines;  ///< of racoon alone
  std::vector<FileFinding> findings;
};

/// Reads a syslog file. A line without a date continues the one before (SL-08); what other programs
/// wrote is passed over. Findings are about lines of racoon of the four forms above that are not
/// whole.
[[nodiscard]] RacoonLog read_racoon_log(std::string_view text);

/// `May  5 06:05:39 localhost racoon: INFO: ...`, from the typed part where there is one.
[[nodiscard]] std::string print_log_line(const LogLine& line);

/// What the log should tell of.
struct LogWish {
  Address self, peer;
  std::string protocol = "ESP";
  SaMode mode = SaMode::transport;
};

/// SL-06: ISAKMP, then the second phase, then an association in each direction, of the mode and
/// between the addresses that were configured. Looks at the last negotiation with the peer. Empty
/// when all is there; an error that racoon told in its place is named.
[[nodiscard]] std::vector<FileFinding> judge_racoon_log(const RacoonLog& log, const LogWish& wish);

}  // namespace touchstone::ipsec::config
