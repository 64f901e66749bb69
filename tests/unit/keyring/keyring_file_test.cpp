#include "reference/keyring/keyring_file.h"

#include <gtest/gtest.h>

#include "reference/keyring/lint_codes.h"
#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

constexpr ReadOptions strict{Strictness::strict, false};
constexpr ReadOptions tolerant{Strictness::tolerant, false};

std::string header() {
  return vectors()["header"];
}

std::string good_file() {
  return vectors()["keyring_after_import"]["text"];
}

struct Outcome {
  int exit = 0;
  Findings findings;
  std::string detail;
  std::size_t offset = 0;
  std::string printed;
};

Outcome read(const std::string& text, const ReadOptions& options) {
  Outcome out;
  const auto keyring = parse_keyring(as_octets(text), options, out.findings);
  out.exit = exit_of(keyring);
  if (keyring) out.printed = as_text(print_keyring(*keyring));
  if (!keyring) {
    out.detail = keyring.error().detail;
    out.offset = keyring.error().offset;
  }
  return out;
}

std::string from_latin1(const std::string& utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(utf8[i]);
    if (octet < 0x80) {
      out.push_back(utf8[i]);
    } else {
      const auto next = static_cast<std::uint8_t>(utf8[++i]);
      out.push_back(static_cast<char>((octet & 0x03) << 6 | (next & 0x3F)));
    }
  }
  return out;
}

std::string fourth_row() {
  return "0x00010300, 0x00112233445566778899aabbccddeeff,1,0\n";
}

Findings findings_of(const std::string& rows) {
  return read(header() + rows, tolerant).findings;
}

TEST(KeyringFile, ReadsAndPrintsTheVectorsByteForByte) {
  for (const auto& text : {good_file(), header()}) {
    const Outcome outcome = read(text, strict);
    EXPECT_EQ(outcome.exit, 0);
    EXPECT_TRUE(outcome.findings.empty());
    EXPECT_EQ(outcome.printed, text);
  }
}

TEST(KeyringFile, EndsEachNegativeCaseWithItsExitAndCode) {
  const auto cases = nlohmann::json::parse(read_fixture("keyring/negative/nk.json"))["cases"];
  ASSERT_GE(cases.size(), 37U);
  for (const auto& entry : cases) {
    const std::string id = entry["id"];
    const std::string text = from_latin1(entry["input_latin1"]);
    const Outcome lax = read(text, tolerant);
    const Outcome hard = read(text, strict);
    EXPECT_EQ(lax.exit, entry["tolerant_exit"].get<int>()) << id << ' ' << lax.detail;
    EXPECT_EQ(hard.exit, entry["strict_exit"].get<int>()) << id << ' ' << hard.detail;
    for (const auto& code : entry["codes"])
      if (code.get<std::string>().starts_with("KL-") && id != "NK-34") {
        EXPECT_TRUE(has_code(lax.findings, code.get<std::string>())) << id << ' ' << code;
      }
    EXPECT_EQ(lax.exit != 0 || hard.exit != 0, !hard.findings.empty()) << id;
  }
}

TEST(KeyringFile, SaysThePlaceOfEachFinding) {
  const std::string file = good_file();
  const auto place_of = [&](const std::string& from, const std::string& to) {
    std::string text = file;
    text.replace(text.find(from), from.size(), to);
    const Outcome outcome = read(text, tolerant);
    EXPECT_EQ(outcome.findings.size(), 1U) << to;
    return outcome.findings.empty()
               ? std::pair<std::uint64_t, std::uint64_t>()
               : std::pair(outcome.findings[0].line, outcome.findings[0].column);
  };
  using Place = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(place_of("0xd01f", "0xD01f"), Place(8, 15));
  EXPECT_EQ(place_of("0x00010203, ", "0x00010203,"), Place(8, 12));
  EXPECT_EQ(place_of("6522,2,0\n", "6522,2,0\r\n"), Place(8, 51));
  EXPECT_EQ(place_of("6522,2,0", "6522,0,0"), Place(8, 48));
  EXPECT_EQ(place_of("6522,2,0", "6522,2,"), Place(8, 50));
  EXPECT_EQ(place_of("6522,2,0", "6522,4294967296,0"), Place(8, 48));
  EXPECT_EQ(place_of("gateway, 0x52", "gateway, 0x53"), Place(3, 10));
}

