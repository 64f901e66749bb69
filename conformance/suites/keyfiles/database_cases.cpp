// The node key database as a file: LK-15 and NI-17.

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "conformance/oracle/node_database.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

std::filesystem::path file(CaseContext& ctx) {
  return ctx.sandbox().path(database);
}

std::string value_of(CaseContext& ctx, const std::string& query) {
  std::string value;
  const auto fault = oracle::run_statement(file(ctx), query, &value);
  ctx.expect(!fault, "LK-15", query, fault.value_or(""));
  return value;
}

void database_is_closed_and_strict(CaseContext& ctx) {
  put_lks(ctx);
  const Snapshot files = ctx.sandbox().snapshot();
  ctx.expect(files.at(std::string(database)).mode == 0600, "LK-15", "mode 0600",
             fmt::format("mode {:04o}", files.at(std::string(database)).mode));
  ctx.expect_equal("LK-15", "user_version", "1", value_of(ctx, "PRAGMA user_version"));
  ctx.expect_equal("LK-15", "application_id", "1431064651", value_of(ctx, "PRAGMA application_id"));
  const std::string loose =
      value_of(ctx,
               "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
               "AND name NOT LIKE 'sqlite_%' AND strict = 0");
  ctx.expect_equal("LK-15", "tables that are not STRICT", "0", loose);
}

constexpr std::array refused_statements{
    "UPDATE audit SET text = 'nothing' WHERE sequence = 1",
    "DELETE FROM audit",
    "INSERT INTO audit SELECT 77, at, tool, operator, text, previous, hash FROM audit LIMIT 1",
    "INSERT INTO node_key VALUES(1, 9, x'0011', zeroblob(16), 1, 0, 'x')",
    "INSERT INTO node_key VALUES(-1, 0, zeroblob(16), zeroblob(16), 1, 0, 'x')",
    "INSERT INTO node_key VALUES(4294967296, 0, zeroblob(16), zeroblob(16), 1, 0, 'x')",
    "INSERT INTO node_key VALUES('one', 0, zeroblob(16), zeroblob(16), 1, 0, 'x')",
    "UPDATE network SET base = zeroblob(15)",
    "INSERT INTO batch(number, opened_at) VALUES(0, 0)",
    "INSERT INTO batch(number, opened_at) VALUES(9, 0)",
};

void wrong_statements_are_refused(CaseContext& ctx) {
  put_lks(ctx);
  for (const char* statement : refused_statements) {
    ctx.counterexample("statement", Json(statement));
    ctx.expect(oracle::run_statement(file(ctx), statement).has_value(), "LK-15",
               "the database refuses the statement", "it takes it");
  }
}

void every_run_is_in_the_audit(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x10, 3, {{"operator", "line-2"}});
  export_keys(ctx, "out.rsa");
  ctx.expect_equal("LK-15", "audit rows", "3", value_of(ctx, "SELECT count(*) FROM audit"));
  ctx.expect_equal("LK-15", "the operator", "line-2",
                   value_of(ctx, "SELECT operator FROM audit WHERE tool = 'provision'"));
  const std::string broken =
      value_of(ctx,
               "SELECT count(*) FROM audit a JOIN audit b ON b.sequence = a.sequence + 1 "
               "WHERE b.previous IS NOT a.hash");
  ctx.expect_equal("LK-15", "rows that do not follow", "0", broken);
}

/// NI-17: another version, another kind, a damaged row.
void foreign_databases_are_refused(CaseContext& ctx) {
  const auto refused = [&](const char* statement) {
    ctx.start_afresh();
    put_lks(ctx);
    if (!provision(ctx, 0x10, 1).ok()) ctx.inconclusive("provision failed");
    if (oracle::run_statement(file(ctx), statement))
      ctx.inconclusive("the database cannot be changed");
    ctx.counterexample("statement", Json(statement));
    ctx.expect_exit(provision(ctx, 0x20, 1), "LK-15", {6});
    ctx.expect_exit(export_keys(ctx, "out.rsa"), "LK-15", {6});
    ctx.expect(!ctx.sandbox().exists("out.rsa"), "LK-15", "no export", "a file was made");
  };
  refused("PRAGMA user_version = 2");
  refused("PRAGMA application_id = 1");
  ctx.start_afresh();
  put_kms(ctx);
  ctx.sandbox().write(database, "this is not SQLite, whatever its name says\n");
  ctx.expect_exit(provision(ctx, 0x20, 1), "LK-15", {6});
}

