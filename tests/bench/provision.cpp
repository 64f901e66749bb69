// A million nodes provisioned by the command as a whole process, beside bare SQLite inserts of rows
// of the same size by one prepared statement in one transaction. Targets: 6 s, 80 MB.

#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "reference/base/result.h"
#include "reference/crypto/random.h"
#include "reference/host/posix_files.h"
#include "reference/host/sqlite_key_database.h"
#include "reference/keyring/network_keys.h"
#include "reference/lks/audit.h"

namespace {

using touchstone::host::PosixFiles;
using touchstone::host::SqliteKeyDatabases;

constexpr int nodes = 1'000'000;
constexpr double target_s = 6;
constexpr double target_mb = 80;
constexpr double slowest_baseline_s = 8;  ///< a machine on which the figure would prove nothing

template <class Work>
double seconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void make_database(const std::string& path) {
  touchstone::crypto::SystemRandom random;
  const touchstone::lks::Network network{
      touchstone::keyring::make_network_keys(random), {}, {}, {}, {}};
  const auto audit =
      touchstone::lks::next_audit(std::nullopt, {}, {"bench", "bench", "made for a bench"});
  PosixFiles files;
  SqliteKeyDatabases databases(files);
  TOUCHSTONE_CHECK(databases.create(path, {network, 1, audit}).has_value());
}

void run_provision(const std::string& path) {
  const std::string count = std::to_string(nodes);
  const pid_t child = ::fork();
  TOUCHSTONE_CHECK(child >= 0);
  if (child == 0) {
    ::execl(TOUCHSTONE_PROVISION, "provision", "-d", path.c_str(), "-n", "0x10000", "--nodes",
            count.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  TOUCHSTONE_CHECK(::waitpid(child, &status, 0) == child && status == 0);
}

/// The same columns, the same transaction, no keys to derive and no rules to keep.
void insert_bare(const std::string& path) {
  sqlite3* database = nullptr;
  sqlite3_stmt* insert = nullptr;
  TOUCHSTONE_CHECK(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  const char* table =
      "PRAGMA journal_mode = WAL; CREATE TABLE node_key(node_id INTEGER, rep INTEGER, root_key "
      "BLOB, "
      "nonce BLOB, batch INTEGER, created_at INTEGER, operator TEXT, PRIMARY KEY(node_id, rep)) "
      "STRICT, WITHOUT ROWID; BEGIN";
  TOUCHSTONE_CHECK(sqlite3_exec(database, table, nullptr, nullptr, nullptr) == SQLITE_OK);
  TOUCHSTONE_CHECK(sqlite3_prepare_v2(database, "INSERT INTO node_key VALUES(?, 0, ?, ?, 1, ?, ?)",
                                      -1, &insert, nullptr) == SQLITE_OK);
  std::array<std::uint8_t, 16> octets{};
  for (int i = 0; i < nodes; ++i) {
    octets[0] = static_cast<std::uint8_t>(i);
    sqlite3_bind_int(insert, 1, 0x10000 + i);
    sqlite3_bind_blob(insert, 2, octets.data(), 16, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 3, octets.data(), 16, SQLITE_STATIC);
    sqlite3_bind_int(insert, 4, 1'795'000'000);
    sqlite3_bind_text(insert, 5, "uid 0", -1, SQLITE_STATIC);
    TOUCHSTONE_CHECK(sqlite3_step(insert) == SQLITE_DONE);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  TOUCHSTONE_CHECK(sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

/// Of a child that ended, user and system time.
double processor_s_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto part = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return part(usage.ru_utime) + part(usage.ru_stime);
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "touchstone.XXXXXX").string();
  TOUCHSTONE_CHECK(::mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/node_keys.db";
  make_database(path);
  const double bare_s = seconds([&] { insert_bare(folder + "/bare.db"); });
  const double ours_s = seconds([&] { run_provision(path); });
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove_all(folder);

  std::printf("provision %d nodes: %.2f s (processor %.2f s), target %.0f s%s\n", nodes, ours_s,
              processor_s_of_children(), target_s, ours_s > target_s ? "  MISSED" : "");
  std::printf("bare inserts:            %.2f s, ratio %.2f\n", bare_s, ours_s / bare_s);
  std::printf("database:                %.1f MB, target %.0f MB%s\n", megabytes, target_mb,
              megabytes > target_mb ? "  MISSED" : "");
  const bool good = ours_s <= 2 * target_s && megabytes <= target_mb;
  return good && bare_s <= slowest_baseline_s ? 0 : 1;
}
