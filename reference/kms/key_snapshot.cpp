#include "reference/kms/key_snapshot.h"

#include <utility>

#include "reference/base/defect.h"
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
  auto at = static_cast<std::size_t>(base - ids_.data());
  if (TOUCHSTONE_DEFECT("KM-03.row_before") && at != 0) --at;
  key = SecretKey<16>(keys_.nodes[at].root_key);
  return *base == node_id || TOUCHSTONE_DEFECT("KM-04.nearest_node");
}

const SecretKey<16>& KeySnapshot::code_download() const noexcept {
  return TOUCHSTONE_DEFECT("KM-07.base_is_sent") ? keys_.network.base : keys_.network.gateway_cdld;
}

Result<KeySnapshotPointer> load_snapshot(OctetView file, Findings& findings) {
  const keyring::ReadOptions options{keyring::Strictness::tolerant, true};
  Result<keyring::Keyring> keys = keyring::parse_keyring(file, options, findings);
  if (!keys && TOUCHSTONE_DEFECT("KM-08.starts_without")) keys.emplace();
  if (!keys) return std::unexpected(keys.error());
  return std::make_unique<const KeySnapshot>(*std::move(keys));
}

Result<KeySnapshotPointer> read_snapshot(Files& files, const std::string& path,
                                         Findings& findings) {
  const Access access = TOUCHSTONE_DEFECT("KM-14.open_to_all") ? Access::any : Access::secret;
  const auto file = files.read(path, keyring::max_file_octets, access);
  if (!file && file.error().code == FileErrc::not_found &&
      TOUCHSTONE_DEFECT("KM-08.missing_is_empty"))
    return std::make_unique<const KeySnapshot>(keyring::Keyring{});
  if (!file) return std::unexpected(file.error());
  return located(path, load_snapshot(*file, findings));
}

}  // namespace touchstone::kms
