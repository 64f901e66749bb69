#include "conformance/suites/keyring/data.h"

#include "conformance/oracle/keyring_text.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::keyring {

std::string_view negative_json();
std::string_view merge_json();
std::string_view vectors_json();

const nlohmann::json& negative_cases() {
  static const auto json = nlohmann::json::parse(negative_json()).at("cases");
  return json;
}

const nlohmann::json& merge_fixture() {
  static const auto json = nlohmann::json::parse(merge_json()).at("cases");
  return json;
}

const nlohmann::json& vectors() {
  static const auto json = nlohmann::json::parse(vectors_json());
  return json;
}

const oracle::Keyring& vector_keyring() {
  static const oracle::Keyring keyring = [] {
    const auto text = vectors().at("keyring_after_import").at("text").get<std::string>();
    auto reading = oracle::read_keyring(as_octets(text), {.strict = true});
    TOUCHSTONE_CHECK(reading.accepted());
    return reading.keyring;
  }();
  return keyring;
}

Octets from_latin1(std::string_view utf8) {
  Octets out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(utf8[i]);
    if (first < 0x80) {
      out.push_back(first);
      continue;
    }
    const auto second = static_cast<std::uint8_t>(utf8.at(++i));
    out.push_back(static_cast<std::uint8_t>((first & 3) << 6 | (second & 0x3F)));
  }
  return out;
}

}  // namespace touchstone::conformance::suites::keyring
