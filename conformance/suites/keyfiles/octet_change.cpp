#include "conformance/suites/keyfiles/octet_change.h"

#include <rapidcheck.h>

namespace touchstone::conformance::suites::keyfiles {

void to_json(nlohmann::json& json, const OctetChange& change) {
  json = {{"file", change.file}, {"place", change.place}, {"difference", change.difference}};
}

void from_json(const nlohmann::json& json, OctetChange& change) {
  json.at("file").get_to(change.file);
  json.at("place").get_to(change.place);
  json.at("difference").get_to(change.difference);
}

OctetChange arbitrary_change(std::uint32_t files) {
  // Without the resize a small candidate would only ever change the first file near its start.
  const auto below = [](std::uint32_t limit) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, limit));
  };
  OctetChange change;
  change.file = below(files);
  change.place = below(1U << 20);
  change.difference =
      static_cast<std::uint8_t>(*rc::gen::element(1, 2, 4, 8, 16, 32, 64, 128, 0x20, 0xFF));
  return change;
}

std::size_t apply(const OctetChange& change, Octets& octets) {
  const std::size_t at = change.place % octets.size();
  octets[at] ^= change.difference;
  return at;
}

}  // namespace touchstone::conformance::suites::keyfiles
