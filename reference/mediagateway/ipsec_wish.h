#pragma once
// What a command line of `ipsec --create` asks for, checked value by value before any file is
// touched (IC-10, IC-11), and the configuration that it makes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reference/base/secret.h"
#include "reference/ipsec/config/rules.h"
#include "reference/mediagateway/ipsec_tree.h"

namespace touchstone::mediagateway {

/// Texts as they were typed; an option that was not given is nothing.
struct CreateWish {
  using Text = std::optional<std::string>;
  Text name;
  Text source, destination, network;
  Text source_port, destination_port, protocol;
  Text media;           ///< an address whose traffic passes in clear (MO-13)
  Text media_ports;     ///< and UDP ports that do, LOW-HIGH
  Text proto, profile;  ///< esp or ah; legacy or modern
  std::optional<SecretOctets> source_key, destination_key;
  bool certificates = false;                   ///< installs some
  bool any_network = false;                    ///< --i-know: a prefix of 0 is meant
  std::optional<ipsec::config::Address> eth0;  ///< of the machine, where it may be asked
};

struct CheckedWish {
  Connection connection;
  std::vector<ipsec::config::FileFinding> warnings;  ///< ML- rules; never a key
};

/// Errors are IpsecErrc and name the option: usage (MO-04 to MO-19, PK-10), name_exists,
/// peer_exists, hand_made, no_address, or a file of the tree that cannot be read.
Result<CheckedWish> check_create(const CreateWish& wish, IpsecTree& tree);

/// Letters and digits, 1 to 32 of them (IC-02).
Result<std::string> check_name(const std::optional<std::string>& text);

}  // namespace touchstone::mediagateway
