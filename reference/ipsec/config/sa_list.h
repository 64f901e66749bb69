#pragma once
// What `racoonctl show-sa isakmp` prints: the ISAKMP associations (RFC 2408) of a racoon, at each
// of its three levels of detail (RS-01, RS-08). docs/formats/racoonctl.md

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/address.h"
#include "reference/ipsec/config/civil_time.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// None, `-l` and `-ll`; each prints what the one before prints, and more.
enum class ListDetail : std::uint8_t { plain, longer, longest };

struct Socket {
  Address address;
  std::uint16_t port = 500;

  [[nodiscard]] bool operator==(const Socket&) const = default;
};

/// A row. What a level does not print is what it is here.
struct IsakmpSa {
  std::optional<Socket> source = {};  ///< longest
  Socket destination = {};
  std::array<std::uint8_t, 8> initiator_cookie = {};
  std::array<std::uint8_t, 8> responder_cookie = {};
  unsigned status = 0;      ///< longer: 9 is established
  bool initiator = false;   ///< longer
  unsigned version = 0x10;  ///< longer: of RFC 2408 §3.1
  char exchange = ' ';      ///< longer: M main, A aggressive, B base, U, I
  std::optional<CivilTime> created = {};
  unsigned phase2 = 0;  ///< longer: negotiations below it

  [[nodiscard]] bool operator==(const IsakmpSa&) const = default;
};

inline constexpr unsigned isakmp_established = 9;

struct IsakmpList {
  std::optional<ListDetail> detail;  ///< nothing where no heading was found
  std::vector<IsakmpSa> rows;
  std::vector<FileFinding> findings;
};

/// Takes each of the three forms by its heading, whatever the indentation, and passes over what
/// stands before it: a command line, the answer to another command. A row that cannot be read is a
/// finding.
[[nodiscard]] IsakmpList read_isakmp_list(std::string_view text);
[[nodiscard]] std::string print_isakmp_list(const std::vector<IsakmpSa>& rows, ListDetail detail);

}  // namespace touchstone::ipsec::config
