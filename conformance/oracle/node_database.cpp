#include "conformance/oracle/node_database.h"

#include <sqlite3.h>

#include <algorithm>

#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

Database open(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &database,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database owned(database);
  return result == SQLITE_OK ? std::move(owned) : nullptr;
}

Statement prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, text, -1, &statement, nullptr);
  return Statement(statement);
}

template <std::size_t size>
bool blob(sqlite3_stmt* statement, int column, std::array<std::uint8_t, size>& out) {
  if (sqlite3_column_bytes(statement, column) != static_cast<int>(size)) return false;
  const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
  std::copy_n(octets, size, out.begin());
  return true;
}

std::uint32_t u32(sqlite3_stmt* statement, int column) {
  return static_cast<std::uint32_t>(sqlite3_column_int64(statement, column));
}

bool read_network(sqlite3* database, Network& network) {
  const auto query = prepare(database, "SELECT pwdh, base, gateway, gateway_cdld FROM network");
  return query && sqlite3_step(query.get()) == SQLITE_ROW && blob(query.get(), 0, network.pwdh) &&
         blob(query.get(), 1, network.base) && blob(query.get(), 2, network.gateway) &&
         blob(query.get(), 3, network.gateway_cdld) && sqlite3_step(query.get()) == SQLITE_DONE;
}

bool read_keys(sqlite3* database, std::vector<StoredKey>& keys) {
  const auto query = prepare(database,
                             "SELECT node_id, rep, batch, root_key, nonce FROM node_key "
                             "ORDER BY node_id, rep");
  if (!query) return false;
  int result = sqlite3_step(query.get());
  for (; result == SQLITE_ROW; result = sqlite3_step(query.get())) {
    StoredKey key;
    key.row.id = u32(query.get(), 0);
    key.row.count = u32(query.get(), 1);
    key.row.batch = u32(query.get(), 2);
    if (!blob(query.get(), 3, key.row.key) || !blob(query.get(), 4, key.nonce)) return false;
    keys.push_back(key);
  }
  return result == SQLITE_DONE;
}

bool read_batches(sqlite3* database, std::map<std::uint32_t, StoredBatch>& batches) {
  const auto query = prepare(database, "SELECT number, exported_at, node_count FROM batch");
  if (!query) return false;
  int result = sqlite3_step(query.get());
  for (; result == SQLITE_ROW; result = sqlite3_step(query.get())) {
    const bool exported = sqlite3_column_type(query.get(), 1) != SQLITE_NULL;
    const auto nodes = static_cast<std::uint64_t>(sqlite3_column_int64(query.get(), 2));
    batches[u32(query.get(), 0)] = {exported, nodes};
  }
  return result == SQLITE_DONE;
}

Rows highest_counts(const std::map<std::uint32_t, Row>& found) {
  Rows rows;
  for (const auto& [id, row] : found)
    rows.push_back(row);
  return rows;
}

}  // namespace

Rows NodeDatabase::newest() const {
  std::map<std::uint32_t, Row> found;
  for (const StoredKey& key : keys)
    found[key.row.id] = key.row;  // counts ascend
  return highest_counts(found);
}

Rows NodeDatabase::of_batch(std::uint32_t number) const {
  std::map<std::uint32_t, Row> found;
  for (const StoredKey& key : keys)
    if (key.row.batch == number) found[key.row.id] = key.row;
  return highest_counts(found);
}

Judged<NodeDatabase> read_node_database(const std::filesystem::path& file) {
  const Database database = open(file);
  NodeDatabase read;
  if (!database || !read_network(database.get(), read.network) ||
      !read_keys(database.get(), read.keys) || !read_batches(database.get(), read.batches))
    return refuse(6, "syntax", "a node key database");
  const auto audit = prepare(database.get(), "SELECT count(*) FROM audit");
  if (!audit || sqlite3_step(audit.get()) != SQLITE_ROW)
    return refuse(6, "syntax", "a table audit");
  read.audit_rows = static_cast<std::uint64_t>(sqlite3_column_int64(audit.get(), 0));
  return read;
}

std::optional<std::string> run_statement(const std::filesystem::path& file,
                                         const std::string& statement, std::string* value) {
  const Database database = open(file);
  if (!database) return "the file cannot be opened";
  const auto prepared = prepare(database.get(), statement.c_str());
  if (!prepared) return sqlite3_errmsg(database.get());
  int result = sqlite3_step(prepared.get());
  if (result == SQLITE_ROW && value != nullptr)
    *value = reinterpret_cast<const char*>(sqlite3_column_text(prepared.get(), 0));
  while (result == SQLITE_ROW)
    result = sqlite3_step(prepared.get());
  if (result != SQLITE_DONE) return sqlite3_errmsg(database.get());
  return std::nullopt;
}

struct DatabaseLock::State {
  Database database;
};

DatabaseLock::DatabaseLock(const std::filesystem::path& file)
    : state_(std::make_unique<State>(State{open(file)})) {
  TOUCHSTONE_CHECK(state_->database != nullptr);
  TOUCHSTONE_CHECK(sqlite3_exec(state_->database.get(), "BEGIN IMMEDIATE", nullptr, nullptr,
                                nullptr) == SQLITE_OK);
}

DatabaseLock::~DatabaseLock() {
  sqlite3_exec(state_->database.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace touchstone::conformance::oracle
