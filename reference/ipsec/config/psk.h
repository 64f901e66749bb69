#pragma once
// psk.txt: the pre-shared keys of racoon, a line an identifier (PK-03 to PK-07).
// docs/formats/psk.md

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

inline constexpr std::size_t max_psk_file = std::size_t{4} << 20;  // octets
inline constexpr std::size_t min_psk = 16;                         // octets (IP-08)

struct PskEntry {
  Place place;
  std::string identifier;
  SecretOctets key;  ///< the octets of a key that is written in hexadecimal
};

struct PskReading {
  std::vector<PskEntry> entries;  ///< in their order
  std::vector<FileFinding> findings;
  bool accepted = false;

  /// The entry that racoon finds: the first of this name, else the first `*`; or null.
  [[nodiscard]] const PskEntry* find(std::string_view identifier) const;
};

/// `mode` are the permission bits of the file, where they are known (PK-07).
[[nodiscard]] PskReading read_psk(OctetView text, Profile profile,
                                  std::optional<std::uint32_t> mode = {});

/// `text` with exactly one line for `identifier`, where the first stood or at the end; every other
/// line stays (PK-02, PK-05). `key` is what stands on the line.
[[nodiscard]] SecretOctets set_psk(OctetView text, std::string_view identifier, OctetView key);
/// `text` without lines for `identifier`.
[[nodiscard]] SecretOctets remove_psk(OctetView text, std::string_view identifier);

}  // namespace touchstone::ipsec::config
