#pragma once
// ifcfg-ipsecN and keys-ipsecN of RHEL 5, which `ifup ipsecN` sources (004 §5.5).
// docs/formats/ifcfg-ipsec.md

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/address.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

enum class IkeMethod : std::uint8_t { manual, psk, x509, gssapi };

struct Network {
  Address address;
  unsigned prefix = 0;

  [[nodiscard]] bool operator==(const Network&) const = default;
};

/// What the two files say together.
struct IpsecInterface {
  std::string name;  ///< "ipsec0"
  std::optional<Address> source, destination;
  std::optional<Network> source_network, destination_network;
  bool on_boot = false;
  IkeMethod method = IkeMethod::manual;
  SecretOctets psk;
  std::string certificate, peer_certificate;
  unsigned dh_group = 2;
  std::string ah = "sha1", esp = "3des", esp_auth = "sha1";  ///< "none" leaves one out

  // What the command `ipsec` of the gateway adds in variables of its own; its keys are in psk.txt.
  bool of_gateway = false;
  std::uint32_t protocol = 255;                         ///< upper layer; 255 is any
  std::uint32_t source_port = 0, destination_port = 0;  ///< 0 is any
  std::optional<Address> media;  ///< traffic of this address of ours passes in clear (MO-13)
  std::uint32_t media_low = 0, media_high = 0;  ///< and so do these UDP ports of ours; 0 is none
  bool source_key = false;  ///< made with a key for the gateway's own row of psk.txt
  std::string profile;      ///< "legacy" or "modern"

  [[nodiscard]] bool tunnel() const { return source_network || destination_network; }
};

/// The two files of one interface, as far as they are there.
struct IfcfgFiles {
  std::string name;  ///< "ipsec0"
  OctetView ifcfg;
  std::optional<OctetView> keys = {};
  std::optional<std::uint32_t> keys_mode = {};  ///< permission bits
};

struct IfcfgReading {
  IpsecInterface interface;
  std::vector<FileFinding> findings;  ///< file 0 is ifcfg-, file 1 is keys-
  bool accepted = false;
};

/// Never fails; what is not as it should be is a finding.
[[nodiscard]] IfcfgReading read_ifcfg(const IfcfgFiles& files);

/// The two files for an interface with a pre-shared key or certificates, one assignment a line
/// (IP-09). For one of the gateway the keys are empty.
struct IfcfgText {
  std::string ifcfg;
  SecretOctets keys;
};
[[nodiscard]] IfcfgText print_ifcfg(const IpsecInterface& interface);

}  // namespace touchstone::ipsec::config
