#pragma once
// What a racoon.conf means, in the terms of RFC 2407 to 2409.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/ipsec/config/address.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// RFC 2407 §4.5: seconds where a file tells none; racoon takes it for both phases.
inline constexpr std::uint64_t default_lifetime = 28800;

enum class ExchangeMode : std::uint8_t { base, main, aggressive };
enum class IdType : std::uint8_t { user_fqdn, fqdn, keyid, address, subnet, asn1dn };
/// off: the stricter of two life times wins only where it is mine; see proposal_check in
/// racoon.conf.
enum class ProposalCheck : std::uint8_t { obey, strict, claim, exact };
enum class Traversal : std::uint8_t { off, on, force };
enum class PolicyLevel : std::uint8_t { off, on, require, unique };

struct Identity {
  IdType type = IdType::address;
  std::optional<std::string> value;  ///< without one: the address of the interface, or of the peer
  bool tag = false;                  ///< a keyid whose value is the text, not a file
  std::optional<Address> address;    ///< of the type address

  [[nodiscard]] bool operator==(const Identity&) const = default;
};

/// Numbers are those of RFC 2409 appendix A; 0 is absent.
struct IkeProposal {
  Place place;
  std::uint16_t cipher = 0;
  std::uint32_t key_bits = 0;  ///< 0 for a cipher of one key length
  std::uint16_t hash = 0;
  std::uint16_t method = 0;
  std::uint16_t group = 0;
  std::optional<std::uint64_t> lifetime = {};  ///< seconds; else the remote's
  bool gss = false;
};

struct Remote {
  Place place;
  std::string name;  ///< of a named remote, else made of the address
  bool named = false;
  std::optional<Address> address;  ///< none: anonymous
  std::uint32_t port = 500;
  bool has_address = false;  ///< an address or `anonymous` was written
  bool inherits = false;
  std::vector<ExchangeMode> modes;
  Identity mine;
  bool mine_told = false;
  std::vector<Identity> peers;
  bool verify_identifier = false;
  bool verify_certificate = true;
  std::string certificate, key;  ///< as written; empty where absent
  std::string peers_certificate, ca;
  bool has_own = false, has_peers = false, has_ca = false;  ///< a directive of the kind was read
  bool passive = false;
  Traversal nat = Traversal::off;
  ProposalCheck check = ProposalCheck::strict;
  PolicyLevel generate_policy = PolicyLevel::off;
  std::uint64_t nonce = 16;  ///< octets
  std::uint64_t dpd_delay = 0;
  std::uint64_t lifetime = default_lifetime;
  std::vector<IkeProposal> proposals;
};

/// One end of a sainfo.
struct SainfoId {
  enum class Kind : std::uint8_t { anonymous, client_address, network, range, text };
  Kind kind = Kind::anonymous;
  IdType type = IdType::address;
  Address low, high;
  std::uint64_t prefix = 0;
  std::uint32_t port = 0;        ///< 0 is any; the low 16 bits count
  std::uint64_t protocol = 255;  ///< 255 is any
  std::string text;

  [[nodiscard]] bool operator==(const SainfoId&) const = default;
};

struct Transform {
  std::uint16_t number = 0;
  std::uint32_t key_bits = 0;

  [[nodiscard]] bool operator==(const Transform&) const = default;
};

struct Sainfo {
  Place place;
  SainfoId local, peer;
  std::optional<Identity> from;
  std::uint16_t pfs_group = 0;  ///< 0: no PFS
  std::uint64_t lifetime = default_lifetime;
  std::uint32_t remote_id = 0;
  std::vector<Transform> ciphers, auths, compressions;
};

struct Listening {
  Address address;
  std::uint32_t port = 500;
  bool encapsulated = false;
};

struct RacoonConfig {
  std::map<std::string, std::string> paths;  ///< by the word after `path`
  std::string log_level = "info";
  std::vector<Listening> listens;
  bool strict_address = false;
  std::vector<Remote> remotes;  ///< in the order of the file
  std::vector<Sainfo> sainfos;
  std::vector<std::string> includes;  ///< as written
};

}  // namespace touchstone::ipsec::config
