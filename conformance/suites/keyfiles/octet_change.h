#pragma once
// One changed octet in one of several files, as a property draws, saves and replays it.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "reference/base/octets.h"

namespace touchstone::conformance::suites::keyfiles {

struct OctetChange {
  std::uint32_t file = 0;       ///< which of the files
  std::uint32_t place = 0;      ///< taken modulo the size of the file
  std::uint8_t difference = 1;  ///< not 0
};
void to_json(nlohmann::json& json, const OctetChange& change);
void from_json(const nlohmann::json& json, OctetChange& change);

/// Drawn inside RapidCheck; `files` says how many there are.
OctetChange arbitrary_change(std::uint32_t files);

/// The place of the octet that was changed. `octets` is not empty.
std::size_t apply(const OctetChange& change, Octets& octets);

}  // namespace touchstone::conformance::suites::keyfiles
