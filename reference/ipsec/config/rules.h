#pragma once
// The registry of the rules by which IPsec configuration files are judged: RC- racoon.conf, SK-
// setkey scripts, IF- ifcfg and keys files, PC- two ends together, ML- what the media gateway asks
// for.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/finding.h"

namespace touchstone::ipsec::config {

/// Who judges: the program that would read the file (racoon 0.8, setkey 0.8, initscripts of RHEL 5)
/// or a careful engineer.
enum class Profile : std::uint8_t { strict, daemon };

/// What the program does with a file that breaks the rule.
enum class Daemon : std::uint8_t { takes, refuses };

/// One enumerator a row of rules.def.
enum class Rule : std::uint16_t {
#define TOUCHSTONE_IPSEC_RULE(enumerator, code, daemon, strict, clause, text) enumerator,
#include "reference/ipsec/config/rules.def"
#undef TOUCHSTONE_IPSEC_RULE
};

struct RuleRow {
  Rule id;
  std::string_view code;
  Daemon daemon;
  Severity strict;
  std::string_view clause;
  std::string_view text;  ///< what was expected
};

/// All rows, in the order of the file.
[[nodiscard]] std::span<const RuleRow> rules() noexcept;
[[nodiscard]] const RuleRow& rule(Rule id) noexcept;

/// Where something stands: file by its place in a list of names, line and column in octets from 1.
/// Line 0 is the file as a whole.
struct Place {
  std::uint32_t file = 0;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::size_t offset = 0;  ///< octets from 0

  [[nodiscard]] bool operator==(const Place&) const = default;
};

struct FileFinding {
  std::uint32_t file = 0;
  Finding finding;
};

/// The findings of one run, limited in number. In the profile `daemon` only what the program
/// refuses is noted.
class RuleLog {
 public:
  static constexpr std::size_t limit = 1000;

  explicit RuleLog(Profile profile) : profile_(profile) {}

  /// `detail`, if any, stands in place of the row's text. It never holds a value of the file that
  /// could be a secret.
  void note(Rule id, const Place& place, std::string_view detail = {});

  [[nodiscard]] Profile profile() const noexcept { return profile_; }
  /// Whether any note so far refuses the file in this profile.
  [[nodiscard]] bool refused() const noexcept { return refused_; }
  /// Whether the program would refuse the file, whatever the profile.
  [[nodiscard]] bool refused_by_daemon() const noexcept { return refused_by_daemon_; }
  /// The findings, sorted by their place.
  [[nodiscard]] std::vector<FileFinding> take() &&;

 private:
  void drop_followers();

  Profile profile_;
  bool refused_ = false;
  bool refused_by_daemon_ = false;
  std::size_t count_ = 0;
  std::vector<FileFinding> findings_;
};

}  // namespace touchstone::ipsec::config
