#include "reference/kms/key_snapshot.h"

#include <utility>

#include "reference/keyring/keyring_file.h"

namespace touchstone::kms {

KeySnapshot::KeySnapshot(keyring::Keyring keys) : keys_(std::move(keys)) {
  ids_.reserve(keys_.nodes.size());
  for (const keyring::NodeRow& row : keys_.nodes)
    ids_.push_back(row.node_id);
}

bool KeySnapshot::find(keyring::NodeId node_id, SecretKey<16>& key) const noexcept {
  if (ids_.empty()) return false;
  // As many steps as the size wants, whatever the id: no early end, and the choice of the half is
  // a conditional move.
  const keyring::NodeId* base = ids_.data();
  for (std::size_t count = ids_.size(); count > 1; count -= count / 2)
    base += base[count / 2] <= node_id ? count / 2 : 0;
  const auto at = static_cast<std::size_t>(base - ids_.data());
  key = SecretKey<16>(keys_.nodes[at].root_key);
  return *base == node_id;
}

Result<KeySnapshotPointer> load_snapshot(OctetView file, Findings& findings) {
  const keyring::ReadOptions options{keyring::Strictness::tolerant, true};
  TOUCHSTONE_TRY(keyring::Keyring keys, keyring::parse_keyring(file, options, findings));
  return std::make_unique<const KeySnapshot>(std::move(keys));
}

}  // namespace touchstone::kms
