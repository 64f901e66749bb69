#pragma once
// A KMS in a sandbox: its key, its master file and the batches that are sent to it.

#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/rsa_keys.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

inline constexpr std::string_view master_name = "keyring.csv";
inline constexpr std::string_view kms_key_name = "kms.pem";

/// The key of fixtures/pki/conformance/kms.pem.
[[nodiscard]] const oracle::RsaKey& kms_key();

/// Writes the KMS key, mode 0600.
void write_kms_key(CaseContext& ctx);
/// Writes `keyring` as the master file, canonical, mode 0600.
void write_master(CaseContext& ctx, const oracle::Keyring& keyring);

/// cmd.generate_gw_keys with the cheapest KDF; `more` are further arguments.
[[nodiscard]] Response generate_network(CaseContext& ctx, const Json& more = Json::object());

/// Writes `name`, `name`.sig and `name`.manifest: `rows` for the KMS key under `pwdh`.
void write_batch(CaseContext& ctx, std::string_view name, const oracle::Rows& rows,
                 const oracle::Key16& pwdh);

/// cmd.import_keys of one batch into the master file.
[[nodiscard]] Response import_batch(CaseContext& ctx, std::string_view name,
                                    const Json& more = Json::object());

/// The master file as the oracle reads it; fails under `requirement` unless it is canonical.
[[nodiscard]] oracle::Keyring read_master(CaseContext& ctx, std::string_view requirement);

/// A row whose key is that of `seed`.
[[nodiscard]] oracle::Row row(std::uint32_t id, std::uint64_t seed, std::uint32_t batch = 1,
                              std::uint32_t count = 0);

}  // namespace touchstone::conformance::suites::keyring
