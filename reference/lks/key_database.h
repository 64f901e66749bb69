#pragma once
// What the Local Key Server keeps, and the store that keeps it (LK-02, LK-15). No SQL here: the
// machine's store is host/sqlite_key_database.h (docs/formats/node-keys-db.md).

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/clock.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/keyring/kgf.h"
#include "reference/keyring/model.h"
#include "reference/keyring/passphrase.h"
#include "reference/lks/errc.h"

namespace touchstone::lks {

using Sha256 = std::array<std::uint8_t, 32>;
using Time = Clock::Time;

/// The one network of a database: what import_gw_keys took from the Gateway key file.
struct Network {
  keyring::NetworkKeys keys;
  Sha256 kms_spki{};  ///< of the public key that verified the file (X-24)
  keyring::PassphraseKdf kdf;
  Sha256 gateway_file_sha256{};
  Time imported_at{};
};

/// One delivery to the KMS. A batch without `exported` is open; there is at most one (LK-09).
struct Batch {
  struct Export {
    Time at{};
    std::uint64_t nodes = 0;
    std::string file_name;  ///< last part of the path, as in the manifest
    Sha256 sha256{};        ///< of the encrypted file
  };
  std::uint32_t number = 0;
  Time opened_at{};
  std::optional<Export> exported;
};

/// One provisioning of one node. Rows are never changed; a reprovisioning adds one (LK-08).
struct NodeKey {
  keyring::NodeId node_id = 0;
  std::uint32_t count = 0;
  std::uint32_t batch = 0;
  keyring::RootKey root_key{};
  keyring::Nonce nonce{};
};
using NodeKeys = SecretVector<NodeKey>;

/// One run of a tool. `hash` covers the rest (audit.h), so that no row can be changed or left out.
struct AuditEntry {
  std::uint64_t sequence = 0;  ///< 1, 2, 3, ...
  Time at{};
  std::string tool;
  std::string user;  ///< who ran it (`operator` in the file; that is a word of C++)
  std::string text;  ///< counts and numbers, never a key
  Sha256 previous{};
  Sha256 hash{};
};

/// Batches from `first` to `last`, both included.
struct BatchRange {
  std::uint32_t first = 0;
  std::uint32_t last = UINT32_MAX;
};

/// An open database. Errors of every member: database_busy, database_write, malformed_row,
/// not_a_database, internal.
class KeyDatabase {
 public:
  virtual ~KeyDatabase() = default;

  virtual Result<Network> network() = 0;

  /// Takes the write lock at once or fails with database_busy. A database that ends without
  /// commit() keeps nothing of what was written since.
  virtual Result<void> begin() = 0;
  /// All written since begin() is on the medium when this returns (LK-10).
  virtual Result<void> commit() = 0;

  /// The batch of the highest number.
  virtual Result<std::optional<Batch>> newest_batch() = 0;
  virtual Result<std::optional<Batch>> batch(std::uint32_t number) = 0;
  virtual Result<void> open_batch(std::uint32_t number, Time at) = 0;
  virtual Result<void> close_batch(std::uint32_t number, const Batch::Export& how) = 0;

  /// The newest row of each known node from `first` to `last`, in ascending id.
  virtual Result<NodeKeys> newest_keys(keyring::NodeId first, keyring::NodeId last) = 0;
  virtual Result<void> insert(std::span<const NodeKey> keys, Time at, std::string_view user) = 0;
  /// Of each node, the row with the highest count among those of `range`, in ascending id.
  virtual Result<keyring::NodeRows> rows(const BatchRange& range) = 0;

  virtual Result<std::optional<AuditEntry>> last_audit() = 0;
  virtual Result<std::vector<AuditEntry>> audit() = 0;
  virtual Result<void> append(const AuditEntry& entry) = 0;
};

/// What a new database holds from its first octet on.
struct NewDatabase {
  const Network& network;
  std::uint32_t first_batch = 1;  ///< the first open batch; sets a site apart (LK-14)
  const AuditEntry& audit;
};

/// Where databases are kept.
class KeyDatabases {
 public:
  virtual ~KeyDatabases() = default;

  /// FileErrc::not_found, not_regular (a symbolic link too) and bad_permissions, as of any secret
  /// file (KR-24); not_a_database and foreign_database for what is not ours.
  virtual Result<std::unique_ptr<KeyDatabase>> open(const std::string& path) = 0;

  /// Whole and on the medium when this returns, or not there at all. FileErrc::exists if `path`
  /// stands. Mode 0600 whatever the umask.
  virtual Result<void> create(const std::string& path, const NewDatabase& content) = 0;
};

}  // namespace touchstone::lks