TEST(KeyringFile, GivesTheOffsetOfTheFirstFault) {
  std::string text = good_file();
  const std::size_t at = text.find("6522,2,0") + 5;
  text[at] = '-';
  EXPECT_EQ(read(text, tolerant).offset, at);
}

TEST(KeyringFile, NeverShowsKeyDigitsInErrorsOrFindings) {
  const std::string file = good_file();
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (const char replacement : {'g', ',', '\n', 'A', '\x01'}) {
      std::string text = file;
      text[i] = replacement;
      const Outcome outcome = read(text, tolerant);
      std::string said = outcome.detail;
      for (const Finding& finding : outcome.findings)
        said += print_finding("keyring.csv", finding) + "\n";
      ASSERT_FALSE(shows_key_digits(said)) << said;
    }
  }
}

TEST(KeyringFile, SortsRowsAndKeepsIdenticalOnesOnce) {
  std::string rows = vectors()["batch"]["rows"];
  const std::string first = rows.substr(0, rows.find('\n') + 1);
  const Outcome outcome = read(header() + rows + fourth_row() + first, tolerant);
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.printed, header() + rows + fourth_row());
  EXPECT_TRUE(has_code(outcome.findings, "KL-ORDER"));
  EXPECT_TRUE(has_code(outcome.findings, "KL-DUP"));
  EXPECT_EQ(outcome.findings.back().line, 11U);
}

TEST(KeyringFile, TellsTheLineOfARepeatBehindBlankLines) {
  std::string rows = vectors()["batch"]["rows"];
  const std::string first = rows.substr(0, rows.find('\n') + 1);
  const Outcome outcome = read(header() + rows + "\n \t\r\n" + first, tolerant);
  ASSERT_EQ(outcome.exit, 0);
  const auto repeat = std::find_if(outcome.findings.begin(), outcome.findings.end(),
                                   [](const Finding& finding) { return finding.code == "KL-DUP"; });
  ASSERT_NE(repeat, outcome.findings.end());
  EXPECT_EQ(repeat->line, 12U);
}

TEST(KeyringFile, RefusesTwoRowsOfOneNodeThatDiffer) {
  for (const char* const second : {"0x00010300, 0x00112233445566778899aabbccddeeff,1,1\n",
                                   "0x00010300, 0x00112233445566778899aabbccddeeff,2,0\n",
                                   "0x00010300, 0x10112233445566778899aabbccddeeff,1,0\n"}) {
    const Outcome outcome = read(header() + fourth_row() + second, tolerant);
    EXPECT_EQ(outcome.exit, 6);
    EXPECT_TRUE(has_code(outcome.findings, "KL-DUPDIFF"));
    EXPECT_EQ(outcome.findings.back().line, 6U);
  }
}

TEST(KeyringFile, FindsOneKeyUnderTwoNodesHoweverFarApart) {
  std::string rows;
  for (int i = 0; i < 3000; ++i) {
    const int key = i == 2999 ? 5 : i;
    rows += "0x" +
            to_hex(Octets{0, 2, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}) +
            ", 0x00112233445566778899aabbccdd" +
            to_hex(Octets{static_cast<std::uint8_t>(key >> 8), static_cast<std::uint8_t>(key)}) +
            ",1,0\n";
  }
  const Outcome outcome = read(header() + rows, tolerant);
  EXPECT_EQ(outcome.exit, 6);
  ASSERT_TRUE(has_code(outcome.findings, "KL-SAMEKEY"));
  EXPECT_EQ(outcome.findings.back().line, 3004U);
  EXPECT_EQ(outcome.findings.back().column, 13U);
}

TEST(KeyringFile, RefusesConstantKeysInEveryPlace) {
  const auto replaced = [](const std::string& name, const std::string& digits) {
    std::string text = header();
    const std::size_t at = text.find("\n" + name) == std::string::npos
                               ? text.find("0x") + 2
                               : text.find("0x", text.find("\n" + name)) + 2;
    text.replace(at, digits.size(), digits);
    return text;
  };
  const std::string zeros(32, '0');
  const std::string ones(32, 'f');
  for (const std::string& digits : {zeros, ones}) {
    EXPECT_EQ(read(replaced("pwdh", digits), tolerant).exit, 6);
    EXPECT_EQ(read(replaced("base", digits), tolerant).exit, 6);
    EXPECT_EQ(read(replaced("gateway_cdld", digits), tolerant).exit, 6);
    const Outcome row = read(header() + "0x00000001, 0x" + digits + ",1,0\n", tolerant);
    EXPECT_EQ(row.exit, 6);
    EXPECT_TRUE(has_code(row.findings, "KL-CONSTKEY"));
  }
}

