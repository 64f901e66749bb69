#pragma once
// The oracle's reading of racoon.conf, written from the grammar of docs/formats/racoon-conf.md: a
// statement is turned into a line of letters, which a regular expression of its section takes or
// not.

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::oracle::ipsec {

using Json = nlohmann::json;

inline constexpr std::uint64_t default_lifetime = 28800;  // seconds

struct RacoonIdentity {
  std::string type = "address";
  std::optional<std::string> value;
  friend bool operator==(const RacoonIdentity&, const RacoonIdentity&) = default;
};

/// Numbers of RFC 2409 appendix A; key_bits is 0 for a cipher of one key length.
struct RacoonProposal {
  int cipher = 0;
  std::uint32_t key_bits = 0;
  int hash = 0;
  int method = 0;
  int group = 0;
  std::optional<std::uint64_t> lifetime;  ///< seconds
  friend bool operator==(const RacoonProposal&, const RacoonProposal&) = default;
};

struct RacoonRemote {
  std::string name;     ///< of a named remote
  std::string address;  ///< canonical, or "anonymous"
  std::uint32_t port = 500;
  std::vector<std::string> modes;
  RacoonIdentity mine;
  std::vector<RacoonIdentity> peers;
  bool verify_identifier = false;
  bool passive = false;
  std::string nat = "off";
  std::string check = "strict";
  std::string generate_policy = "off";
  std::uint64_t nonce = 16;
  std::uint64_t dpd_delay = 0;
  std::uint64_t lifetime = default_lifetime;
  std::string certificate;
  std::string key;
  std::vector<RacoonProposal> proposals;
  friend bool operator==(const RacoonRemote&, const RacoonRemote&) = default;
};

/// A transform of phase 2: its number (RFC 2407 §4.4) and key length.
using RacoonTransform = std::pair<int, std::uint32_t>;

/// One end of a sainfo, by a text: `anonymous`, `clientaddr`, `10.0.0.0/24[80]6` (prefix, port and
/// protocol always told, 0 and 255 for any), `10.0.0.1-10.0.0.9[0]255`, `fqdn:name`.
struct RacoonSainfo {
  std::string local = "anonymous";
  std::string peer = "anonymous";
  std::string from;  ///< `type:value`, or empty
  int pfs_group = 0;
  std::uint64_t lifetime = default_lifetime;
  std::uint32_t remote_id = 0;
  std::vector<RacoonTransform> ciphers;
  std::vector<RacoonTransform> auths;
  std::vector<RacoonTransform> compressions;
  friend bool operator==(const RacoonSainfo&, const RacoonSainfo&) = default;
};

struct RacoonConf {
  std::map<std::string, std::string> paths;
  std::string log = "info";
  std::vector<std::string> includes;
  std::vector<std::string> listens;  ///< `10.0.0.1[500]`, natt: `10.0.0.1[4500]n`
  std::vector<RacoonRemote> remotes;
  std::vector<RacoonSainfo> sainfos;
  friend bool operator==(const RacoonConf&, const RacoonConf&) = default;
};
void to_json(Json& json, const RacoonConf& conf);

struct RacoonReading {
  RacoonConf conf;
  Verdict verdict;
};

/// The files that a pattern of an include names, in order; a certificate is asked for by its whole
/// name. Without one neither is opened.
using RacoonFiles = std::function<std::vector<std::string>(const std::string& pattern)>;

[[nodiscard]] RacoonReading read_racoon(std::string text, const RacoonFiles& files = {});

/// A whole configuration as text, one statement a line.
[[nodiscard]] std::string print_racoon(const RacoonConf& conf);

/// What racoon calls an algorithm; the first spelling of several.
enum class RacoonClass : std::uint8_t { cipher, hash, method, group, esp, auth, compression };
[[nodiscard]] std::string racoon_name(RacoonClass place, int number);

}  // namespace touchstone::conformance::oracle::ipsec
