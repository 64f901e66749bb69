#pragma once
// The PEM file of the KMS (KU-23, KU-24).

#include <string>

#include "reference/base/files.h"
#include "reference/base/passphrase_source.h"
#include "reference/crypto/rsa.h"

namespace touchstone::kms {

/// Refused if others may read it (KR-24), if it is no RSA private key, or under 2048 bits. An
/// encrypted PEM asks `passphrases` once.
Result<crypto::RsaPrivateKey> read_private_key(Files& files, const std::string& path,
                                               PassphraseSource& passphrases);

}  // namespace touchstone::kms
