#pragma once
// Scripts of setkey(8): policies (SPD) and manual associations (SAD), and whether setkey (profile
// daemon, "setkey-0.8") or a careful engineer (profile strict) takes them.
// docs/formats/setkey.md has the grammar and the rules.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/address.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

enum class Direction : std::uint8_t { in, out, forward };
enum class PolicyAction : std::uint8_t { absent, discard, none, ipsec, bypass, entrust };
enum class SaProtocol : std::uint8_t { absent, esp, ah, ipcomp, tcp };
enum class SaMode : std::uint8_t { any, transport, tunnel };
enum class RequestLevel : std::uint8_t { standard, use, require, unique };

/// One end of a policy or an association.
struct Endpoint {
  std::optional<Address> address;  ///< none for a name
  std::uint64_t prefix = 0;        ///< bits; the length of the address where none is written
  std::uint32_t port = 0;          ///< 0 is any

  [[nodiscard]] bool operator==(const Endpoint&) const = default;
};

/// `esp/tunnel/10.0.0.1-10.0.0.2/require`
struct PolicyRequest {
  SaProtocol protocol = SaProtocol::esp;
  SaMode mode = SaMode::any;
  std::optional<Address> from, to;
  RequestLevel level = RequestLevel::standard;
  std::uint32_t unique = 0;

  [[nodiscard]] bool operator==(const PolicyRequest&) const = default;
};

struct Policy {
  Place place;
  Endpoint from, to;
  std::uint64_t protocol = 255;  ///< upper layer; 255 is any
  Direction direction = Direction::in;
  PolicyAction action = PolicyAction::absent;
  std::vector<PolicyRequest> requests;
};

struct Association {
  Place place;
  Endpoint from, to;
  SaProtocol protocol = SaProtocol::absent;
  std::uint64_t spi = 0;
  SaMode mode = SaMode::any;
  std::string cipher, auth;  ///< as spelled; empty where absent
  SecretOctets cipher_key, auth_key;
  std::uint64_t soft_seconds = 0, hard_seconds = 0;
};

/// One command, as words that point into the text of the reading.
struct SetkeyCommand {
  std::vector<std::string_view> words;  ///< a policy is one word
  Place place;
  std::size_t end = 0;  ///< offset behind its ;
};

struct SetkeyReading {
  SecretOctets text;
  std::vector<SetkeyCommand> commands;
  std::vector<Policy> policies;           ///< of spdadd and spdupdate
  std::vector<Association> associations;  ///< of add
  std::vector<FileFinding> findings;
  bool accepted = false;  ///< by the profile that was asked for
};

inline constexpr std::size_t max_setkey_file = std::size_t{4} << 20;  // octets

/// Never fails: what cannot be read is a finding. In the profile `daemon` reading stops at the
/// first refusal, as setkey does.
[[nodiscard]] SetkeyReading read_setkey(SecretOctets text, Profile profile);

/// The commands, one a line, without comments; it reads as the same. It holds the keys.
[[nodiscard]] SecretOctets print_setkey(const SetkeyReading& reading);

}  // namespace touchstone::ipsec::config
