#pragma once
// A batch: the encrypted rows, their MAC and their manifest (BK-01..BK-24, docs/formats/batch.md).

#include <optional>
#include <span>
#include <string_view>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/errc.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

/// The contents of `<file>`, `<file>.sig` and `<file>.manifest`.
struct BatchFiles {
  Octets encrypted;  ///< CMS EnvelopedData, DER (BK-14)
  Octets signature;  ///< 16 octets, AES-CMAC under K_mac (BK-15)
  Octets manifest;
};

/// At most eight recipients (BK-23). `rows` in ascending node id, one a node, not empty.
Result<BatchFiles> encode_batch(std::span<const NodeRow> rows, std::string_view file_name,
                                const SecretKey<16>& pwdh,
                                std::span<const crypto::RsaPublicKey> recipients);

struct BatchInput {
  OctetView encrypted;
  std::optional<OctetView> signature;  ///< nothing when the file is missing: signature_missing
  std::optional<OctetView> manifest;   ///< nothing when the file is missing: manifest_missing
  std::string_view file_name;          ///< compared with the manifest's: a warning if it differs
};

/// In this order (BK-05, BK-16): MAC over the exact octets, CMS structure, recipient, decryption,
/// rows, manifest. Nothing is returned unless every row is valid (BK-24). KL-BER, KL-MANID and a
/// renamed file are findings; with Strictness::strict they are Errc::findings.
Result<NodeRows> decode_batch(const BatchInput& input, const SecretKey<16>& pwdh,
                              const crypto::RsaPrivateKey& recipient, Strictness strictness,
                              Findings& findings);

}  // namespace touchstone::keyring