void open_databases_are_refused(CaseContext& ctx) {
  put_lks(ctx);
  const Octets octets = ctx.sandbox().read(database);
  ctx.start_afresh();  // or the harness would find the keys in an open file, which is our doing
  put_kms(ctx);
  ctx.sandbox().write(database, OctetView(octets), 0644);
  ctx.expect_exit(provision(ctx, 0x20, 1), "LK-15", {3});
  ctx.expect_exit(export_keys(ctx, "out.rsa", {{"all", true}}), "LK-15", {3});
}

/// The write lock of a database in a process of its own: locks of fcntl(2) belong to a process,
/// which loses them when it closes the file for any other reason, and the harness looks at every
/// file.
class HeldElsewhere {
 public:
  explicit HeldElsewhere(const std::filesystem::path& database_file) {
    TOUCHSTONE_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) == 0);
    child_ = ::fork();
    TOUCHSTONE_CHECK(child_ >= 0);
    char sign = 'h';
    if (child_ == 0) {
      ::close(ends_[0]);
      const oracle::DatabaseLock lock(database_file);
      const bool told = ::write(ends_[1], &sign, 1) == 1;
      const bool closed = told && ::read(ends_[1], &sign, 1) == 0;  // waits for the other end
      ::_exit(closed ? 0 : 1);
    }
    ::close(ends_[1]);
    TOUCHSTONE_CHECK(::read(ends_[0], &sign, 1) == 1);
  }
  ~HeldElsewhere() {
    ::close(ends_[0]);
    ::waitpid(child_, nullptr, 0);
  }
  HeldElsewhere(const HeldElsewhere&) = delete;
  HeldElsewhere& operator=(const HeldElsewhere&) = delete;

 private:
  int ends_[2] = {-1, -1};
  pid_t child_ = -1;
};

void busy_database_is_told(CaseContext& ctx) {
  put_lks(ctx);
  std::optional<Response> response;
  {
    const HeldElsewhere other(file(ctx));
    response = provision(ctx, 0x20, 1);
  }
  ctx.expect_exit(*response, "LK-02", {11});
  ctx.expect_exit(provision(ctx, 0x20, 1), "LK-02", {0});
}

const std::vector<std::string> looks_at_database{"cmd.import_gw_keys", "format.ts1",
                                                 "format.lks_database"};
const std::vector<std::string> uses{"cmd.import_gw_keys", "cmd.provision",       "cmd.export_keys",
                                    "format.ts1",         "format.lks_database", "exit.codes"};

}  // namespace

void add_database_cases(harness::Registry& registry) {
  add_rows(registry, {{"LK-15.TheDatabaseIsClosedAndStrict",
                       {"LK-15"},
                       looks_at_database,
                       "The database has mode 0600, its version, its kind and STRICT tables",
                       database_is_closed_and_strict},
                      {"LK-15.WrongStatementsAreRefused",
                       {"LK-15"},
                       looks_at_database,
                       "The database refuses wrong rows and any change of its audit",
                       wrong_statements_are_refused},
                      {"LK-15.EveryRunIsInTheAudit",
                       {"LK-15"},
                       uses,
                       "Each run adds a row that follows from the one before",
                       every_run_is_in_the_audit},
                      {"LK-15.ForeignDatabasesAreRefused",
                       {"LK-15"},
                       uses,
                       "A file of another kind or version is exit 6",
                       foreign_databases_are_refused},
                      {"LK-15.OpenDatabasesAreRefused",
                       {"LK-15"},
                       uses,
                       "A database that others may read is exit 3",
                       open_databases_are_refused},
                      {"LK-02.ABusyDatabaseIsTold",
                       {"LK-02"},
                       uses,
                       "A database that another process writes is exit 11",
                       busy_database_is_told}});
}

}  // namespace touchstone::conformance::suites::keyfiles