TEST(KeyringFile, PadsABaseOfThirtyOneDigitsOnlyWhenTold) {
  std::string text = header();
  const std::size_t at = text.find("base, 0x") + 8;
  text[at] = '0';
  std::string short_text = text;
  short_text.erase(at, 1);
  const Outcome refused = read(short_text, tolerant);
  EXPECT_EQ(refused.exit, 6);
  EXPECT_TRUE(has_code(refused.findings, "KL-HEXLEN"));
  const Outcome padded = read(short_text, {Strictness::tolerant, true});
  EXPECT_EQ(padded.exit, 0);
  EXPECT_EQ(padded.printed, text);
  EXPECT_EQ(padded.findings.size(), 1U);
  EXPECT_EQ(read(short_text, {Strictness::strict, true}).exit, 13);
  short_text.erase(at, 1);
  EXPECT_EQ(read(short_text, {Strictness::tolerant, true}).exit, 6);
}

TEST(KeyringFile, PadsNothingButBase) {
  for (const char* const name : {"pwdh, 0x", "gateway, 0x", "gateway_cdld, 0x"}) {
    std::string text = header();
    text.erase(text.find(name) + std::string(name).size(), 1);
    EXPECT_EQ(read(text, {Strictness::tolerant, true}).exit, 6) << name;
  }
}

TEST(KeyringFile, KnowsNoFifthHeaderLine) {
  const Outcome outcome = read(header() + "extra, 0x00112233445566778899aabbccddeeff\n", tolerant);
  EXPECT_EQ(outcome.exit, 6);
  EXPECT_EQ(outcome.findings.back().code, "HEADER");
  EXPECT_EQ(read(header() + header(), tolerant).exit, 6);
}

