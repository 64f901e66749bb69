#pragma once
// The fixtures that this suite carries.

#include <nlohmann/json.hpp>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::suites::keyring {

/// fixtures/keyring/negative/nk.json
[[nodiscard]] const nlohmann::json& negative_cases();
/// fixtures/keyring/merge/cases.json
[[nodiscard]] const nlohmann::json& merge_fixture();
/// fixtures/keyring/vectors/ts1.json
[[nodiscard]] const nlohmann::json& vectors();
/// fixtures/pki/conformance/kms.pem
[[nodiscard]] std::string_view kms_key_pem();

/// The keyring of the vectors: five nodes, canonical.
[[nodiscard]] const oracle::Keyring& vector_keyring();

/// One octet a character, as the negative cases spell their input.
[[nodiscard]] Octets from_latin1(std::string_view utf8);

}  // namespace touchstone::conformance::suites::keyring
