#pragma once
// generate_gw_keys: the keys of a new network, or the Gateway key file of a network that exists
// (KU-01..KU-03, KU-14..KU-17, KU-24, GW-01..GW-16).

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "reference/crypto/rsa.h"
#include "reference/keyring/passphrase.h"
#include "reference/kms/machine.h"

namespace touchstone::kms {

struct GenerateRequest {
  std::string master;
  std::string output;                   ///< the Gateway key file; `<output>.sig` is made beside it
  std::string key;                      ///< PEM file of the KMS private key
  std::optional<std::string> sign_key;  ///< signs instead of `key`
  keyring::PassphraseKdf kdf;
  crypto::SignatureScheme scheme = crypto::SignatureScheme::pkcs1_v15_sha256;
  bool new_key = false;   ///< makes `key`, which must not exist
  bool force = false;     ///< replaces what stands, keeping a backup; never the private key
  bool reexport = false;  ///< from the keyring that stands (GW-16)
  bool dry_run = false;   ///< checks files and keys, asks nothing, writes nothing
  bool strict_passphrase = false;
};

/// Key check values, in place of the keys (KU-21).
struct NetworkKcvs {
  std::string base;
  std::string gateway;
  std::string gateway_cdld;
};

struct GenerateAnswer {
  std::vector<std::string> files;                     ///< made, or to be made in a dry run
  std::vector<std::string> backups;                   ///< of what stood there, with force
  std::optional<NetworkKcvs> kcvs;                    ///< nothing in a dry run
  std::array<std::uint8_t, 32> signer_spki_sha256{};  ///< to compare at the LKS (X-24)
  std::vector<std::string> repairs;
};

/// All files or none (KU-16, KU-17). Errors before anything is asked: same_file, exists, key
/// faults. What is said of the passphrase is appended to `findings`.
Result<GenerateAnswer> generate_gw_keys(Machine& machine, const GenerateRequest& request,
                                        Findings& findings);

}  // namespace touchstone::kms
