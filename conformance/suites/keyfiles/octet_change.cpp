#include "conformance/suites/keyfiles/octet_change.h"

#include <rapidcheck.h>

#include "conformance/generators/keyring.h"

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
  OctetChange change;
  change.file = generators::draw_below(files);
  change.place = generators::draw_below(1U << 20);
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
