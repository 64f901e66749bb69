// KR-25, KR-26, KR-28: how much is read, and what is told of it.

#include "conformance/generators/secrets.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

/// The last row of the vectors, ended with spaces so that the line has `size` octets.
std::string with_last_line_of(std::size_t size) {
  const std::string row = oracle::print_row(vector_keyring().rows.back());
  const std::string bare = row.substr(0, row.size() - 1);
  return vector_text(row, bare + std::string(size - bare.size(), ' ') + "\n");
}

void check_line_limit(CaseContext& ctx) {
  const Response taken = decode(ctx, as_octets(with_last_line_of(256)), Mode::tolerant);
  ctx.expect_accepted(taken, "KR-25");
  for (const std::size_t size : {257UL, 258UL, 4096UL, 1000000UL})
    ctx.expect_rejected(decode(ctx, as_octets(with_last_line_of(size)), Mode::tolerant), "KR-25",
                        {harness::RejectClass::length});
}

oracle::Keyring keyring_of(std::uint32_t rows) {
  oracle::Keyring keyring{vector_keyring().network, {}};
  for (std::uint32_t id = 0; id < rows; ++id)
    keyring.rows.push_back({id * 7, generators::key_of_seed(id), 1 + id / 1000, id % 3});
  return keyring;
}

void check_whole_file_is_read(CaseContext& ctx) {
  const oracle::Keyring keyring = keyring_of(40000);
  std::string text = oracle::print_keyring(keyring);
  ctx.sandbox().write("keyring.csv", text);
  const Response good = ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}, {"strict", true}});
  ctx.expect_exit(good, "KR-28", {0});
  text += "0x00000001, 0x00,1,0\n";
  ctx.sandbox().write("keyring.csv", text);
  const Response bad = ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}});
  ctx.expect_exit(bad, "KR-28", {6});
}

/// mmap of nothing fails where read(2) gives no octets: an empty file is a fault of the format.
void check_empty_file(CaseContext& ctx) {
  ctx.sandbox().write("keyring.csv", std::string_view());
  ctx.expect_exit(ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}}), "KR-28", {6});
}

/// The lint's line names file, line and code, and nothing of the key.
void check_lint_text(CaseContext& ctx) {
  const std::string key = to_hex(vector_keyring().rows[1].key);
  const std::string spoilt = "g" + key.substr(1);
  ctx.sandbox().write("keyring.csv", vector_text(key, spoilt));
  const Response response = ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}});
  ctx.expect_exit(response, "KR-26", {6});
  const std::string told =
      response.obs.value("stdout", std::string()) + response.obs.value("stderr", std::string());
  ctx.expect(told.find("keyring.csv:6:") != std::string::npos, "KR-26",
             "a line that begins with keyring.csv:6:", "no such line");
  ctx.expect(told.find(key.substr(1, 8)) == std::string::npos, "KR-26", "no text of the key",
             "digits of the key");
}

/// An error in a key does not repeat the key, wherever the fault stands.
void check_no_key_in_findings(CaseContext& ctx) {
  for (const oracle::Row& row : vector_keyring().rows)
    for (const char* wrong : {"", "g", "00", " "}) {
      const std::string key = to_hex(row.key);
      const std::string text = vector_text(key, wrong + key.substr(1));
      const Response response = decode(ctx, as_octets(text), Mode::strict);
      ctx.expect_rejected(response, "KR-26");
      const std::string told = response.obs.dump() + response.detail;
      ctx.expect(told.find(key.substr(2, 8)) == std::string::npos, "KR-26",
                 "findings without the text of a key", "digits of the key");
    }
}

}  // namespace

void add_limit_cases(harness::Registry& registry) {
  add_case(registry, "KR-25.LimitsLines", {"KR-25"}, {"keyring.decode", "keyring.tolerant"},
           "A line may have 256 octets and no more", check_line_limit);
  add_decode_case(registry, "KR-26.FindingsShowNoKey", {"KR-26"},
                  "A finding never shows the text of a key", check_no_key_in_findings);
  add_case(registry, "KR-26.LintNamesThePlace", {"KR-26"}, {"cmd.keyring_lint", "exit.codes"},
           "The lint names file and line, and nothing of the key", check_lint_text);
  add_case(registry, "KR-28.ReadsTheWholeFile", {"KR-28"}, {"cmd.keyring_lint"},
           "A keyring of two million octets is read to its last line", check_whole_file_is_read,
           60);
  add_case(registry, "KR-28.ReadsAnEmptyFile", {"KR-28"}, {"cmd.keyring_lint"},
           "An empty file is read, and refused for its format", check_empty_file);
}

}  // namespace touchstone::conformance::suites::keyring
