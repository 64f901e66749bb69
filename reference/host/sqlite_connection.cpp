#include "reference/host/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "reference/base/defect.h"
#include "reference/base/files.h"
#include "reference/lks/errc.h"

namespace touchstone::host {
namespace {

/// What SQLite says, in our classes. Its text names tables and columns, never their content.
Error explain(sqlite3* database, int code) {
  const auto error = [&](std::error_code ours) {
    const char* said = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    return Error{ours, Error::no_offset, fmt::format("SQLite: {} ({})", said, code)};
  };
  if (code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ)
    return error(make_error_code(FileErrc::unreadable));
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      if (TOUCHSTONE_DEFECT("LK-02.busy_is_damage"))
        return error(make_error_code(lks::Errc::not_a_database));
      return error(make_error_code(lks::Errc::database_busy));
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return error(make_error_code(lks::Errc::database_write));
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return error(make_error_code(lks::Errc::not_a_database));
    case SQLITE_CONSTRAINT:
      return error(make_error_code(lks::Errc::malformed_row));
    case SQLITE_ERROR:  // a table or column of ours is missing
      return error(make_error_code(lks::Errc::foreign_database));
    default:
      return error(make_error_code(lks::Errc::internal));
  }
}

}  // namespace

SqliteQuery::~SqliteQuery() {
  if (statement_ != nullptr) again();
}

SqliteQuery::SqliteQuery(SqliteQuery&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_) {}

void SqliteQuery::again() noexcept {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bound_ = 0;
}

SqliteQuery& SqliteQuery::integer(std::int64_t value) {
  TOUCHSTONE_CHECK(sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

SqliteQuery& SqliteQuery::blob(OctetView value) {
  TOUCHSTONE_CHECK(sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(),
                                       SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

SqliteQuery& SqliteQuery::text(std::string_view value) {
  TOUCHSTONE_CHECK(sqlite3_bind_text64(statement_, ++bound_, value.data(), value.size(),
                                       SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Result<bool> SqliteQuery::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(explain(database_, code));
}

Result<void> SqliteQuery::run() {
  TOUCHSTONE_TRY(const bool row, step());
  TOUCHSTONE_CHECK(!row);
  return {};
}

bool SqliteQuery::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Error SqliteQuery::malformed(int column) const {
  return {make_error_code(lks::Errc::malformed_row), Error::no_offset,
          fmt::format("column {} has the wrong size or range",
                      sqlite3_column_name(statement_, column))};
}

Result<std::int64_t> SqliteQuery::i64(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER)
    return std::unexpected(malformed(column));
  return sqlite3_column_int64(statement_, column);
}

Result<std::uint32_t> SqliteQuery::u32(int column) const {
  TOUCHSTONE_TRY(const std::int64_t value, i64(column));
  if (value < 0 || value > std::int64_t{UINT32_MAX}) return std::unexpected(malformed(column));
  return static_cast<std::uint32_t>(value);
}

Result<void> SqliteQuery::fixed(int column, std::span<std::uint8_t> out) const {
  const bool is_blob = sqlite3_column_type(statement_, column) == SQLITE_BLOB;
  const void* octets = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (!is_blob || size != out.size()) return std::unexpected(malformed(column));
  std::copy_n(static_cast<const std::uint8_t*>(octets), size, out.begin());
  return {};
}

Result<std::string> SqliteQuery::words(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_TEXT)
    return std::unexpected(malformed(column));
  const unsigned char* text = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return std::string(reinterpret_cast<const char*>(text), size);
}

Result<SqliteConnection> SqliteConnection::open(const std::string& path, int flags) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  SqliteConnection connection(database);  // even a failed open leaves a handle to close
  if (code != SQLITE_OK) return std::unexpected(explain(database, code));
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

Result<SqliteConnection> SqliteConnection::open(const std::string& path) {
  // A name such as ":memory:" means itself once it stands in a folder.
  const std::string file = path.starts_with('/') ? path : "./" + path;
  return open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE);
}

Result<SqliteConnection> SqliteConnection::in_memory() {
  return open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY);
}

SqliteConnection::SqliteConnection(SqliteConnection&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      statements_(std::exchange(other.statements_, {})) {}

SqliteConnection::~SqliteConnection() {
  for (sqlite3_stmt* statement : statements_)
    sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Result<void> SqliteConnection::execute(const char* statements) {
  const int code = sqlite3_exec(database_, statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(explain(database_, code));
  return {};
}

Result<SqliteQuery> SqliteConnection::query(Sql name) {
  const auto index = static_cast<std::size_t>(name);
  if (statements_[index] == nullptr) {
    const int code = sqlite3_prepare_v3(database_, sql_texts[index].text, -1,
                                        SQLITE_PREPARE_PERSISTENT, &statements_[index], nullptr);
    if (code != SQLITE_OK) return std::unexpected(explain(database_, code));
  }
  return SqliteQuery(database_, statements_[index]);
}

Result<void> SqliteConnection::run(Sql name) {
  TOUCHSTONE_TRY(SqliteQuery statement, query(name));
  return statement.run();
}

Result<SecretOctets> SqliteConnection::image() const {
  sqlite3_int64 size = 0;
  unsigned char* octets = sqlite3_serialize(database_, "main", &size, 0);
  if (octets == nullptr) return fail(lks::Errc::internal, "SQLite gives no image");
  const auto length = static_cast<std::size_t>(size);
  SecretOctets image(octets, octets + length);
  wipe(octets, length);
  sqlite3_free(octets);
  return image;
}

}  // namespace touchstone::host
