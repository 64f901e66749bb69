#pragma once
// What the key files of 004 hold, as the judge sees it. Everything here is test data, so the types
// are plain: they compare, copy and print.

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/finding.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::oracle {

using Key16 = std::array<std::uint8_t, 16>;
using Key24 = std::array<std::uint8_t, 24>;

/// The four header lines of keyring.csv (004 A.4.2).
struct Network {
  Key16 pwdh{};
  Key16 base{};
  Key24 gateway{};
  Key16 gateway_cdld{};

  friend bool operator==(const Network&, const Network&) = default;
};

/// One node line (004 A.4.2).
struct Row {
  std::uint32_t id = 0;
  Key16 key{};
  std::uint32_t batch = 1;
  std::uint32_t count = 0;

  friend auto operator<=>(const Row&, const Row&) = default;
};

using Rows = std::vector<Row>;

struct Keyring {
  Network network;
  Rows rows;

  friend bool operator==(const Keyring&, const Keyring&) = default;
};

/// Why the oracle expects a refusal. `exit_code` binds a command (requirements, first lines),
/// `reject_class` is the word of tsp/1, `why` is for the report.
struct Refusal {
  int exit_code = 6;
  std::string reject_class = "unspecified";
  std::string why;
};

template <class T>
using Judged = std::expected<T, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(int exit_code, std::string_view reject_class,
                                                     std::string why) {
  return std::unexpected(Refusal{exit_code, std::string(reject_class), std::move(why)});
}

/// True when `code` is among `findings`.
[[nodiscard]] inline bool has_finding(const Findings& findings, std::string_view code) {
  for (const Finding& finding : findings)
    if (finding.code == code) return true;
  return false;
}

}  // namespace touchstone::conformance::oracle
