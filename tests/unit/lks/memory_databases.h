#pragma once
// A store of the Local Key Server in memory, with the transactions of the interface and faults at
// will.

#include <algorithm>
#include <map>
#include <string>

#include "reference/base/files.h"
#include "reference/lks/key_database.h"

namespace touchstone::lks::tests {

/// What one database holds.
struct MemoryContent {
  Network network;
  std::map<std::uint32_t, Batch> batches;
  NodeKeys keys;
  std::vector<AuditEntry> audit;

  [[nodiscard]] MemoryContent copy() const {
    MemoryContent other;
    other.network = copy_network();
    other.batches = batches;
    other.keys.assign(keys.begin(), keys.end());
    other.audit = audit;
    return other;
  }
  [[nodiscard]] Network copy_network() const {
    return {network.keys.copy(), network.kms_spki, network.kdf, network.gateway_file_sha256,
            network.imported_at};
  }
};

class MemoryDatabase final : public KeyDatabase {
 public:
  MemoryDatabase(MemoryContent& kept, const bool& fail_commit)
      : kept_(kept), now_(kept.copy()), fail_commit_(fail_commit) {}

  Result<Network> network() override { return now_.copy_network(); }
  Result<void> begin() override { return {}; }
  Result<void> commit() override {
    if (fail_commit_) return fail(Errc::database_write, "injected");
    kept_ = now_.copy();
    return {};
  }
  Result<std::optional<Batch>> newest_batch() override {
    if (now_.batches.empty()) return std::nullopt;
    return now_.batches.rbegin()->second;
  }
  Result<std::optional<Batch>> batch(std::uint32_t number) override {
    const auto found = now_.batches.find(number);
    if (found == now_.batches.end()) return std::nullopt;
    return found->second;
  }
  Result<void> open_batch(std::uint32_t number, Time at) override {
    now_.batches[number] = {number, at, {}};
    return {};
  }
  Result<void> close_batch(std::uint32_t number, const Batch::Export& how) override {
    now_.batches.at(number).exported = how;
    return {};
  }
  Result<NodeKeys> newest_keys(keyring::NodeId first, keyring::NodeId last) override {
    std::map<keyring::NodeId, NodeKey> newest;
    for (const NodeKey& key : now_.keys)
      if (key.node_id >= first && key.node_id <= last) keep_newest(newest, key);
    NodeKeys keys;
    for (const auto& [id, key] : newest)
      keys.push_back(key);
    return keys;
  }
  Result<void> insert(std::span<const NodeKey> keys, Time, std::string_view) override {
    now_.keys.insert(now_.keys.end(), keys.begin(), keys.end());
    return {};
  }
  Result<keyring::NodeRows> rows(const BatchRange& range) override {
    std::map<keyring::NodeId, NodeKey> newest;
    for (const NodeKey& key : now_.keys)
      if (key.batch >= range.first && key.batch <= range.last) keep_newest(newest, key);
    keyring::NodeRows rows;
    for (const auto& [id, key] : newest)
      rows.push_back({id, key.batch, key.count, key.root_key});
    return rows;
  }
  Result<std::optional<AuditEntry>> last_audit() override {
    if (now_.audit.empty()) return std::nullopt;
    return now_.audit.back();
  }
  Result<std::vector<AuditEntry>> audit() override { return now_.audit; }
  Result<void> append(const AuditEntry& entry) override {
    now_.audit.push_back(entry);
    return {};
  }

 private:
  static void keep_newest(std::map<keyring::NodeId, NodeKey>& newest, const NodeKey& key) {
    const auto [place, is_new] = newest.try_emplace(key.node_id, key);
    if (!is_new && key.count > place->second.count) place->second = key;
  }

  MemoryContent& kept_;
  MemoryContent now_;
  const bool& fail_commit_;
};

class MemoryDatabases final : public KeyDatabases {
 public:
  Result<std::unique_ptr<KeyDatabase>> open(const std::string& path) override {
    const auto found = databases.find(path);
    if (found == databases.end())
      return located(path, Result<std::unique_ptr<KeyDatabase>>(fail(FileErrc::not_found)));
    return std::make_unique<MemoryDatabase>(found->second, fail_commit);
  }
  Result<void> create(const std::string& path, const NewDatabase& content) override {
    MemoryContent& made = databases[path];
    made.network = MemoryContent{
        .network = {content.network.keys.copy(), content.network.kms_spki, content.network.kdf,
                    content.network.gateway_file_sha256, content.network.imported_at},
        .batches = {},
        .keys = {},
        .audit = {}}.copy_network();
    made.batches[content.first_batch] = {content.first_batch, content.network.imported_at, {}};
    made.audit = {content.audit};
    return {};
  }

  std::map<std::string, MemoryContent> databases;
  bool fail_commit = false;
};

}  // namespace touchstone::lks::tests
