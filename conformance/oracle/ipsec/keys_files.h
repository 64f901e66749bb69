#pragma once
// The oracle's reading of psk.txt and of the shell files ifcfg-ipsecN and keys-ipsecN.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::oracle::ipsec {

using Json = nlohmann::json;

/// Rows in their order: identifier, and the key as it stands behind the blanks.
using PskRows = std::vector<std::pair<std::string, std::string>>;

struct PskReading {
  PskRows rows;  ///< keys as octets: of a hexadecimal one, what it stands for
  Verdict verdict;

  /// What racoon finds for a peer: the first row of it, else the first of `*`.
  [[nodiscard]] std::optional<std::string> find(std::string_view identifier) const;
};

[[nodiscard]] PskReading read_psk(std::string_view text, std::optional<unsigned> mode = {});

/// `text` with one line for `identifier` where the first stood, or at the end; without a key, none.
[[nodiscard]] std::string edit_psk(std::string_view text, std::string_view identifier,
                                   const std::optional<std::string>& key);

struct IfcfgInput {
  std::string ifcfg;
  std::optional<std::string> keys;
  std::optional<unsigned> keys_mode;
};

struct IfcfgReading {
  std::map<std::string, std::string> values;  ///< the last assignment of each name
  Verdict verdict;
};

/// Nothing is executed and nothing replaced.
[[nodiscard]] IfcfgReading read_ifcfg(const IfcfgInput& input);

/// What the two files mean, without the key.
[[nodiscard]] Json ifcfg_json(const IfcfgReading& reading);

}  // namespace touchstone::conformance::oracle::ipsec
