#pragma once
// The node key database of an LKS as the judge reads it: SQLite alone, nothing of the reference
// (LK-02, LK-15, docs/formats/node-keys-db.md).

#include <filesystem>
#include <map>
#include <memory>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

/// One provisioning, as a row of the table node_key.
struct StoredKey {
  Row row;
  Key16 nonce{};

  friend bool operator==(const StoredKey&, const StoredKey&) = default;
};

struct StoredBatch {
  bool exported = false;
  std::uint64_t nodes = 0;  ///< of an exported one
};

struct NodeDatabase {
  Network network;
  std::vector<StoredKey> keys;  ///< by node id, then count
  std::map<std::uint32_t, StoredBatch> batches;
  std::uint64_t audit_rows = 0;

  /// The newest row of every node, in ascending id.
  [[nodiscard]] Rows newest() const;
  /// The rows of one batch, the highest count of a node alone, in ascending id.
  [[nodiscard]] Rows of_batch(std::uint32_t number) const;
};

/// Refused with 6 when the file is not such a database.
[[nodiscard]] Judged<NodeDatabase> read_node_database(const std::filesystem::path& file);

/// Runs one statement against the file; the message of SQLite when it refuses it, else nothing.
/// A value that the statement selects is put into `value`, if that is given.
[[nodiscard]] std::optional<std::string> run_statement(const std::filesystem::path& file,
                                                       const std::string& statement,
                                                       std::string* value = nullptr);

/// Holds the write lock of a database while it lives, as another process would.
class DatabaseLock {
 public:
  explicit DatabaseLock(const std::filesystem::path& file);
  ~DatabaseLock();
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace touchstone::conformance::oracle
