// What a command line may look like: KU-26 and OP-08.

#include <fmt/format.h>

#include <array>

#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

constexpr std::array tools{"generate_gw_keys", "import_gw_keys", "provision",    "export_keys",
                           "import_keys",      "remove_keys",    "keyring_lint", "kms_doctor"};

Response run(CaseContext& ctx, std::string_view tool, const Json& argv,
             const Json& lines = Json::array()) {
  return ctx.call("cli.run", {{"tool", tool}, {"argv", argv}, {"lines", lines}});
}

struct WrongLine {
  const char* tool;
  std::vector<std::string> argv;
};

/// NI-15 and its like, each otherwise complete.
const std::vector<WrongLine>& wrong_lines() {
  static const std::vector<WrongLine> rows{
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa"}},
      {"import_keys", {"-m", "keyring.csv", "-k", "kms.pem"}},
      {"import_keys", {"-i", "batch.csv.rsa", "-k", "kms.pem"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "-z"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--unsafe"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--backup=x"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "stray"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k"}},
      {"import_keys",
       {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--on-conflict", "ask"}},
      {"import_keys",
       {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--max-replace", "-1"}},
      {"import_keys",
       {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--now", "yesterday"}},
      {"generate_gw_keys", {"-m", "a.csv", "-o", "a.aes"}},
      {"generate_gw_keys", {"-m", "a.csv", "-o", "a.aes", "-k", "kms.pem", "--kdf", "scrypt:13"}},
      {"generate_gw_keys", {"-m", "a.csv", "-o", "a.aes", "-k", "kms.pem", "--signature", "md5"}},
      {"provision", {"-d", "node_keys.db"}},
      {"export_keys", {"-d", "n.db", "-o", "o.rsa", "-k", "kms.pub.pem", "--all", "--batch", "1"}},
      {"remove_keys", {"-m", "keyring.csv"}},
      {"keyring_lint", {"--strict"}},
      {"keyring_lint", {"--fix", "keyring.csv"}},
      {"kms_doctor", {"--repair"}},
  };
  return rows;
}

void wrong_lines_are_usage_errors(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  const Snapshot before = ctx.sandbox().snapshot();
  for (const WrongLine& line : wrong_lines()) {
    ctx.counterexample("command line", {line.tool, line.argv});
    ctx.expect_exit(run(ctx, line.tool, Json(line.argv)), "KU-26", {2});
    ctx.expect_unchanged(before, "KU-26");
  }
}

/// One file under two options would destroy one of them.
void one_file_twice_is_refused(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  const Snapshot before = ctx.sandbox().snapshot();
  const Json typed{passphrase, passphrase};
  const std::array<WrongLine, 4> rows{{
      {"generate_gw_keys",
       {"-m", "new.csv", "-o", "new.csv", "-k", "kms.pem", "--kdf", "scrypt:14"}},
      {"generate_gw_keys",
       {"-m", "new.csv", "-o", "./new.csv", "-k", "kms.pem", "--kdf", "scrypt:14"}},
      {"generate_gw_keys",
       {"-m", "new.csv.sig", "-o", "new.csv", "-k", "kms.pem", "--kdf", "scrypt:14"}},
      {"import_keys", {"-m", "keyring.csv", "-i", "keyring.csv", "-k", "kms.pem"}},
  }};
  for (const WrongLine& line : rows) {
    ctx.counterexample("command line", {line.tool, line.argv});
    ctx.expect_exit(run(ctx, line.tool, Json(line.argv), typed), "KU-26", {2});
    ctx.expect_unchanged(before, "KU-26");
  }
}

void help_and_version_end_with_0(CaseContext& ctx) {
  for (const char* tool : tools)
    for (const char* option : {"-h", "--help", "--version"}) {
      const Response response = run(ctx, tool, {option});
      ctx.counterexample("command line", {tool, option});
      ctx.expect_exit(response, "KU-26", {0});
      ctx.expect(response.obs.value("stdout", "").find(tool) != std::string::npos, "KU-26",
                 "a text that names the command", "none");
    }
}

void long_forms_are_taken(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  const Response imported = run(ctx, "import_keys",
                                {"--master", "keyring.csv", "--input", "batch.csv.rsa", "--key",
                                 "kms.pem", "--signature", "--verbose"});
  ctx.expect_exit(imported, "KU-26", {0});
  const Response made = run(ctx, "generate_gw_keys",
                            {"--master", "new.csv", "--output", "new.aes", "--key", "kms.pem",
                             "--kdf", "scrypt:14", "--passphrase-fd", "0", "--verbose"},
                            {passphrase, passphrase});
  ctx.expect_exit(made, "KU-26", {0});
}

void python_names_are_answered(CaseContext& ctx) {
  for (const char* tool : tools) {
    ctx.counterexample("tool", Json(tool));
    ctx.expect_exit(run(ctx, fmt::format("{}.py", tool), {"--version"}), "OP-08", {0});
    ctx.expect_exit(run(ctx, tool, {"--version"}), "OP-08", {0});
  }
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  const Response response =
      run(ctx, "import_keys.py",
          {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "-s", "-v"});
  ctx.expect_exit(response, "OP-08", {0});
}

const std::vector<std::string> lines{"cli.run", "exit.codes"};

}  // namespace

void add_command_line_cases(harness::Registry& registry) {
  add_rows(registry, {{"KU-26.WrongLinesAreUsageErrors",
                       {"KU-26"},
                       lines,
                       "An unknown option, a missing or impossible argument is exit 2",
                       wrong_lines_are_usage_errors},
                      {"KU-26.OneFileTwiceIsRefused",
                       {"KU-26"},
                       lines,
                       "One name for -m and -o is exit 2",
                       one_file_twice_is_refused},
                      {"KU-26.HelpAndVersionEndWith0",
                       {"KU-26"},
                       lines,
                       "-h and --version are exit 0",
                       help_and_version_end_with_0},
                      {"KU-26.LongFormsAreTaken",
                       {"KU-26"},
                       {"cli.run", "exit.codes", "format.ts1"},
                       "Every short option has its long form",
                       long_forms_are_taken},
                      {"OP-08.PythonNamesAreAnswered",
                       {"OP-08"},
                       {"cli.run", "exit.codes", "format.ts1"},
                       "Every command answers to its name with the ending .py",
                       python_names_are_answered}});
}

}  // namespace touchstone::conformance::suites::keyfiles
