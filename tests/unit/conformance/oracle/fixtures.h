#pragma once
// The fixtures that the checks read, as JSON, and small conversions.

#include <nlohmann/json.hpp>
#include <string_view>

#include "conformance/oracle/derivation.h"
#include "conformance/oracle/model.h"
#include "conformance/oracle/rsa_keys.h"

namespace touchstone::conformance::oracle {

using Json = nlohmann::json;

/// The file of fixtures/, once read.
const Json& fixture_json(std::string_view path);
std::string fixture_text(std::string_view path);

/// fixtures/keyring/vectors/ts1.json.
const Json& vectors();

Octets unhex(std::string_view digits);
conformance::oracle::Key16 key16(std::string_view digits);
Octets base64(std::string_view text);
Octets latin1(std::string_view utf8);
conformance::oracle::Kdf kdf_of(std::string_view text);

const conformance::oracle::RsaKey& vector_key();
const conformance::oracle::RsaKey& kms_key();
const conformance::oracle::RsaKey& other_key();

}  // namespace touchstone::conformance::oracle
