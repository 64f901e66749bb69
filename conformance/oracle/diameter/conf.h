#pragma once
// diameter_server.conf and diameter_client.conf as 004 §5.2 to §5.4 and
// docs/formats/diameter-conf.md describe them, read for clarity: every line to a name and a value,
// then every name looked up. The reference has its own reader; the two share nothing but the page.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle::diameter {

struct ConfUri {
  bool secure = false;
  std::string host;
  std::optional<std::uint16_t> port;

  friend bool operator==(const ConfUri&, const ConfUri&) = default;
};

struct ConfApplication {
  std::string type = "Auth";
  std::uint32_t id = 2;
  std::uint32_t vendor = 0;

  friend bool operator==(const ConfApplication&, const ConfApplication&) = default;
};

struct ConfPeer {
  ConfUri uri;
  std::string realm;  ///< empty: none is named
  bool connecting = false;

  friend bool operator==(const ConfPeer&, const ConfPeer&) = default;
};

/// What a file says, defaults filled in. Words are spelt as the file spells them.
struct Conf {
  ConfUri uri;
  std::string stack_type = "SERVER";
  std::string realm;
  std::uint32_t vendor_id = 0;
  std::string product_name = "KMS";
  std::vector<ConfApplication> applications{ConfApplication{}};
  std::vector<std::string> inband_security;
  std::vector<ConfPeer> peers;

  friend bool operator==(const Conf&, const Conf&) = default;
};

/// How and where a file is read.
struct ConfUse {
  bool strict = false;
  std::string role;  ///< "server", "client" or empty
  bool certificate = false;
  bool ipsec = false;
  std::vector<std::string> hosts;  ///< of the computer; empty: not compared
};

struct ConfReading {
  int exit_code = 0;  ///< 0, 6, or 13 of a strict reader alone
  Conf conf;          ///< when exit_code is 0
  Findings findings;  ///< all of them, by line

  [[nodiscard]] bool accepted() const { return exit_code == 0; }
};

[[nodiscard]] ConfReading read_conf(OctetView file, const ConfUse& use);

/// The canonical text.
[[nodiscard]] std::string print_conf(const Conf& conf);
[[nodiscard]] std::string print_conf_uri(const ConfUri& uri);

/// The port that a URI leads to (DC-13); `profile` is "3588" or "6733".
[[nodiscard]] std::uint16_t port_of(const ConfUri& uri, std::string_view profile);

void to_json(nlohmann::json& json, const ConfUri& uri);
void from_json(const nlohmann::json& json, ConfUri& uri);
void to_json(nlohmann::json& json, const Conf& conf);
void from_json(const nlohmann::json& json, Conf& conf);

}  // namespace touchstone::conformance::oracle::diameter
