#include "reference/host/sqlite_key_database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "reference/host/sqlite_connection.h"
#include "tests/support/tree.h"
#include "tests/unit/lks/lks_test.h"

namespace touchstone::host {
namespace {

using lks::tests::exit_of;
using lks::tests::vector_keys;

/// A foreign hand on the file: what the tool sqlite3 would do.
class Hand {
 public:
  explicit Hand(const std::string& path) { sqlite3_open(path.c_str(), &database_); }
  ~Hand() { sqlite3_close(database_); }
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;

  int run(const std::string& sql) {
    return sqlite3_exec(database_, ("PRAGMA foreign_keys = ON;" + sql).c_str(), nullptr, nullptr,
                        nullptr);
  }

 private:
  sqlite3* database_ = nullptr;
};

class SqliteStore : public ::testing::Test {
 protected:
  SqliteStore() : path_(folder_.path("node_keys.db")) {
    const lks::Time now{std::chrono::seconds{1'795'000'000}};
    const lks::Network network{vector_keys(), {1}, {}, {2}, now};
    const lks::AuditEntry audit = lks::next_audit(std::nullopt, now, {"test", "me", "made"});
    const auto made = databases_.create(path_, {network, 7, audit});
    TOUCHSTONE_CHECK(made.has_value());
  }

  int open_exit() { return exit_of(databases_.open(path_)); }
  int network_exit() {
    const auto opened = databases_.open(path_);
    return opened ? exit_of((*opened)->network()) : exit_code(opened.error());
  }
  Result<void> insert(lks::KeyDatabase& database, keyring::NodeId id) {
    const std::array<lks::NodeKey, 1> keys = {lks::NodeKey{id, 0, 7, {1}, {2}}};
    return database.insert(keys, {}, "me");
  }

  touchstone::tests::TemporaryFolder folder_;
  std::string path_;
  PosixFiles files_;
  SqliteKeyDatabases databases_{files_};
};

TEST_F(SqliteStore, IsForItsOwnerAloneWhateverTheUmask) {
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  const mode_t before = ::umask(0);
  const auto database = databases_.open(path_);
  ASSERT_TRUE(database && (*database)->begin() && insert(**database, 1));
  for (const char* name : {"node_keys.db", "node_keys.db-wal", "node_keys.db-shm"}) {
    ASSERT_EQ(::stat(folder_.path(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << name;
  }
  ::umask(before);
}

TEST_F(SqliteStore, IsWalFromItsFirstOctetOn) {
  const std::string header = folder_.read("node_keys.db").substr(0, 100);
  EXPECT_EQ(header.substr(0, 15), "SQLite format 3");
  EXPECT_EQ(header[18], 2);
  EXPECT_EQ(header[19], 2);
}

TEST_F(SqliteStore, LeavesOneFileWhenClosed) {
  {
    const auto database = databases_.open(path_);
    ASSERT_TRUE(database && (*database)->begin() && insert(**database, 1));
    ASSERT_TRUE((*database)->commit());
  }
  EXPECT_EQ(folder_.names(), (std::set<std::string>{"node_keys.db"}));
}

TEST_F(SqliteStore, IsNeverOverwritten) {
  const std::string before = folder_.read("node_keys.db");
  const lks::Network network{vector_keys(), {}, {}, {}, {}};
  const auto audit = lks::next_audit(std::nullopt, {}, {"test", "me", "made"});
  EXPECT_EQ(exit_of(databases_.create(path_, {network, 1, audit})), 9);
  EXPECT_EQ(folder_.read("node_keys.db"), before);
}

TEST_F(SqliteStore, KeepsNothingWithoutCommit) {
  {
    const auto database = databases_.open(path_);
    ASSERT_TRUE(database && (*database)->begin() && insert(**database, 1));
  }
  EXPECT_TRUE((*databases_.open(path_))->newest_keys(0, 9)->empty());
}

TEST_F(SqliteStore, IsReadByItsOwnerAlone) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0644U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_EQ(open_exit(), 3) << mode;
  }
  SqliteKeyDatabases lax(files_, SqliteKeyDatabases::Permissions::lax);
  EXPECT_TRUE(lax.open(path_));
}

TEST_F(SqliteStore, IsNoLink) {
  const std::string link = folder_.path("link.db");
  ASSERT_EQ(::symlink(path_.c_str(), link.c_str()), 0);
  EXPECT_EQ(exit_of(databases_.open(link)), 3);
  EXPECT_EQ(exit_of(databases_.open(folder_.folder())), 3);
  EXPECT_EQ(exit_of(databases_.open(folder_.path("none.db"))), 3);
}

TEST_F(SqliteStore, RefusesWhatIsNotSqlite) {
  folder_.write("node_keys.db", "pwdh, 0x00\n");
  EXPECT_EQ(open_exit(), 6);
  folder_.write("node_keys.db", std::string(8192, 'x'));
  EXPECT_EQ(open_exit(), 6);
}

TEST_F(SqliteStore, RefusesAForeignDatabase) {
  folder_.write("node_keys.db", "");
  EXPECT_EQ(open_exit(), 6);  // an empty file is a database of nobody
  ASSERT_EQ(Hand(path_).run("CREATE TABLE network(x)"), SQLITE_OK);
  EXPECT_EQ(open_exit(), 6);
}

TEST_F(SqliteStore, RefusesALaterVersion) {
  ASSERT_EQ(Hand(path_).run("PRAGMA user_version = 2"), SQLITE_OK);
  EXPECT_EQ(open_exit(), 6);
}

TEST_F(SqliteStore, RefusesAnUnguardedAudit) {
  ASSERT_EQ(Hand(path_).run("DROP TRIGGER audit_delete"), SQLITE_OK);
  EXPECT_EQ(open_exit(), 6);
}

TEST_F(SqliteStore, RefusesAKeyOfFifteenOctets) {
  ASSERT_EQ(Hand(path_).run("PRAGMA ignore_check_constraints = ON;"
                            "UPDATE network SET base = zeroblob(15)"),
            SQLITE_OK);
  EXPECT_EQ(network_exit(), 6);
}

TEST_F(SqliteStore, RefusesANodeKeyOfFifteenOctets) {
  ASSERT_EQ(Hand(path_).run("PRAGMA ignore_check_constraints = ON;"
                            "INSERT INTO node_key VALUES(1, 0, zeroblob(15), zeroblob(16), 7, 0, "
                            "'me')"),
            SQLITE_OK);
  const auto database = databases_.open(path_);
  ASSERT_TRUE(database);
  EXPECT_EQ(exit_of((*database)->newest_keys(0, 9)), 6);
  EXPECT_EQ(exit_of((*database)->rows({})), 6);
}

TEST_F(SqliteStore, IsBusyWhileAnotherWrites) {
  Hand other(path_);
  ASSERT_EQ(other.run("BEGIN IMMEDIATE"), SQLITE_OK);
  const auto database = databases_.open(path_);
  ASSERT_TRUE(database);
  EXPECT_EQ(exit_of((*database)->begin()), 11);
  ASSERT_EQ(other.run("ROLLBACK"), SQLITE_OK);
  EXPECT_EQ(exit_of((*database)->begin()), 0);
}

TEST_F(SqliteStore, IsBusyWhileAnotherHoldsAllOfIt) {
  Hand other(path_);
  ASSERT_EQ(other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"), SQLITE_OK);
  EXPECT_EQ(network_exit(), 11);
}

TEST_F(SqliteStore, TellsAFullDisk) {
  auto connection = SqliteConnection::open(path_);
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->execute("PRAGMA max_page_count = 20"));
  const auto full = connection->execute(
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000) "
      "INSERT INTO node_key SELECT x, 0, zeroblob(16), zeroblob(16), 7, 0, 'me' FROM n");
  ASSERT_FALSE(full);
  EXPECT_EQ(exit_of(full), 12);
}

/// The CHECKs hold against any program that opens the file (LK-15).
TEST_F(SqliteStore, RefusesBadStatementsOfOthers) {
  const std::array<std::string, 14> bad = {
      "INSERT INTO node_key VALUES(-1, 0, zeroblob(16), zeroblob(16), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(4294967296, 0, zeroblob(16), zeroblob(16), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(1, -1, zeroblob(16), zeroblob(16), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(1, 0, zeroblob(15), zeroblob(16), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(1, 0, zeroblob(16), zeroblob(17), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(1, 0, 'sixteen letters!', zeroblob(16), 7, 0, 'me')",
      "INSERT INTO node_key VALUES(1, 0, zeroblob(16), zeroblob(16), 8, 0, 'me')",
      "INSERT INTO node_key VALUES(1, 0, zeroblob(16), zeroblob(16), 7, 0, NULL)",
      "INSERT INTO batch(number, opened_at) VALUES(8, 0)",
      "INSERT INTO batch(number, opened_at) VALUES(0, 0)",
      "UPDATE batch SET exported_at = 5",
      "INSERT INTO network SELECT 2, pwdh, base, gateway, gateway_cdld, kms_spki, kdf, kdf_cost, "
      "kdf_block_size, kdf_parallel, gw_file_sha256, imported_at FROM network",
      "UPDATE network SET gateway = zeroblob(16)",
      "UPDATE network SET kdf = 3",
  };
  Hand hand(path_);
  for (const std::string& statement : bad)
    EXPECT_NE(hand.run(statement), SQLITE_OK) << statement;
  EXPECT_EQ(open_exit(), 0);
}

TEST_F(SqliteStore, KeepsAClosedBatchAsItIs) {
  Hand hand(path_);
  ASSERT_EQ(hand.run("UPDATE batch SET exported_at = 5, node_count = 1, file_name = 'b', "
                     "sha256 = zeroblob(32)"),
            SQLITE_OK);
  EXPECT_NE(hand.run("UPDATE batch SET node_count = 2"), SQLITE_OK);
}

TEST_F(SqliteStore, KeepsTheAuditAppendOnly) {
  Hand hand(path_);
  EXPECT_NE(hand.run("UPDATE audit SET text = ''"), SQLITE_OK);
  EXPECT_NE(hand.run("DELETE FROM audit"), SQLITE_OK);
  EXPECT_NE(hand.run("INSERT OR REPLACE INTO audit VALUES(1, 0, '', '', '', zeroblob(32), "
                     "zeroblob(32))"),
            SQLITE_OK);
  EXPECT_NE(hand.run("INSERT INTO audit VALUES(3, 0, '', '', '', zeroblob(32), zeroblob(32))"),
            SQLITE_OK);
  EXPECT_EQ((*databases_.open(path_))->audit()->at(0).text, "made");
}

TEST_F(SqliteStore, GivesBackTheNetwork) {
  const auto network = (*databases_.open(path_))->network();
  ASSERT_TRUE(network);
  EXPECT_TRUE(network->keys.gateway.equals(vector_keys().gateway));
  EXPECT_EQ(network->kms_spki, lks::Sha256{1});
  EXPECT_EQ(network->gateway_file_sha256, lks::Sha256{2});
  EXPECT_EQ(network->kdf, keyring::PassphraseKdf{});
  EXPECT_EQ(network->imported_at.time_since_epoch().count(), 1'795'000'000);
}

/// The page that specifies the format shows the very statements that make it.
TEST(SqliteStoreDocument, ShowsTheSchema) {
  std::ifstream in(tests::tree_path("docs/formats/node-keys-db.md"));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(page.find(node_keys_schema), std::string::npos);
}

}  // namespace
}  // namespace touchstone::host
