#pragma once
// SQLite behind Result: a connection with its prepared statements, and rows whose columns are
// checked.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/host/sqlite_statements.h"

struct sqlite3;
struct sqlite3_stmt;

namespace touchstone::host {

/// One use of a prepared statement, reset when it ends. Bind from the first parameter on, then
/// step. What is bound must live until the last step.
class SqliteQuery {
 public:
  SqliteQuery(sqlite3* database, sqlite3_stmt* statement) noexcept
      : database_(database), statement_(statement) {}
  ~SqliteQuery();
  SqliteQuery(SqliteQuery&& other) noexcept;
  SqliteQuery& operator=(SqliteQuery&&) = delete;
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  SqliteQuery& integer(std::int64_t value);
  SqliteQuery& blob(OctetView value);
  SqliteQuery& text(std::string_view value);

  /// True on a row, false after the last one.
  Result<bool> step();
  /// For a statement without rows.
  Result<void> run();
  /// Ready for other values.
  void again() noexcept;

  [[nodiscard]] bool is_null(int column) const;
  /// malformed_row unless the column holds an integer from 0 to 2^32 - 1.
  [[nodiscard]] Result<std::uint32_t> u32(int column) const;
  [[nodiscard]] Result<std::int64_t> i64(int column) const;
  /// malformed_row unless the column holds exactly as many octets as `out` has room for.
  [[nodiscard]] Result<void> fixed(int column, std::span<std::uint8_t> out) const;
  [[nodiscard]] Result<std::string> words(int column) const;

 private:
  [[nodiscard]] Error malformed(int column) const;

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

/// Not for use by several threads.
class SqliteConnection {
 public:
  /// An existing file for reading and writing. The file is not looked at before the first query.
  static Result<SqliteConnection> open(const std::string& path);
  static Result<SqliteConnection> in_memory();

  SqliteConnection(SqliteConnection&&) noexcept;
  SqliteConnection& operator=(SqliteConnection&&) = delete;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  /// Several statements without parameters.
  Result<void> execute(const char* statements);
  /// Prepared at its first use.
  Result<SqliteQuery> query(Sql name);
  Result<void> run(Sql name);

  /// The database as the octets of a file.
  Result<SecretOctets> image() const;

 private:
  explicit SqliteConnection(sqlite3* database) noexcept : database_(database) {}
  static Result<SqliteConnection> open(const std::string& path, int flags);

  sqlite3* database_;
  std::array<sqlite3_stmt*, sql_texts.size()> statements_{};
};

}  // namespace touchstone::host
