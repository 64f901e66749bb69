#pragma once
// The keys that are served, as they were at one moment. It never changes, so that a reader needs no
// lock and an answer is made of one keyring, never of two (KM-06, KM-13).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reference/base/files.h"
#include "reference/base/finding.h"
#include "reference/base/result.h"
#include "reference/keyring/model.h"

namespace touchstone::kms {

class KeySnapshot {
 public:
  /// Rows in ascending node id, one a node, as parse_keyring() gives them.
  explicit KeySnapshot(keyring::Keyring keys);

  /// Copies the root key of a node. The work is the same for a node that is not there, whose `key`
  /// is then of no meaning (KM-15). Under a microsecond at a million nodes (KM-12).
  [[nodiscard]] bool find(keyring::NodeId node_id, SecretKey<16>& key) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] const SecretKey<24>& gateway() const noexcept { return keys_.network.gateway; }
  [[nodiscard]] const SecretKey<16>& code_download() const noexcept;

 private:
  keyring::Keyring keys_;
  // The search touches ids alone: 4 MB at a million nodes, where the rows have 28.
  std::vector<keyring::NodeId> ids_;
};

using KeySnapshotPointer = std::unique_ptr<const KeySnapshot>;

/// Reads keyring.csv for service: tolerant, and `base` may be one digit short, since the service
/// never uses it (KR-13). Errors as parse_keyring(); `findings` as there.
Result<KeySnapshotPointer> load_snapshot(OctetView file, Findings& findings);

/// The same for the file `path`, which nobody but its owner may read (KM-14). Errors of
/// Files::read() too, and all at that place.
Result<KeySnapshotPointer> read_snapshot(Files& files, const std::string& path, Findings& findings);

}  // namespace touchstone::kms
