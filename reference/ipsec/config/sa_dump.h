#pragma once
// What `racoonctl show-sa ipsec` and `setkey -D` print: the IPsec associations of a kernel, keys
// and all, in the layout of libipsec (RS-02 to RS-09). docs/formats/racoonctl.md

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/address.h"
#include "reference/ipsec/config/civil_time.h"
#include "reference/ipsec/config/rules.h"
#include "reference/ipsec/config/setkey.h"

namespace touchstone::ipsec::config {

enum class SaState : std::uint8_t { larval, mature, dying, dead };

/// A counter with its limits; 0 is none.
struct Limits {
  std::uint64_t current = 0, hard = 0, soft = 0;

  [[nodiscard]] bool operator==(const Limits&) const = default;
};

/// An algorithm and its key. The key is empty where the dump does not show it.
struct DumpedKey {
  std::string algorithm;
  SecretOctets key;
};

struct IpsecSa {
  Address from, to;
  std::uint16_t from_port = 0, to_port = 0;  ///< of UDP encapsulation, else 0
  std::string protocol = "esp";              ///< esp, ah, ipcomp, esp-udp
  SaMode mode = SaMode::any;
  std::uint32_t spi = 0, reqid = 0;
  std::optional<DumpedKey> cipher, auth;
  std::uint32_t sequence = 0, replay = 0, flags = 0;
  SaState state = SaState::mature;
  std::optional<CivilTime> created, current, last;
  Limits added, used;  ///< seconds since created (added.current is `diff`), and since first used
  Limits octets, allocations;
  std::uint32_t sadb_seq = 0, pid = 0, refcnt = 0;
  bool whole = false;  ///< its last line was read
  Place place;
};

struct SaDump {
  std::vector<IpsecSa> associations;
  std::vector<FileFinding> findings;  ///< never a key
};

/// Reads each form, whatever its indentation and blank lines; a trailer that stands further below,
/// under other output, belongs to the last association (003 §6.1.7). Lines of other programs are
/// passed over.
[[nodiscard]] SaDump read_sa_dump(std::string_view text);

enum class DumpedKeys : std::uint8_t { shown, redacted };
/// As libipsec prints it, or with `(redacted)` in place of each key.
[[nodiscard]] SecretOctets print_sa_dump(const std::vector<IpsecSa>& associations, DumpedKeys keys);

/// Any text with `(redacted)` in place of what stands behind `E:` and `A:` of a dump: what may go
/// into a log (RS-09).
[[nodiscard]] std::string redact_sa_dump(std::string_view text);

/// What is wrong with the associations between two hosts, by the rules of 003 §6.1.7: one mature
/// association in each direction, and octets in both. Empty when traffic is protected.
[[nodiscard]] std::vector<FileFinding> judge_associations(const SaDump& dump, const Address& self,
                                                          const Address& peer);

}  // namespace touchstone::ipsec::config
