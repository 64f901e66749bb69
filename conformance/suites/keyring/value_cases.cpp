// What keys may be: KR-11, KR-12, KR-18, KR-19, and the negative keyrings of the fixtures.

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

oracle::Keyring with_gateway(std::size_t octet, std::uint8_t flip) {
  oracle::Keyring keyring = vector_keyring();
  keyring.network.gateway.at(octet) ^= flip;
  return keyring;
}

void check_parity_of_each_octet(CaseContext& ctx) {
  for (std::size_t octet = 0; octet < 24; ++octet) {
    const oracle::Keyring keyring = with_gateway(octet, 1);
    expect_tolerated(ctx, "KR-11", oracle::print_keyring(keyring), "KL-PARITY", keyring);
  }
}

void check_no_parity_elsewhere(CaseContext& ctx) {
  // Only the 3DES key has parity: the vectors' other keys have octets of even weight.
  const Response response = decode(ctx, as_octets(vector_text()), Mode::strict);
  ctx.expect_accepted(response, "KR-11");
  ctx.expect_no_finding(response, "KR-11", "KL-PARITY");
}

/// K1 = K3 is two-key 3DES: weaker, but not DES.
void check_two_key_3des_is_taken(CaseContext& ctx) {
  oracle::Keyring keyring = vector_keyring();
  std::copy_n(keyring.network.gateway.begin(), 8, keyring.network.gateway.begin() + 16);
  expect_taken(ctx, "KR-12", oracle::print_keyring(keyring));
}

void check_same_row_apart(CaseContext& ctx) {
  const oracle::Keyring& keyring = vector_keyring();
  expect_tolerated(ctx, "KR-18",
                   oracle::print_keyring(keyring) + oracle::print_row(keyring.rows[0]), "KL-DUP",
                   keyring);
}

void check_same_key_apart(CaseContext& ctx) {
  oracle::Keyring keyring = vector_keyring();
  keyring.rows.back().key = keyring.rows.front().key;
  const std::string text = oracle::print_keyring(keyring);
  expect_refused(ctx, "KR-19", text);
  ctx.expect_finding(decode(ctx, as_octets(text), Mode::strict), "KR-19", "KL-SAMEKEY");
}

/// 0x00 and 0xFF alone are constant: another octet sixteen times over is a key like any other.
void check_other_repeated_octet(CaseContext& ctx) {
  oracle::Keyring keyring = vector_keyring();
  keyring.rows[0].key.fill(0x7E);
  keyring.network.gateway_cdld.fill(0x01);
  expect_taken(ctx, "KR-19", oracle::print_keyring(keyring));
}

void check_negative(CaseContext& ctx, const Json& test, const std::string& requirement) {
  const Octets file = from_latin1(test.at("input_latin1").get<std::string>());
  ctx.counterexample("file", OctetView(file));
  ctx.counterexample("case", test.at("id"));
  const auto judge = [&](Mode mode, int exit_code) {
    const Response response = decode(ctx, file, mode);
    if (exit_code == 0)
      expect_as_oracle(ctx, response, file, mode, requirement);
    else
      ctx.expect_rejected(response, requirement);
  };
  judge(Mode::strict, test.at("strict_exit").get<int>());
  if (ctx.has("keyring.tolerant")) judge(Mode::tolerant, test.at("tolerant_exit").get<int>());
}

/// The same files through the command that judges keyrings.
void check_linted(CaseContext& ctx) {
  for (const Json& test : negative_cases()) {
    ctx.sandbox().write("keyring.csv", from_latin1(test.at("input_latin1").get<std::string>()));
    ctx.counterexample("case", test.at("id"));
    const Response tolerant = ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}});
    ctx.expect_exit(tolerant, "KR-14", {test.at("tolerant_exit").get<int>()});
    const Response strict =
        ctx.call("cmd.keyring_lint", {{"file", "keyring.csv"}, {"strict", true}});
    ctx.expect_exit(strict, "KR-14", {test.at("strict_exit").get<int>()});
  }
}

}  // namespace

void add_value_cases(harness::Registry& registry) {
  add_decode_case(registry, "KR-11.ChecksParityOfEachOctet", {"KR-11"},
                  "Even parity is told for each octet of the Gateway key",
                  check_parity_of_each_octet);
  add_decode_case(registry, "KR-11.ChecksParityOfGatewayAlone", {"KR-11"},
                  "Parity is asked of the Gateway key alone", check_no_parity_elsewhere);
  add_decode_case(registry, "KR-12.TakesTwoKeyTripleDes", {"KR-12"},
                  "Equal first and third parts are not refused", check_two_key_3des_is_taken);
  add_decode_case(registry, "KR-18.FindsTwinsApart", {"KR-18"},
                  "Equal rows apart from each other are found", check_same_row_apart);
  add_decode_case(registry, "KR-19.FindsSharedKeysApart", {"KR-19"},
                  "One key for two nodes apart from each other is found", check_same_key_apart);
  add_decode_case(registry, "KR-19.TakesOtherRepeatedOctets", {"KR-19"},
                  "Only zeros and ones make a key constant", check_other_repeated_octet);
  add_decode_case(registry, "KR-15.JudgesTheNegativeFiles", {"KR-15"},
                  "Each negative keyring is judged as its table says", [](CaseContext& ctx) {
                    for (const Json& test : negative_cases())
                      check_negative(ctx, test, "KR-15");
                  });
  add_case(registry, "KR-14.LintAgreesOnAllNegativeFiles", {"KR-14"}, {"cmd.keyring_lint"},
           "The lint command ends with the exit status of each negative keyring", check_linted, 60);
}

}  // namespace touchstone::conformance::suites::keyring
