// psk.txt: PK-02, PK-05, PK-06, PK-07; keys-ipsecN: IP-04, IP-08.

#include <fmt/format.h>

#include "conformance/generators/ipsec.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

void check_reading(CaseContext& ctx) {
  for (const char* text :
       {"", "# nobody\n", "10.0.0.1 a key with blanks #1\n", "10.0.0.1\t \t0123456789abcdef",
        "host.example 0x303132333435363738396162636465660a\n",
        " # none\n\n10.0.0.1 0123456789abcdef01\n"})
    expect_psk(ctx, "PK-06", text);
  harness::property<Drawn>(
      ctx, "rows", {.classes = {{"hexadecimal", 0.2}, {"comment", 0.2}}},
      [] { return Drawn{"", generators::draw_psk(), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, "hexadecimal", drawn.file.contains(" 0x"));
        harness::classify(at, "comment", drawn.file.contains("# a comment"));
        expect_psk(at, "PK-06", drawn.file);
      });
}

void check_mode(CaseContext& ctx) {
  for (unsigned mode = 0; mode < 01000; ++mode)
    if ((mode & 0400) != 0) expect_psk(ctx, "PK-07", "10.0.0.1 0123456789abcdef\n", mode);
}

/// An edit of psk.txt that the oracle does too.
void expect_edit(CaseContext& ctx, const std::string& text, const std::string& identifier,
                 const std::optional<std::string>& key, std::string_view requirement) {
  Json args = {{"octets_b64", base64(text)}, {"identifier", identifier}};
  if (key) args["key_b64"] = base64(*key);
  const Response response = ctx.call("psk.edit", args, {.output_is_secret = true});
  ctx.expect_accepted(response, requirement);
  const std::string wanted = oracle::ipsec::edit_psk(text, identifier, key);
  ctx.expect_octets(requirement, "psk.txt", as_octets(wanted),
                    as_octets(text_of(response, "octets_b64")));
}

void check_edits(CaseContext& ctx, std::string_view requirement) {
  const std::string twice = "a k1\n10.0.0.1 one\n# 10.0.0.1 no\n10.0.0.10 ten\n10.0.0.1 two\nb k2";
  expect_edit(ctx, twice, "10.0.0.1", "the-new-key-of-16+", requirement);
  expect_edit(ctx, twice, "10.0.0.1", std::nullopt, requirement);
  expect_edit(ctx, twice, "10.0.0.2", "the-new-key-of-16+", requirement);
  expect_edit(ctx, twice, "10.0.0.2", std::nullopt, requirement);
  harness::property<Drawn>(
      ctx, "edits", {},
      [] {
        const auto number = generators::draw_below(6);
        return Drawn{fmt::format("10.8.{}.1", number), generators::draw_psk(),
                     generators::draw_bool() ? generators::draw_psk_key() : "", 0};
      },
      [&](CaseContext& at, const Drawn& drawn) {
        const auto key = drawn.more.empty() ? std::nullopt : std::optional(drawn.more);
        expect_edit(at, drawn.file, drawn.rule, key, requirement);
      });
}

void check_keys_mode(CaseContext& ctx) {
  auto input = plain_ifcfg();
  for (const unsigned mode : {0600U, 0400U, 0640U, 0604U, 0644U, 0660U, 0610U, 0601U}) {
    input.keys_mode = mode;
    expect_ifcfg(ctx, "IP-08", input);
  }
  input = plain_ifcfg();
  for (const char* key : {"IKE_PSK=123456789012345\n", "IKE_PSK=1234567890123456\n"}) {
    input.keys = key;
    expect_ifcfg(ctx, "IP-08", input);
  }
}

void check_key_file(CaseContext& ctx) {
  auto input = plain_ifcfg();
  for (const char* key :
       {"", "IKE_PSK=\n", "IKE_PSK='a key of many words'\n", "IKE_PSK=\"a \\\"quoted\\\" key!\"\n",
        "IKE_PSK=two words-and-more-of-it\n", "# IKE_PSK=commented-out-altogether\n",
        "IKE_PSK=first-of-two-keys\nIKE_PSK=second-of-two-keys\n"}) {
    input.keys = key;
    expect_ifcfg(ctx, "IP-04", input);
  }
  input.keys.reset();
  input.keys_mode.reset();
  expect_ifcfg(ctx, "IP-04", input);
}

/// The form of the document: all in one line.
void check_one_line(CaseContext& ctx) {
  auto input = plain_ifcfg();
  input.ifcfg = "DST=10.0.0.2 TYPE=IPSEC ONBOOT=yes IKE_METHOD=PSK\n";
  expect_ifcfg(ctx, "IP-09", input);
  input.ifcfg = "DST=10.0.0.2; TYPE=IPSEC;ONBOOT=yes\nIKE_METHOD=PSK";
  expect_ifcfg(ctx, "IP-09", input);
  input.ifcfg = "export DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n";
  expect_ifcfg(ctx, "IP-09", input);
}

}  // namespace

void add_key_cases(harness::Registry& registry) {
  add_case(registry, "PK-06.ReadsRows", {"PK-06"}, {"psk.decode"},
           "A row is an identifier, blanks and a key to the end of the line", check_reading);
  add_case(registry, "PK-07.RefusesOpenKeys", {"PK-07"}, {"psk.decode"},
           "Keys that others than the owner may touch are refused", check_mode);
  add_case(registry, "PK-02.KeepsOneRowAPeer", {"PK-02"}, {"psk.edit"},
           "A new key of a peer replaces every older one, and no other's",
           [](CaseContext& ctx) { check_edits(ctx, "PK-02"); });
  add_case(registry, "PK-05.KeepsWhatWasWrittenByHand", {"PK-05"}, {"psk.edit"},
           "Comments, order and rows of others survive an edit",
           [](CaseContext& ctx) { check_edits(ctx, "PK-05"); });
  add_case(registry, "IP-08.RefusesOpenKeysFiles", {"IP-08"}, {"ifcfg.decode"},
           "A keys file that others may read is refused, a short key told", check_keys_mode);
  add_case(registry, "IP-04.ReadsTheKeysFile", {"IP-04"}, {"ifcfg.decode"},
           "IKE_PSK stands in the keys file, and is no command", check_key_file);
  add_case(registry, "IP-09.ReadsOneLine", {"IP-09"}, {"ifcfg.decode"},
           "Assignments on one line are read and told", check_one_line);
}

}  // namespace touchstone::conformance::suites::ipsec_config
