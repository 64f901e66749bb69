#pragma once
// Named ways to spoil a diameter_*.conf, each with the finding that it earns.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/mutators/keyring_lines.h"
#include "conformance/oracle/diameter/conf.h"

namespace touchstone::conformance::mutators {

/// A file as lines without their ends, and how it is read: with a certificate and IPsec, unless a
/// rule takes one away.
struct ConfDraft {
  std::vector<std::string> lines;
  std::string line_end = "\n";
  oracle::diameter::ConfUse use{
      .strict = false, .role = {}, .certificate = true, .ipsec = true, .hosts = {}};

  explicit ConfDraft(const oracle::diameter::Conf& conf);

  [[nodiscard]] Octets print() const;
  /// The lines whose name begins with `start`.
  [[nodiscard]] std::vector<std::size_t> named(std::string_view start) const;
  [[nodiscard]] std::string value(std::size_t line) const;
  void set_value(std::size_t line, std::string_view value);
};

struct ConfRule {
  std::string_view name;         ///< "a port of 0"
  std::string_view requirement;  ///< the one that a wrong verdict breaks
  std::string_view code;         ///< of the finding; a tolerant reader takes KL-... and HOST
  /// Spoils the draft; false when it has nothing to spoil.
  std::function<bool(ConfDraft& draft, const Choice& choice)> apply;

  [[nodiscard]] bool tolerated() const { return code.starts_with("KL-") || code == "HOST"; }
};

/// All rules, in the order of their requirements.
[[nodiscard]] const std::vector<ConfRule>& conf_rules();

}  // namespace touchstone::conformance::mutators
