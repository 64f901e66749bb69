#pragma once
// Named single changes of a good Diameter request. What each of them earns is not said here: the
// oracle knows it from the octets (conformance/oracle/diameter/answer.h).

#include <cstdint>
#include <span>
#include <string_view>

#include "conformance/oracle/diameter/message.h"

namespace touchstone::conformance::mutators {

/// Numbers that a mutation takes its choices from.
struct DiameterChoice {
  std::uint32_t place = 0;
  std::uint32_t number = 0;
};

struct DiameterMutation {
  std::string_view name;
  /// False when there is nothing to change.
  bool (*apply)(oracle::diameter::Message& message, const DiameterChoice& choice);
};

/// Of the header, of the frame of an AVP, of its flags, of the number of AVPs, of values.
[[nodiscard]] std::span<const DiameterMutation> diameter_mutations();

/// One change of the octets: a bit flipped, an octet set, some cut out, put in or cut off.
[[nodiscard]] Octets mutate_octets(OctetView octets, const DiameterChoice& choice);

}  // namespace touchstone::conformance::mutators
