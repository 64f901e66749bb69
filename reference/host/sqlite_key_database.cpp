#include "reference/host/sqlite_key_database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/host/sqlite_connection.h"

namespace touchstone::host {
namespace {

using lks::AuditEntry;
using lks::Batch;
using lks::Network;

std::int64_t seconds(lks::Time time) {
  return time.time_since_epoch().count();
}

Result<lks::Time> time_of(const SqliteQuery& query, int column) {
  TOUCHSTONE_TRY(const std::int64_t value, query.i64(column));
  return lks::Time{std::chrono::seconds{value}};
}

Result<void> read_keys(const SqliteQuery& query, keyring::NetworkKeys& keys) {
  TOUCHSTONE_TRY_VOID(query.fixed(0, keys.pwdh.writable()));
  TOUCHSTONE_TRY_VOID(query.fixed(1, keys.base.writable()));
  TOUCHSTONE_TRY_VOID(query.fixed(2, keys.gateway.writable()));
  return query.fixed(3, keys.gateway_cdld.writable());
}

Result<void> read_kdf(const SqliteQuery& query, keyring::PassphraseKdf& kdf) {
  TOUCHSTONE_TRY(const std::uint32_t kind, query.u32(5));
  kdf.kind = static_cast<keyring::PassphraseKdf::Kind>(kind);
  TOUCHSTONE_TRY(kdf.cost, query.u32(6));
  TOUCHSTONE_TRY(kdf.block_size, query.u32(7));
  TOUCHSTONE_TRY(kdf.parallel, query.u32(8));
  return {};
}

Result<Batch> read_batch(const SqliteQuery& query) {
  Batch batch;
  TOUCHSTONE_TRY(batch.number, query.u32(0));
  TOUCHSTONE_TRY(batch.opened_at, time_of(query, 1));
  if (query.is_null(2)) return batch;
  Batch::Export how;
  TOUCHSTONE_TRY(how.at, time_of(query, 2));
  TOUCHSTONE_TRY(const std::int64_t nodes, query.i64(3));
  how.nodes = static_cast<std::uint64_t>(nodes);
  TOUCHSTONE_TRY(how.file_name, query.words(4));
  TOUCHSTONE_TRY_VOID(query.fixed(5, how.sha256));
  batch.exported = std::move(how);
  return batch;
}

Result<AuditEntry> read_audit(const SqliteQuery& query) {
  AuditEntry entry;
  TOUCHSTONE_TRY(const std::int64_t sequence, query.i64(0));
  entry.sequence = static_cast<std::uint64_t>(sequence);
  TOUCHSTONE_TRY(entry.at, time_of(query, 1));
  TOUCHSTONE_TRY(entry.tool, query.words(2));
  TOUCHSTONE_TRY(entry.user, query.words(3));
  TOUCHSTONE_TRY(entry.text, query.words(4));
  TOUCHSTONE_TRY_VOID(query.fixed(5, entry.previous));
  TOUCHSTONE_TRY_VOID(query.fixed(6, entry.hash));
  return entry;
}

Result<void> insert_network(SqliteConnection& connection, const Network& network) {
  TOUCHSTONE_TRY(SqliteQuery query, connection.query(Sql::insert_network));
  query.blob(network.keys.pwdh.view()).blob(network.keys.base.view());
  query.blob(network.keys.gateway.view()).blob(network.keys.gateway_cdld.view());
  query.blob(network.kms_spki).integer(static_cast<std::int64_t>(network.kdf.kind));
  query.integer(network.kdf.cost).integer(network.kdf.block_size).integer(network.kdf.parallel);
  query.blob(network.gateway_file_sha256).integer(seconds(network.imported_at));
  return query.run();
}

Result<void> insert_batch(SqliteConnection& connection, std::uint32_t number, lks::Time at) {
  TOUCHSTONE_TRY(SqliteQuery query, connection.query(Sql::insert_batch));
  return query.integer(number).integer(seconds(at)).run();
}

Result<void> insert_audit(SqliteConnection& connection, const AuditEntry& entry) {
  TOUCHSTONE_TRY(SqliteQuery query, connection.query(Sql::insert_audit));
  query.integer(static_cast<std::int64_t>(entry.sequence)).integer(seconds(entry.at));
  // A view: what is bound must live until run().
  const std::string_view user = entry.user;
  query.text(entry.tool)
      .text(TOUCHSTONE_DEFECT("LK-15.operator_lost") ? std::string_view("") : user)
      .text(entry.text);
  return query.blob(entry.previous).blob(entry.hash).run();
}

class SqliteKeyDatabase final : public lks::KeyDatabase {
 public:
  explicit SqliteKeyDatabase(SqliteConnection connection) : connection_(std::move(connection)) {}
  ~SqliteKeyDatabase() override {
    if (in_transaction_) static_cast<void>(connection_.run(Sql::roll_back));
  }

