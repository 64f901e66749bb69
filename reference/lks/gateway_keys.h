#pragma once
// Taking the Gateway keys over: the database is made here (GW-07..GW-09, KU-10, KU-11, LK-13).

#include <cstdint>
#include <string>

#include "reference/base/passphrase_source.h"
#include "reference/base/result.h"
#include "reference/lks/machine.h"

namespace touchstone::lks {

struct ImportRequest {
  std::string input;       ///< Gateway key file; its signature is `<input>.sig`
  std::string public_key;  ///< PEM of the KMS
  std::string database;
  std::uint32_t first_batch = 1;  ///< 1..4294967295 (LK-14)
  std::string user;
};

struct ImportAnswer {
  bool made = false;  ///< false: the database holds this very network already (LK-13)
  std::uint32_t first_batch = 1;
  Sha256 kms_spki{};
  std::string gateway_kcv;       ///< six digits (KU-21)
  std::string gateway_cdld_kcv;  ///< six digits
};

/// Signature, then decryption, then the database, which is whole or not there. The passphrase is
/// asked once, when all files are read (KU-11, KU-15). Errors: those of
/// decode_gateway_key_file and KeyDatabases, and other_network.
Result<ImportAnswer> import_gateway_keys(const Machine& machine, const ImportRequest& request,
                                         PassphraseSource& passphrases);

}  // namespace touchstone::lks
