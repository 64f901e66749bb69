#pragma once
// Every word of SQL that touches a node key database, in one place (docs/formats/node-keys-db.md).

#include <array>
#include <cstddef>

namespace touchstone::host {

inline constexpr int node_keys_application_id = 0x554C504B;  ///< "ULPK"
inline constexpr int node_keys_user_version = 1;

/// The whole of a new database but its rows.
inline constexpr const char* node_keys_schema = R"sql(
PRAGMA application_id = 0x554C504B;
PRAGMA user_version = 1;
CREATE TABLE network(
  one            INTEGER PRIMARY KEY CHECK(one = 1),
  pwdh           BLOB NOT NULL CHECK(length(pwdh) = 16),
  base           BLOB NOT NULL CHECK(length(base) = 16),
  gateway        BLOB NOT NULL CHECK(length(gateway) = 24),
  gateway_cdld   BLOB NOT NULL CHECK(length(gateway_cdld) = 16),
  kms_spki       BLOB NOT NULL CHECK(length(kms_spki) = 32),
  kdf            INTEGER NOT NULL CHECK(kdf IN (1, 2)),
  kdf_cost       INTEGER NOT NULL CHECK(kdf_cost BETWEEN 1 AND 4294967295),
  kdf_block_size INTEGER NOT NULL CHECK(kdf_block_size BETWEEN 0 AND 4294967295),
  kdf_parallel   INTEGER NOT NULL CHECK(kdf_parallel BETWEEN 0 AND 4294967295),
  gw_file_sha256 BLOB NOT NULL CHECK(length(gw_file_sha256) = 32),
  imported_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE batch(
  number      INTEGER PRIMARY KEY CHECK(number BETWEEN 1 AND 4294967295),
  opened_at   INTEGER NOT NULL,
  exported_at INTEGER,
  node_count  INTEGER CHECK(node_count BETWEEN 1 AND 4294967296),
  file_name   TEXT CHECK(length(file_name) > 0),
  sha256      BLOB CHECK(length(sha256) = 32),
  CHECK((exported_at IS NULL) = (node_count IS NULL)),
  CHECK((exported_at IS NULL) = (file_name IS NULL)),
  CHECK((exported_at IS NULL) = (sha256 IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_open_batch ON batch(exported_at IS NULL) WHERE exported_at IS NULL;
CREATE TABLE node_key(
  node_id    INTEGER NOT NULL CHECK(node_id BETWEEN 0 AND 4294967295),
  rep        INTEGER NOT NULL CHECK(rep BETWEEN 0 AND 4294967295),
  root_key   BLOB NOT NULL CHECK(length(root_key) = 16),
  nonce      BLOB NOT NULL CHECK(length(nonce) = 16),
  batch      INTEGER NOT NULL REFERENCES batch(number),
  created_at INTEGER NOT NULL,
  operator   TEXT NOT NULL,
  PRIMARY KEY(node_id, rep)
) STRICT, WITHOUT ROWID;
CREATE VIEW node_current AS
  SELECT node_id, max(rep) AS rep, root_key, nonce, batch, created_at, operator
  FROM node_key GROUP BY node_id;
CREATE TABLE audit(
  sequence INTEGER PRIMARY KEY CHECK(sequence > 0),
  at       INTEGER NOT NULL,
  tool     TEXT NOT NULL,
  operator TEXT NOT NULL,
  text     TEXT NOT NULL,
  previous BLOB NOT NULL CHECK(length(previous) = 32),
  hash     BLOB NOT NULL CHECK(length(hash) = 32)
) STRICT;
CREATE TRIGGER batch_closed BEFORE UPDATE ON batch WHEN OLD.exported_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a closed batch stays as it is'); END;
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
  WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
)sql";

/// How every connection is set up. WAL is a property of the file and is not repeated here.
inline constexpr const char* node_keys_connection = R"sql(
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
)sql";

enum class Sql : std::size_t {
  application_id,
  user_version,
  audit_triggers,
  begin,
  commit,
  roll_back,
  network,
  insert_network,
  newest_batch,
  batch,
  insert_batch,
  close_batch,
  newest_keys,
  insert_key,
  rows,
  last_audit,
  audit,
  insert_audit,
};

struct SqlText {
  Sql name;
  const char* text;
};

inline constexpr std::array<SqlText, 18> sql_texts = {{
    {Sql::application_id, "PRAGMA application_id"},
    {Sql::user_version, "PRAGMA user_version"},
    {Sql::audit_triggers,
     "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit' "
     "AND name IN ('audit_insert', 'audit_update', 'audit_delete')"},
    {Sql::begin, "BEGIN IMMEDIATE"},
    {Sql::commit, "COMMIT"},
    {Sql::roll_back, "ROLLBACK"},
    {Sql::network,
     "SELECT pwdh, base, gateway, gateway_cdld, kms_spki, kdf, kdf_cost, kdf_block_size, "
     "kdf_parallel, gw_file_sha256, imported_at FROM network"},
    {Sql::insert_network,
     "INSERT INTO network VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
    {Sql::newest_batch,
     "SELECT number, opened_at, exported_at, node_count, file_name, sha256 FROM batch "
     "ORDER BY number DESC LIMIT 1"},
    {Sql::batch,
     "SELECT number, opened_at, exported_at, node_count, file_name, sha256 FROM batch "
     "WHERE number = ?1"},
    {Sql::insert_batch, "INSERT INTO batch(number, opened_at) VALUES(?1, ?2)"},
    {Sql::close_batch,
     "UPDATE batch SET exported_at = ?2, node_count = ?3, file_name = ?4, sha256 = ?5 "
     "WHERE number = ?1"},
    {Sql::newest_keys,
     "SELECT node_id, max(rep), batch, root_key, nonce FROM node_key "
     "WHERE node_id BETWEEN ?1 AND ?2 GROUP BY node_id ORDER BY node_id"},
    {Sql::insert_key, "INSERT INTO node_key VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
    {Sql::rows,
     "SELECT node_id, max(rep), batch, root_key FROM node_key "
     "WHERE batch BETWEEN ?1 AND ?2 GROUP BY node_id ORDER BY node_id"},
    {Sql::last_audit,
     "SELECT sequence, at, tool, operator, text, previous, hash FROM audit "
     "ORDER BY sequence DESC LIMIT 1"},
    {Sql::audit,
     "SELECT sequence, at, tool, operator, text, previous, hash FROM audit ORDER BY sequence"},
    {Sql::insert_audit, "INSERT INTO audit VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
}};

/// The table stands in the order of the enumeration, so that a name is an index.
consteval bool sql_texts_in_order() {
  for (std::size_t i = 0; i < sql_texts.size(); ++i)
    if (static_cast<std::size_t>(sql_texts[i].name) != i) return false;
  return true;
}
static_assert(sql_texts_in_order());

}  // namespace touchstone::host
