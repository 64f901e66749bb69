#pragma once
// The oracle's reading of wpa_supplicant.conf: whether wpa_supplicant 2.10 takes it, whether a
// careful engineer would, and what it means for a wired port.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::oracle::dot1x {

using Json = nlohmann::json;
using ipsec::Verdict;
using ipsec::Weight;

struct WpaSetting {
  std::string key;
  std::string value;  ///< as it stands behind =
  std::uint64_t line = 0;
};

struct WpaBlock {
  std::string word;        ///< "network", "cred", "blob-base64-name"
  std::uint64_t line = 0;  ///< that opens it
  std::vector<WpaSetting> settings;

  /// What the last setting of the key says; nothing without one.
  [[nodiscard]] const WpaSetting* find(std::string_view key) const;
  /// The octets of a text; nothing when it is not set, was taken back by NULL, or is no text.
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  /// A number, or `otherwise`.
  [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t otherwise) const;
  /// The words of key_mgmt or eap.
  [[nodiscard]] std::vector<std::string> words(std::string_view key) const;
};

struct WpaReading {
  WpaBlock outside;
  std::vector<WpaBlock> blocks;
  Verdict verdict;

  /// The first network that is not disabled.
  [[nodiscard]] const WpaBlock* network() const;
};

[[nodiscard]] WpaReading read_wpa_conf(std::string_view text);

/// Whether the value of this field is a secret, which no model tells.
[[nodiscard]] bool is_wpa_secret(std::string_view key);

/// What the file means: `outside` and `networks`, an object of fields each (a text in hexadecimal,
/// a number as one, other values as they stand, a secret as true), and the index `counts` of the
/// network that counts, or -1.
[[nodiscard]] Json wpa_json(const WpaReading& reading);

/// Of the file as a whole, when its lines are known; wpa_judge.cpp.
void judge_wpa(WpaReading& reading);

}  // namespace touchstone::conformance::oracle::dot1x
