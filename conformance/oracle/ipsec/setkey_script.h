#pragma once
// The oracle's reading of setkey(8) scripts, written from docs/formats/setkey.md, for the layout
// with blanks between words that setkey's manual shows.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::oracle::ipsec {

using Json = nlohmann::json;

struct SetkeyEnd {
  std::optional<IpAddress> address;
  std::uint64_t prefix = 0;
  std::uint64_t port = 0;  ///< 0 is any
  friend bool operator==(const SetkeyEnd&, const SetkeyEnd&) = default;
};

struct SetkeyRequest {
  std::string protocol = "esp";
  std::string mode = "transport";
  std::optional<IpAddress> from;
  std::optional<IpAddress> to;
  std::string level = "default";
  friend bool operator==(const SetkeyRequest&, const SetkeyRequest&) = default;
};

struct SetkeyPolicy {
  SetkeyEnd from;
  SetkeyEnd to;
  std::uint64_t protocol = 255;  ///< 255 is any
  std::string direction = "out";
  std::string action = "ipsec";
  std::vector<SetkeyRequest> requests;
  std::uint64_t line = 0;
};

struct SetkeyAssociation {
  SetkeyEnd from;
  SetkeyEnd to;
  std::string protocol = "esp";
  std::uint64_t spi = 0;
  std::string mode = "any";
  std::string cipher;
  std::string auth;
  std::size_t cipher_bits = 0;
  std::size_t auth_bits = 0;
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  std::uint64_t line = 0;
};

struct SetkeyReading {
  std::vector<SetkeyPolicy> policies;
  std::vector<SetkeyAssociation> associations;
  Verdict verdict;
};

[[nodiscard]] SetkeyReading read_setkey(std::string_view text);

/// Policies and associations as facts; no key among them.
[[nodiscard]] Json setkey_json(const SetkeyReading& reading);

/// `spdadd ... ;` with every part told.
[[nodiscard]] std::string print_policy(const SetkeyPolicy& policy);
[[nodiscard]] std::string print_end(const SetkeyEnd& end);
/// The number of a name that a policy may have as its upper protocol; `any` is 255.
[[nodiscard]] std::optional<std::uint64_t> upper_protocol(std::string_view name);

}  // namespace touchstone::conformance::oracle::ipsec
