#pragma once
// fixtures/keyring/vectors/ts1.json and small helpers that every test of keyring needs.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "reference/base/exit_class.h"
#include "reference/base/finding.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/model.h"
#include "tests/support/tree.h"

namespace touchstone::keyring {

inline std::string read_fixture(const std::string& path) {
  std::ifstream in(tests::tree_path("fixtures/") + path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const nlohmann::json& vectors() {
  static const auto all = nlohmann::json::parse(read_fixture("keyring/vectors/ts1.json"));
  return all;
}

inline Octets hex(const nlohmann::json& value) {
  return from_hex(value.get<std::string>()).value();
}

template <std::size_t size>
SecretKey<size> key_from(const nlohmann::json& value) {
  const Octets octets = hex(value);
  EXPECT_EQ(octets.size(), size);
  return SecretKey<size>(std::span<const std::uint8_t, size>(octets.data(), size));
}

template <std::size_t size>
std::array<std::uint8_t, size> array_from(const nlohmann::json& value) {
  std::array<std::uint8_t, size> out{};
  const Octets octets = hex(value);
  EXPECT_EQ(octets.size(), size);
  std::copy(octets.begin(), octets.end(), out.begin());
  return out;
}

inline crypto::RsaPrivateKey private_key(const std::string& path) {
  const std::string pem = read_fixture(path);
  return crypto::RsaPrivateKey::from_pem(as_octets(pem)).value();
}

template <class T>
int exit_of(const Result<T>& result) {
  return result ? 0 : exit_code(result.error());
}

/// Why `result` is an error; no error at all, equal to no code, for a value.
template <class T>
std::error_code code_of(const Result<T>& result) {
  return result ? std::error_code() : result.error().code;
}

inline bool has_code(const Findings& findings, std::string_view code) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.code == code; });
}

inline NodeRow row(NodeId id, std::uint8_t key, std::uint32_t batch = 1, std::uint32_t count = 0) {
  NodeRow out{id, batch, count, {}};
  out.root_key.fill(key);
  out.root_key[0] = 0x42;
  return out;
}

inline bool same_rows(std::span<const NodeRow> a, std::span<const NodeRow> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const NodeRow& x, const NodeRow& y) {
    return x.node_id == y.node_id && x.batch == y.batch && x.count == y.count &&
           x.root_key == y.root_key;
  });
}

inline bool same_network(const NetworkKeys& a, const NetworkKeys& b) {
  return a.pwdh.equals(b.pwdh) && a.base.equals(b.base) && a.gateway.equals(b.gateway) &&
         a.gateway_cdld.equals(b.gateway_cdld);
}

/// Not one of the keys of the vectors stands in `text`, in part (8 digits) or whole.
inline bool shows_key_digits(const std::string& text) {
  const std::string file = vectors()["keyring_after_import"]["text"];
  for (std::size_t at = file.find("0x"); at != std::string::npos; at = file.find("0x", at + 2)) {
    const std::size_t end = file.find_first_of(",\n", at);
    if (end - at < 32) continue;  // a node id is no secret
    for (std::size_t i = at + 2; i + 8 <= end; ++i)
      if (text.find(file.substr(i, 8)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace touchstone::keyring