TEST(KeyringFile, HoldsLinesAgainstTheLimit) {
  const std::string row = fourth_row().substr(0, fourth_row().size() - 1);
  const std::string at_limit = row + std::string(max_line_octets - row.size(), ' ');
  EXPECT_EQ(read(header() + at_limit + "\n", tolerant).exit, 0);
  EXPECT_EQ(read(header() + at_limit + "\r\n", tolerant).exit, 0);
  EXPECT_EQ(read(header() + at_limit + " \n", tolerant).exit, 6);
  EXPECT_EQ(findings_of(std::string(100'000, ' ')).back().code, "TOOLONG");
}

TEST(KeyringFile, ReadsEveryNumberOfTheirRangeAndNoOther) {
  const auto exit_with = [](const std::string& batch, const std::string& count) {
    return read(header() + "0x00000001, 0x00112233445566778899aabbccddeeff," + batch + "," + count +
                    "\n" + fourth_row().replace(14, 1, "9"),
                strict)
        .exit;
  };
  EXPECT_EQ(exit_with("1", "0"), 0);
  EXPECT_EQ(exit_with("4294967295", "4294967295"), 0);
  EXPECT_EQ(exit_with("0", "0"), 13);
  for (const char* const bad : {"", "00", "01", "-1", "+1", "1.0", "1e3", "0x1", "4294967296",
                                "99999999999", "18446744073709551617", "1 1", "a"}) {
    EXPECT_EQ(exit_with(bad, "0"), 6) << bad;
    EXPECT_EQ(exit_with("1", bad), 6) << bad;
  }
}

TEST(KeyringFile, ReadsTheFixedLayoutAndThePatientReaderAlike) {
  // The last 72 octets of a file always go to the patient reader, the others to the scan.
  const std::string filler =
      "0xf0000000, 0x0f112233445566778899aabbccddeeff,1,0\n"
      "0xf0000001, 0x1f112233445566778899aabbccddeeff,1,0\n";
  for (const char* const line :
       {"0x00000001, 0x00112233445566778899aabbccddeeff,12,34\n",
        "0x00000001, 0x00112233445566778899AABBCCDDEEFF,12,34\n",
        "0xABCDEF01, 0x00112233445566778899aabbccddeeff,4294967295,0\r\n"}) {
    const Outcome scanned = read(header() + line + filler, tolerant);
    const Outcome patient = read(header() + line, tolerant);
    EXPECT_EQ(scanned.exit, 0);
    EXPECT_EQ(scanned.printed.substr(0, patient.printed.size()), patient.printed);
    ASSERT_EQ(scanned.findings.size(), patient.findings.size());
    for (std::size_t i = 0; i < patient.findings.size(); ++i)
      EXPECT_EQ(print_finding("f", scanned.findings[i]), print_finding("f", patient.findings[i]));
  }
}

TEST(KeyringFile, CountsFindingsBeyondAThousand) {
  std::string rows;
  for (int i = 0; i < 1500; ++i)
    rows += "0x" +
            to_hex(Octets{0, 2, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}) +
            ", 0xAA112233445566778899aabbccdd" +
            to_hex(Octets{static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}) +
            ",1,0\n";
  const Findings findings = findings_of(rows);
  ASSERT_EQ(findings.size(), 1001U);
  EXPECT_EQ(findings.back().code, "MORE");
  EXPECT_EQ(findings.back().text, "500 further findings");
}

TEST(KeyringFile, TellsFindingsAsErrorsInStrictMode) {
  const std::string text = good_file() + "\n";
  EXPECT_EQ(read(text, tolerant).findings[0].severity, Severity::warning);
  EXPECT_EQ(read(text, strict).findings[0].severity, Severity::error);
}

TEST(KeyringFile, NeverReadsATruncationAsTheWholeInSilence) {
  const std::string file = good_file();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string cut = file.substr(0, size);
    const Outcome outcome = read(cut, strict);
    if (outcome.exit == 0) {
      EXPECT_EQ(outcome.printed, cut);
    }
    const Outcome lax = read(cut, tolerant);
    if (lax.exit == 0 && lax.findings.empty()) {
      EXPECT_EQ(lax.printed, cut);
    }
  }
}

TEST(KeyringFile, ReadsAChangedOctetAsAnotherValueOrTellsIt) {
  const std::string file = good_file();
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (int octet = 0; octet < 256; ++octet) {
      std::string changed = file;
      changed[i] = static_cast<char>(octet);
      const Outcome outcome = read(changed, tolerant);
      if (outcome.exit == 0 && outcome.findings.empty()) {
        ASSERT_EQ(outcome.printed, changed);
      }
    }
  }
}

TEST(KeyringRows, NeedARowAndTakeEachNodeOnce) {
  Findings findings;
  const std::string rows = vectors()["batch"]["rows"];
  const auto parsed = parse_rows(as_octets(rows), strict, findings);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(as_text(print_rows(*parsed)), rows);
  EXPECT_EQ(exit_of(parse_rows({}, tolerant, findings)), 6);
  EXPECT_EQ(exit_of(parse_rows(as_octets("\n\n"), tolerant, findings)), 6);
  const std::string twice = fourth_row() + fourth_row();
  EXPECT_EQ(code_of(parse_rows(as_octets(twice), tolerant, findings)), Errc::duplicate);
  EXPECT_EQ(exit_of(parse_rows(as_octets(header() + rows), tolerant, findings)), 6);
}

TEST(NetworkKeysText, IsTheFourLinesAndNothingElse) {
  Findings findings;
  const auto parsed = parse_network_keys(as_octets(header()), findings);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(findings.empty());
  EXPECT_EQ(as_text(print_network_keys(*parsed)), header());
  EXPECT_EQ(exit_of(parse_network_keys(as_octets(good_file()), findings)), 6);
  EXPECT_EQ(exit_of(parse_network_keys(as_octets(header() + "\n"), findings)), 6);
  std::string upper = header();
  upper[8] = 'A';
  upper[7] = 'B';
  EXPECT_EQ(exit_of(parse_network_keys(as_octets(upper), findings)), 6);
  std::string even = header();
  even.replace(even.find("0x52"), 4, "0x53");
  findings.clear();
  EXPECT_TRUE(parse_network_keys(as_octets(even), findings));
  EXPECT_TRUE(has_code(findings, "KL-PARITY"));
}

}  // namespace
}  // namespace touchstone::keyring
