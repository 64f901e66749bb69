#pragma once
// diameter_server.conf and diameter_client.conf (004 §5.2 to §5.4; docs/formats/diameter-conf.md).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/diameter/dictionary.h"
#include "reference/diameter/node_range.h"

namespace touchstone::diameter {

inline constexpr std::size_t max_config_octets = 4 * 1024 * 1024;
inline constexpr std::size_t max_config_line = 1024;

enum class StackType : std::uint8_t { server, client };
enum class ApplicationIdType : std::uint8_t { auth, acct };
/// The values of Inband-Security-Id (RFC 6733 §6.10).
enum class SecurityId : std::uint8_t { no_inband_security = 0, tls = 1 };

/// A DiameterURI as far as this file knows it: the transport is always TCP (DC-02, DC-20).
struct NodeUri {
  bool secure = false;                ///< aaas
  std::string host;                   ///< name or address; IPv6 in brackets; as it was spelt
  std::optional<std::uint16_t> port;  ///< 1..65535

  friend bool operator==(const NodeUri&, const NodeUri&) = default;
};

struct ConfiguredApplication {
  ApplicationIdType type = ApplicationIdType::auth;
  std::uint32_t id = application_mobile_ipv4;
  std::uint32_t vendor = 0;

  friend bool operator==(const ConfiguredApplication&, const ConfiguredApplication&) = default;
};

struct ConfiguredPeer {
  NodeUri uri;
  std::string realm;                  ///< empty when the file names none
  bool connecting = false;            ///< connect when the stack starts (DC-10)
  std::vector<NodeRange> nodes = {};  ///< that it may ask a KMS for; empty: every one

  friend bool operator==(const ConfiguredPeer&, const ConfiguredPeer&) = default;
};

/// A whole file; what it leaves out has the value that the page names. Entries keep their order,
/// not their index.
struct Config {
  NodeUri uri;
  StackType stack_type = StackType::server;
  std::string realm;
  std::uint32_t vendor_id = 0;
  std::string product_name;                         ///< KMS or KMC by default
  std::vector<ConfiguredApplication> applications;  ///< never empty; application 2 by default
  std::vector<SecurityId> inband_security;          ///< empty means NO_INBAND_SECURITY
  std::vector<ConfiguredPeer> peers;                ///< empty on a server: any peer (DC-16)

  friend bool operator==(const Config&, const Config&) = default;
};

/// What the file cannot tell about the computer it is used on.
struct ConfigSurroundings {
  bool has_certificate = false;              ///< DC-21
  bool has_ipsec = false;                    ///< DC-21
  std::span<const std::string> own_hosts{};  ///< names and addresses; empty: not compared (DC-12)
};

struct ConfigOptions {
  bool strict = false;
  std::optional<StackType> role = std::nullopt;  ///< what StackType has to be (DC-11)
  ConfigSurroundings surroundings{};
};

/// Reads a file. Every deviation is appended to `findings`, in the order of the lines, at most
/// 1,000. Errc::configuration when one of them is an error, Errc::configuration_strict when it is
/// one in strict mode alone; the Error names the first with its offset in `file`.
Result<Config> parse_config(OctetView file, const ConfigOptions& options, Findings& findings);

/// The canonical text, defaults included. parse_config(print_config(c)) == c for every c that
/// parse_config gives and whose text is within max_config_octets.
[[nodiscard]] std::string print_config(const Config& config);

/// `aaa://HOST[:PORT]`.
[[nodiscard]] std::string print_uri(const NodeUri& uri);

/// Which RFC decides about the port of aaas (DC-13).
enum class PortProfile : std::uint8_t { rfc3588, rfc6733 };

/// RFC 6733 §11.4 registers it; the text of §2.1 says 5658.
inline constexpr std::uint16_t registered_secure_port = 5868;
inline constexpr std::uint16_t registered_port = 3868;

/// The port to connect to or to listen on: that of the URI, else 3868, or `secure_port` for aaas
/// under RFC 6733.
[[nodiscard]] std::uint16_t port_of(const NodeUri& uri, PortProfile profile,
                                    std::uint16_t secure_port = registered_secure_port) noexcept;

struct ConfigProperty {
  std::string_view group;  ///< empty for a property that stands alone
  std::string_view name;
  std::string_view value;  ///< what it takes, for people
  std::string_view clause;
};
/// Rows of config_properties.def.
[[nodiscard]] std::span<const ConfigProperty> config_properties() noexcept;

}  // namespace touchstone::diameter