  Result<Network> network() override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::network));
    TOUCHSTONE_TRY(const bool found, query.step());
    if (!found) return fail(lks::Errc::malformed_row, "the table network is empty");
    Network network;
    TOUCHSTONE_TRY_VOID(read_keys(query, network.keys));
    TOUCHSTONE_TRY_VOID(query.fixed(4, network.kms_spki));
    TOUCHSTONE_TRY_VOID(read_kdf(query, network.kdf));
    TOUCHSTONE_TRY_VOID(query.fixed(9, network.gateway_file_sha256));
    TOUCHSTONE_TRY(network.imported_at, time_of(query, 10));
    return network;
  }

  Result<void> begin() override {
    TOUCHSTONE_TRY_VOID(connection_.run(Sql::begin));
    in_transaction_ = true;
    return {};
  }

  Result<void> commit() override {
    TOUCHSTONE_TRY_VOID(connection_.run(Sql::commit));
    in_transaction_ = false;
    return {};
  }

  Result<std::optional<Batch>> newest_batch() override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::newest_batch));
    return one_batch(query);
  }

  Result<std::optional<Batch>> batch(std::uint32_t number) override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::batch));
    return one_batch(query.integer(number));
  }

  Result<void> open_batch(std::uint32_t number, lks::Time at) override {
    return insert_batch(connection_, number, at);
  }

  Result<void> close_batch(std::uint32_t number, const Batch::Export& how) override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::close_batch));
    query.integer(number).integer(seconds(how.at)).integer(static_cast<std::int64_t>(how.nodes));
    return query.text(how.file_name).blob(how.sha256).run();
  }

  Result<lks::NodeKeys> newest_keys(keyring::NodeId first, keyring::NodeId last) override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::newest_keys));
    query.integer(first).integer(last);
    lks::NodeKeys keys;
    while (true) {
      TOUCHSTONE_TRY(const bool found, query.step());
      if (!found) return keys;
      lks::NodeKey& key = keys.emplace_back();
      TOUCHSTONE_TRY(key.node_id, query.u32(0));
      TOUCHSTONE_TRY(key.count, query.u32(1));
      TOUCHSTONE_TRY(key.batch, query.u32(2));
      TOUCHSTONE_TRY_VOID(query.fixed(3, key.root_key));
      TOUCHSTONE_TRY_VOID(query.fixed(4, key.nonce));
    }
  }

  Result<void> insert(std::span<const lks::NodeKey> keys, lks::Time at,
                      std::string_view user) override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::insert_key));
    for (const lks::NodeKey& key : keys) {
      query.integer(key.node_id).integer(key.count).blob(key.root_key).blob(key.nonce);
      TOUCHSTONE_TRY_VOID(query.integer(key.batch).integer(seconds(at)).text(user).run());
      query.again();
    }
    return {};
  }

  Result<keyring::NodeRows> rows(const lks::BatchRange& range) override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::rows));
    query.integer(range.first).integer(range.last);
    keyring::NodeRows rows;
    while (true) {
      TOUCHSTONE_TRY(const bool found, query.step());
      if (!found) return rows;
      keyring::NodeRow& row = rows.emplace_back();
      TOUCHSTONE_TRY(row.node_id, query.u32(0));
      TOUCHSTONE_TRY(row.count, query.u32(1));
      TOUCHSTONE_TRY(row.batch, query.u32(2));
      TOUCHSTONE_TRY_VOID(query.fixed(3, row.root_key));
    }
  }

  Result<std::optional<AuditEntry>> last_audit() override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::last_audit));
    TOUCHSTONE_TRY(const bool found, query.step());
    if (!found) return std::nullopt;
    return read_audit(query);
  }

  Result<std::vector<AuditEntry>> audit() override {
    TOUCHSTONE_TRY(SqliteQuery query, connection_.query(Sql::audit));
    std::vector<AuditEntry> entries;
    while (true) {
      TOUCHSTONE_TRY(const bool found, query.step());
      if (!found) return entries;
      TOUCHSTONE_TRY(AuditEntry entry, read_audit(query));
      entries.push_back(std::move(entry));
    }
  }

  Result<void> append(const AuditEntry& entry) override { return insert_audit(connection_, entry); }

 private:
  static Result<std::optional<Batch>> one_batch(SqliteQuery& query) {
    TOUCHSTONE_TRY(const bool found, query.step());
    if (!found) return std::nullopt;
    return read_batch(query);
  }

  SqliteConnection connection_;
  bool in_transaction_ = false;
};

