// What a tolerant reader takes, one clause at a time: KR-14, KR-15, KR-18, KR-20.

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

std::string replaced_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

void check_line_ends(CaseContext& ctx) {
  const std::string text = vector_text();
  const oracle::Keyring& keyring = vector_keyring();
  expect_tolerated(ctx, "KR-14", replaced_all(text, "\n", "\r\n"), "KL-CRLF", keyring);
  expect_tolerated(ctx, "KR-14", text.substr(0, text.size() - 1), "KL-NOEOL", keyring);
  expect_tolerated(ctx, "KR-14", text + "\n", "KL-BLANK", keyring);
  expect_tolerated(ctx, "KR-14", "\n" + text, "KL-BLANK", keyring);
  expect_tolerated(ctx, "KR-14", vector_text("\nbase", "\n\nbase"), "KL-BLANK", keyring);
}

void check_mixed_line_ends(CaseContext& ctx) {
  expect_tolerated(ctx, "KR-14", vector_text("\ngateway,", "\r\ngateway,"), "KL-CRLF",
                   vector_keyring());
}

void check_layout(CaseContext& ctx) {
  const oracle::Keyring& keyring = vector_keyring();
  const auto tolerated = [&](std::string_view from, std::string_view to, std::string_view code) {
    expect_tolerated(ctx, "KR-15", vector_text(from, to), code, keyring);
  };
  tolerated("pwdh, ", " pwdh ,\t", "KL-SPACE");
  tolerated(",1,0\n", " , 1\t,0 \n", "KL-SPACE");
  tolerated("0x00010200, 0x", "0x00010200,0x", "KL-SPACE");
  tolerated("0x00010200", "0X00010200", "KL-CASE");
  const std::string key = to_hex(keyring.rows[0].key);
  std::string upper = key;
  for (char& c : upper)
    c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
  tolerated(key, upper, "KL-CASE");
  tolerated("pwdh", "\xEF\xBB\xBFpwdh", "KL-BOM");
}

void check_never_tolerated(CaseContext& ctx) {
  const auto refused = [&](std::string_view from, std::string_view to) {
    expect_refused(ctx, "KR-15", vector_text(from, to));
  };
  refused(",1,0", ",\"1\",0");
  refused(",1,0", ",'1',0");
  refused("pwdh", "\"pwdh\"");
  refused(",1,0", std::string_view(",1\0,0", 5));
  refused(",1,0", ",1,0\v");
  refused(",1,0", ",1\xC2\xA0,0");
  refused(",1,0", ",\xEF\xBC\x91,0");
  refused("base",
          "\xEF\xBB\xBF"
          "base");
  refused(",1,0", ",1,0\x7F");
}

/// A strict reader tells a deviation too, before it refuses the file for it.
void check_strict_tells(CaseContext& ctx) {
  const std::string text = vector_text(",1,0", ", 1,0");
  const Response response = decode(ctx, as_octets(text), Mode::strict);
  ctx.expect_rejected(response, "KR-15");
  ctx.expect_finding(response, "KR-15", "KL-SPACE");
}

}  // namespace

void add_tolerance_cases(harness::Registry& registry) {
  add_decode_case(registry, "KR-14.ToleratesLineEnds", {"KR-14"},
                  "CRLF, a missing last line feed and blank lines are tolerated by the tolerant",
                  check_line_ends);
  add_decode_case(registry, "KR-14.ToleratesMixedLineEnds", {"KR-14"},
                  "One CRLF among line feeds is told", check_mixed_line_ends);
  add_decode_case(registry, "KR-15.ToleratesLayout", {"KR-15"},
                  "Spaces, tabs, upper case, 0X and a byte order mark are tolerated", check_layout);
  add_decode_case(registry, "KR-15.NeverToleratesOtherOctets", {"KR-15"},
                  "Quotes, NUL, control and non-ASCII octets are refused by all readers",
                  check_never_tolerated);
  add_decode_case(registry, "KR-15.StrictTellsWhatItRefuses", {"KR-15"},
                  "A strict reader tells the deviation for which it refuses", check_strict_tells);
}

}  // namespace touchstone::conformance::suites::keyring
