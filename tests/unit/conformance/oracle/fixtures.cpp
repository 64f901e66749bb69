#include "tests/unit/conformance/oracle/fixtures.h"
#include "tests/support/tree.h"

#include <openssl/evp.h>

#include <fstream>
#include <map>
#include <sstream>

#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

std::string fixture_text(std::string_view path) {
  const std::string name = tests::tree_path("fixtures/") + std::string(path);
  std::ifstream file(name, std::ios::binary);
  TOUCHSTONE_CHECK(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Json& fixture_json(std::string_view path) {
  static std::map<std::string, Json, std::less<>> read;
  auto found = read.find(path);
  if (found == read.end()) found = read.emplace(path, Json::parse(fixture_text(path))).first;
  return found->second;
}

const Json& vectors() {
  return fixture_json("keyring/vectors/ts1.json");
}

Octets unhex(std::string_view digits) {
  auto octets = from_hex(digits);
  TOUCHSTONE_CHECK(octets.has_value());
  return *octets;
}

oracle::Key16 key16(std::string_view digits) {
  const Octets octets = unhex(digits);
  TOUCHSTONE_CHECK(octets.size() == 16);
  oracle::Key16 key{};
  std::copy(octets.begin(), octets.end(), key.begin());
  return key;
}

Octets base64(std::string_view text) {
  Octets out(text.size());
  const int size = EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  TOUCHSTONE_CHECK(size > 0);
  const auto padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size - padding));
  return out;
}

Octets latin1(std::string_view utf8) {
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

oracle::Kdf kdf_of(std::string_view text) {
  const bool scrypt = text.starts_with("scrypt:");
  const auto cost = static_cast<std::uint32_t>(std::stoul(std::string(text.substr(7))));
  return scrypt ? oracle::Kdf{2, cost, 8, 1} : oracle::Kdf{1, cost, 0, 0};
}

const oracle::RsaKey& vector_key() {
  static const auto key =
      oracle::RsaKey::from_private_pem(vectors().at("rsa_private_pem").get<std::string>());
  return key;
}

const oracle::RsaKey& kms_key() {
  static const auto key = oracle::RsaKey::from_private_pem(fixture_text("pki/conformance/kms.pem"));
  return key;
}

const oracle::RsaKey& other_key() {
  static const auto key =
      oracle::RsaKey::from_private_pem(fixture_text("pki/conformance/other.pem"));
  return key;
}

}  // namespace touchstone::conformance::oracle