Result<std::int64_t> one_number(SqliteConnection& connection, Sql name) {
  TOUCHSTONE_TRY(SqliteQuery query, connection.query(name));
  TOUCHSTONE_TRY(const bool found, query.step());
  TOUCHSTONE_CHECK(found);
  return query.i64(0);
}

/// Of our kind and version, with the audit still guarded (LK-15).
Result<void> check_kind(SqliteConnection& connection) {
  TOUCHSTONE_TRY(const std::int64_t kind, one_number(connection, Sql::application_id));
  if (kind != node_keys_application_id)
    return fail(lks::Errc::foreign_database, "application_id is not 0x554c504b");
  TOUCHSTONE_TRY(const std::int64_t version, one_number(connection, Sql::user_version));
  if (version != node_keys_user_version && !TOUCHSTONE_DEFECT("LK-15.version_unchecked"))
    return fail(lks::Errc::foreign_database,
                fmt::format("user_version is {}, this program knows 1", version));
  TOUCHSTONE_TRY(const std::int64_t triggers, one_number(connection, Sql::audit_triggers));
  if (triggers != 3)
    return fail(lks::Errc::foreign_database, "the triggers that guard the audit are missing");
  return {};
}

/// The file format octets 18 and 19: 2 means that the database is read and written in WAL mode
/// (SQLite file format §1.3.3). A database in memory has no journal to switch.
void make_wal(SecretOctets& image) {
  constexpr std::uint8_t wal = 2;
  image.at(18) = wal;
  image.at(19) = wal;
}

Result<SecretOctets> make_image(const lks::NewDatabase& content) {
  TOUCHSTONE_TRY(SqliteConnection connection, SqliteConnection::in_memory());
  TOUCHSTONE_TRY_VOID(connection.execute(node_keys_schema));
  if (TOUCHSTONE_DEFECT("LK-15.audit_can_shrink"))
    TOUCHSTONE_TRY_VOID(connection.execute("DROP TRIGGER audit_delete"));
  TOUCHSTONE_TRY_VOID(insert_network(connection, content.network));
  TOUCHSTONE_TRY_VOID(insert_batch(connection, content.first_batch, content.network.imported_at));
  TOUCHSTONE_TRY_VOID(insert_audit(connection, content.audit));
  TOUCHSTONE_TRY(SecretOctets image, connection.image());
  make_wal(image);
  return image;
}

}  // namespace

Result<void> SqliteKeyDatabases::check_access(const std::string& path) const {
  TOUCHSTONE_TRY(const FileInfo info, files_.info(path));
  if (info.kind != FileInfo::Kind::regular) return fail(FileErrc::not_regular);
  if (permissions_ == Permissions::lax || TOUCHSTONE_DEFECT("LK-15.mode_unchecked")) return {};
  const std::uint32_t caller = ::geteuid();
  if ((info.mode & 077) != 0)
    return fail(FileErrc::bad_permissions, fmt::format("mode is {:04o}", info.mode));
  if (info.owner != caller && caller != 0)
    return fail(FileErrc::bad_permissions, "owned by another user");
  return {};
}

Result<std::unique_ptr<lks::KeyDatabase>> SqliteKeyDatabases::open(const std::string& path) {
  TOUCHSTONE_TRY_VOID(located(path, check_access(path)));
  TOUCHSTONE_TRY(SqliteConnection connection, located(path, SqliteConnection::open(path)));
  TOUCHSTONE_TRY_VOID(located(path, connection.execute(node_keys_connection)));
  TOUCHSTONE_TRY_VOID(located(path, check_kind(connection)));
  return std::make_unique<SqliteKeyDatabase>(std::move(connection));
}

Result<void> SqliteKeyDatabases::create(const std::string& path, const lks::NewDatabase& content) {
  TOUCHSTONE_TRY(const SecretOctets image, make_image(content));
  const FileAttributes attributes{.mode = TOUCHSTONE_DEFECT("LK-15.open_to_group") ? 0640U : 0600U};
  auto written = write_file(files_, {.path = path, .content = image, .attributes = attributes});
  // It stands, but a power cut may take it: not a database that keys may go into.
  if (!written && written.error().code == make_error_code(FileErrc::not_synced))
    static_cast<void>(files_.remove(path));
  return written;
}

}  // namespace touchstone::host
