#pragma once
// The test keys of fixtures/ as PEM.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "reference/crypto/rsa.h"
#include "tests/support/tree.h"

namespace touchstone::crypto {

inline std::string read_fixture(const std::string& path) {
  std::ifstream in(tests::tree_path("fixtures/") + path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Why `result` is an error; no error at all, equal to no code, for a value.
template <class T>
std::error_code code_of(const Result<T>& result) {
  return result ? std::error_code() : result.error().code;
}

inline RsaPrivateKey private_key(const std::string& path) {
  const std::string pem = read_fixture(path);
  return RsaPrivateKey::from_pem(as_octets(pem)).value();
}

/// 2048 bits, quick to use.
inline RsaPrivateKey kms_key() {
  return private_key("pki/conformance/kms.pem");
}
inline RsaPrivateKey other_key() {
  return private_key("pki/conformance/other.pem");
}

inline std::vector<RsaPublicKey> public_keys(const RsaPrivateKey& key) {
  std::vector<RsaPublicKey> keys;
  keys.push_back(key.public_key());
  return keys;
}

}  // namespace touchstone::crypto
