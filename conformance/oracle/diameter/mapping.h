#pragma once
// Where the kind of key, the node id and the key travel, as data: a KMS that maps them otherwise
// than docs/formats/diameter-kms.md says so in its manifest (docs/formats/diameter-mapping.md) and
// can be judged all the same.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/oracle/diameter/message.h"
#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle::diameter {

/// What a gateway can ask for.
enum class KeyKind { gateway, code_download, both, node_root };
[[nodiscard]] std::string_view print_key_kind(KeyKind kind) noexcept;
[[nodiscard]] std::optional<KeyKind> parse_key_kind(std::string_view word) noexcept;

/// One question of a gateway.
struct Ask {
  KeyKind kind = KeyKind::node_root;
  std::uint32_t node = 0;  ///< of node_root
  std::string session_id = "gw1.example;1;1";
  std::string realm = "example";          ///< of the KMS
  std::string gateway = "gw1.example";    ///< Origin-Host
  std::string gateway_realm = "example";  ///< Origin-Realm
  std::uint32_t gateway_address = 0;      ///< IPv4, 0 if unknown
  std::uint32_t kms_address = 0;
  std::uint64_t identification = 0x0102030405060708;  ///< new in every request
  std::uint32_t spi = least_spi;
};

/// An AVP on the way to a key: code and vendor.
struct PathStep {
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;
};
using AvpPath = std::vector<PathStep>;

/// The AVP at the end of `path`; groups on the way need no row in the dictionary.
[[nodiscard]] std::optional<Avp> follow(const AvpPath& path, const Message& message);

/// An AVP of a request. `form` says how `value` becomes octets, once its {variables} are filled in.
struct AvpTemplate {
  enum class Form { text, u32, hex, ipv4, group };
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;
  std::optional<std::uint8_t> flags;
  Form form = Form::text;
  std::string value;
  std::vector<AvpTemplate> members;
  std::vector<KeyKind> kinds;  ///< that it is for; empty for all
  bool absent_for_node_0 = false;
};

struct Mapping {
  std::string name;
  std::uint32_t command = command::aa_mobile_node;
  std::uint32_t application = mobile_ipv4;
  /// The application's own rules are those of docs/formats/diameter-kms.md.
  bool has_documented_rules = false;
  std::vector<std::uint32_t> unknown_node;                          ///< Result-Codes that tell it
  std::map<KeyKind, std::map<std::string, std::string>> variables;  ///< {user}, {features}...
  std::vector<AvpTemplate> request;
  std::map<KeyKind, AvpPath> keys;  ///< in the answer; both has none of its own
  AvpPath node_in_answer;           ///< an IPv4 Address, a number or empty
};

/// The mapping of docs/formats/diameter-kms.md as TOML text.
[[nodiscard]] std::string_view default_mapping_toml();

/// Throws nlohmann's exceptions or std::invalid_argument, as the JSON library tells a wrong member.
void from_json(const nlohmann::json& json, Mapping& mapping);

/// The request that asks for `ask`.
[[nodiscard]] Message build_request(const Mapping& mapping, const Ask& ask);

/// The kinds of key that `kind` stands for: both is gateway and code_download.
[[nodiscard]] std::vector<KeyKind> single_kinds(KeyKind kind);
/// The key of `keyring`; nothing for a node without a row.
[[nodiscard]] std::optional<Octets> key_of(const Keyring& keyring, KeyKind kind,
                                           std::uint32_t node);

}  // namespace touchstone::conformance::oracle::diameter
