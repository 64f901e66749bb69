#include <algorithm>

#include "reference/base/files.h"
#include "sim/nodes/factory.h"

namespace touchstone::sim {

/// What one database holds.
struct FactoryStore::Content {
  lks::Network network;
  std::map<std::uint32_t, lks::Batch> batches;
  lks::NodeKeys keys;
  std::vector<lks::AuditEntry> audit;

  [[nodiscard]] lks::Network copy_network() const {
    return {network.keys.copy(), network.kms_spki, network.kdf, network.gateway_file_sha256,
            network.imported_at};
  }
  [[nodiscard]] Content copy() const {
    Content other{copy_network(), batches, {}, audit};
    other.keys.assign(keys.begin(), keys.end());
    return other;
  }
};

/// Works on a copy, which commit() puts in the place of what was there.
class FactoryStore::Database final : public lks::KeyDatabase {
 public:
  explicit Database(Content& kept) : kept_(kept), now_(kept.copy()) {}

  Result<lks::Network> network() override { return now_.copy_network(); }
  Result<void> begin() override { return {}; }
  Result<void> commit() override {
    kept_ = now_.copy();
    return {};
  }
  Result<std::optional<lks::Batch>> newest_batch() override {
    if (now_.batches.empty()) return std::nullopt;
    return now_.batches.rbegin()->second;
  }
  Result<std::optional<lks::Batch>> batch(std::uint32_t number) override {
    const auto found = now_.batches.find(number);
    if (found == now_.batches.end()) return std::nullopt;
    return found->second;
  }
  Result<void> open_batch(std::uint32_t number, lks::Time at) override {
    now_.batches[number] = {number, at, {}};
    return {};
  }
  Result<void> close_batch(std::uint32_t number, const lks::Batch::Export& how) override {
    now_.batches.at(number).exported = how;
    return {};
  }
  Result<lks::NodeKeys> newest_keys(keyring::NodeId first, keyring::NodeId last) override {
    std::map<keyring::NodeId, lks::NodeKey> newest;
    for (const lks::NodeKey& key : now_.keys)
      if (key.node_id >= first && key.node_id <= last) keep_newest(newest, key);
    lks::NodeKeys keys;
    for (const auto& [id, key] : newest)
      keys.push_back(key);
    return keys;
  }
  Result<void> insert(std::span<const lks::NodeKey> keys, lks::Time /*at*/,
                      std::string_view /*user*/) override {
    now_.keys.insert(now_.keys.end(), keys.begin(), keys.end());
    return {};
  }
  Result<keyring::NodeRows> rows(const lks::BatchRange& range) override {
    std::map<keyring::NodeId, lks::NodeKey> newest;
    for (const lks::NodeKey& key : now_.keys)
      if (key.batch >= range.first && key.batch <= range.last) keep_newest(newest, key);
    keyring::NodeRows rows;
    for (const auto& [id, key] : newest)
      rows.push_back({id, key.batch, key.count, key.root_key});
    return rows;
  }
  Result<std::optional<lks::AuditEntry>> last_audit() override {
    if (now_.audit.empty()) return std::nullopt;
    return now_.audit.back();
  }
  Result<std::vector<lks::AuditEntry>> audit() override { return now_.audit; }
  Result<void> append(const lks::AuditEntry& entry) override {
    now_.audit.push_back(entry);
    return {};
  }

 private:
  static void keep_newest(std::map<keyring::NodeId, lks::NodeKey>& newest,
                          const lks::NodeKey& key) {
    const auto [place, is_new] = newest.try_emplace(key.node_id, key);
    if (!is_new && key.count > place->second.count) place->second = key;
  }

  Content& kept_;
  Content now_;
};

FactoryStore::FactoryStore(const keyring::NetworkKeys& keys, const crypto::RsaPublicKey& kms,
                           Clock::Time now)
    : content_(std::make_unique<Content>()), recipient_(kms.to_pem()) {
  content_->network = {keys.copy(), kms.spki_sha256(), {}, {}, now};
  content_->batches[1] = {1, now, {}};
}

FactoryStore::~FactoryStore() = default;

Result<std::unique_ptr<lks::KeyDatabase>> FactoryStore::open(const std::string& /*path*/) {
  return std::make_unique<Database>(*content_);
}

Result<void> FactoryStore::create(const std::string& /*path*/,
                                  const lks::NewDatabase& /*content*/) {
  return fail(FileErrc::exists);
}

}  // namespace touchstone::sim
