#include "reference/keyring/manifest.h"

#include <gtest/gtest.h>

#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

constexpr std::size_t no_limit = 1000;

std::string good() {
  return vectors()["batch"]["manifest"];
}

int exit_for(const std::string& text, std::size_t row_limit = no_limit) {
  Findings findings;
  return exit_of(parse_manifest(as_octets(text), row_limit, findings));
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = good();
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(Manifest, ReadsAndPrintsTheVectorByteForByte) {
  Findings findings;
  const auto manifest = parse_manifest(as_octets(good()), no_limit, findings);
  ASSERT_TRUE(manifest);
  EXPECT_TRUE(findings.empty());
  EXPECT_EQ(manifest->rows.size(), 5U);
  EXPECT_EQ(manifest->file, "exported_keys.csv.rsa");
  EXPECT_EQ(print_manifest(*manifest), good());
}

TEST(Manifest, ReadsRowsOfIdsAloneWithAFinding) {
  Findings findings;
  const std::string text = replaced("0x00010201,1,0", "0x00010201");
  const auto manifest = parse_manifest(as_octets(text), no_limit, findings);
  ASSERT_TRUE(manifest);
  EXPECT_TRUE(has_code(findings, "KL-MANID"));
  EXPECT_FALSE(manifest->rows[1].batch.has_value());
  EXPECT_EQ(print_manifest(*manifest), text);
}

TEST(Manifest, TakesRowsInAnyOrder) {
  std::string text = good();
  const std::string first = "0x00010200,1,0\n";
  text.erase(text.find(first), first.size());
  Findings findings;
  const auto manifest = parse_manifest(as_octets(text + first), no_limit, findings);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(print_manifest(*manifest), good());
}

TEST(Manifest, ComparesTheCountWithTheRows) {
  EXPECT_EQ(exit_for(replaced("count, 5", "count, 4")), 7);
  EXPECT_EQ(exit_for(replaced("count, 5", "count, 6")), 7);
  EXPECT_EQ(exit_for(replaced("count, 5", "count, 0")), 7);
  EXPECT_EQ(exit_for(replaced("0x00010201,1,0", "0x00010200,1,0")), 7);
  EXPECT_EQ(exit_for(good(), 4), 7);
  EXPECT_EQ(exit_for(good(), 5), 0);
}

TEST(Manifest, TakesNoMemoryForRowsThatItOnlyClaims) {
  EXPECT_EQ(exit_for(replaced("count, 5", "count, 4294967295"), 5), 7);
  EXPECT_EQ(exit_for(replaced("count, 5", "count, 4294967295"), SIZE_MAX), 7);
}

TEST(Manifest, RefusesOtherVersionsLinesAndLayouts) {
  Findings findings;
  EXPECT_EQ(code_of(parse_manifest(as_octets(replaced("manifest, 1", "manifest, 2")), 9, findings)),
            Errc::unknown_format);
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"manifest, 1", "Manifest, 1"},
                                                        {"manifest, 1", "manifest,1"},
                                                        {"count, 5", "extra, 5"},
                                                        {"count, 5", "extra, 5\ncount, 5"},
                                                        {"count, 5", "count, 05"},
                                                        {"count, 5", "count, 5 "},
                                                        {"sha256, 0x", "sha256, "},
                                                        {"sha256, 0xe", "sha256, 0x"},
                                                        {"sha256, 0xe", "sha256, 0xE"},
                                                        {"0x00010200,1,0", "0x00010200,1"},
                                                        {"0x00010200,1,0", "0x00010200,1,0,0"},
                                                        {"0x00010200,1,0", "0x00010200, 1,0"},
                                                        {"0x00010200,1,0", "0x10200,1,0"},
                                                        {"0x00010200,1,0", "66048,1,0"},
                                                        {"0x00010200,1,0", "0x00010200,,0"},
                                                        {"0x00010200,1,0\n", "0x00010200,1,0\r\n"},
                                                        {"0x00010200,1,0\n", "0x00010200,1,0\n\n"},
                                                        {"0x00010204,2,2\n", "0x00010204,2,2"}})
    EXPECT_EQ(exit_for(replaced(from, to)), 6) << to;
  EXPECT_EQ(exit_for(""), 6);
  EXPECT_EQ(exit_for("\xEF\xBB\xBF" + good()), 6);
}

TEST(Manifest, KnowsWhatTheNameOfAFileMayBe) {
  for (const char* const name :
       {"../../etc/passwd", "/etc/passwd", "a/b", ".", "..", "", "a\tb", "a\x1b[2Jb"}) {
    EXPECT_FALSE(is_manifest_file_name(name)) << name;
    EXPECT_EQ(exit_for(replaced("exported_keys.csv.rsa", name)), 6) << name;
  }
  EXPECT_EQ(exit_for(replaced("exported_keys.csv.rsa", std::string("a\0b", 3))), 6);
  EXPECT_EQ(exit_for(replaced("exported_keys.csv.rsa", "two\nlines")), 6);
  EXPECT_EQ(exit_for(replaced("exported_keys.csv.rsa", "batch keys, 7.rsa")), 0);
  EXPECT_TRUE(is_manifest_file_name(std::string(250, 'a')));
  EXPECT_FALSE(is_manifest_file_name(std::string(251, 'a')));
  EXPECT_EQ(exit_for(replaced("exported_keys.csv.rsa", std::string(250, 'a'))), 0);
}

TEST(Manifest, NeverReadsATruncationOrAChangedOctetAsTheSame) {
  const std::string text = good();
  Findings findings;
  const auto original = parse_manifest(as_octets(text), no_limit, findings).value();
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_NE(exit_for(text.substr(0, i)), 0) << i;
    for (int octet = 0; octet < 256; ++octet) {
      std::string changed = text;
      changed[i] = static_cast<char>(octet);
      if (changed == text) continue;
      const auto result = parse_manifest(as_octets(changed), no_limit, findings);
      if (result) {
        ASSERT_FALSE(*result == original) << i << ' ' << octet;
      }
    }
  }
}

}  // namespace
}  // namespace touchstone::keyring
