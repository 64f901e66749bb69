#pragma once
// Files that initscripts reads by sourcing them: NAME=value as a shell understands it. Nothing is
// ever executed or replaced; what a shell would execute or replace is a finding.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

inline constexpr std::size_t max_shell_file = std::size_t{64} << 10;  // octets

struct Assignment {
  Place place;
  std::string name;
  SecretOctets value;  ///< without quoting; some of them are keys
};

/// The assignments in their order; a name may come several times, the last one counts. Findings go
/// to `log` with places in the file number `file`.
[[nodiscard]] std::vector<Assignment> read_assignments(OctetView text, std::uint32_t file,
                                                       RuleLog& log);

/// One line: the value between single quotes unless it is made of harmless characters alone.
[[nodiscard]] SecretOctets print_assignment(std::string_view name, OctetView value);

}  // namespace touchstone::ipsec::config
