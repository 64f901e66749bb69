#pragma once
// The private keys of the cases as PEM text: fixtures/pki/conformance, public and worthless.

#include <string_view>

namespace touchstone::conformance::suites::keyfiles::sample_pems {

std::string_view kms();            ///< RSA 2048, PKCS#8
std::string_view kms_encrypted();  ///< the same under key_file_passphrase
std::string_view other();          ///< RSA 2048 of another KMS
std::string_view short_rsa();      ///< RSA 1024, which KU-24 refuses
std::string_view elliptic();       ///< P-256: not RSA

inline constexpr std::string_view key_file_passphrase = "Key-file words 77";

}  // namespace touchstone::conformance::suites::keyfiles::sample_pems
