// The four header lines: KR-01..KR-05, KR-07, KR-13, KR-21, KR-27.

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

/// Each of the four values is read from its own line.
void check_values(CaseContext& ctx) {
  const std::string text = vector_text();
  const Response response = decode(ctx, as_octets(text), Mode::strict);
  ctx.expect_accepted(response, "KR-01");
  const Json wanted(vector_keyring().network);
  const Json network = response.obs.value("network", Json::object());
  for (const char* name : {"pwdh", "base", "gateway", "gateway_cdld"})
    ctx.expect_equal("KR-01", name, wanted.at(name), network.value(name, Json()));
}

/// The writer puts each value on its line.
void check_printed_header(CaseContext& ctx) {
  const oracle::Keyring keyring{vector_keyring().network, {}};
  const Octets text = encode(ctx, keyring, "KR-07");
  const std::string wanted = oracle::print_keyring(keyring);
  ctx.expect_octets("KR-07", "the four header lines", as_octets(wanted), text);
}

std::string with_base(std::string_view digits) {
  return vector_text(to_hex(vector_keyring().network.base), digits);
}

/// The base of the document's own example, 31 digits.
constexpr std::string_view printed_base = "f08916b6f998ad78ee31079c9afca0f";

void check_short_base_refused(CaseContext& ctx) {
  if (ctx.reading("X-01") != "A")
    return ctx.info("the profile reads a base of 31 digits with a zero before it (X-01)");
  const std::string text = with_base(printed_base);
  expect_refused(ctx, "KR-13", text);
  const Response response = decode(ctx, as_octets(text), Mode::strict);
  ctx.expect_finding(response, "KR-13", "KL-HEXLEN");
}

void check_short_base_padded(CaseContext& ctx) {
  const std::string text = with_base(printed_base);
  const Response response = decode(ctx, as_octets(text), Mode::tolerant, true);
  ctx.expect_accepted(response, "KR-13");
  ctx.expect_finding(response, "KR-13", "KL-HEXLEN");
  ctx.expect_equal("KR-13", "base", "0" + std::string(printed_base),
                   response.obs.value("network", Json::object()).value("base", Json()));
}

void check_padding_is_for_base_alone(CaseContext& ctx) {
  const oracle::Network& network = vector_keyring().network;
  const std::string texts[] = {
      with_base(printed_base.substr(1)),
      vector_text(to_hex(network.pwdh), to_hex(network.pwdh).substr(1)),
      vector_text(to_hex(network.gateway), to_hex(network.gateway).substr(1)),
      vector_text(to_hex(network.gateway_cdld), to_hex(network.gateway_cdld).substr(1)),
      vector_text(to_hex(vector_keyring().rows[0].key),
                  to_hex(vector_keyring().rows[0].key).substr(1))};
  for (const std::string& text : texts) {
    ctx.counterexample("file", as_octets(text));
    ctx.expect_rejected(decode(ctx, as_octets(text), Mode::tolerant, true), "KR-13",
                        {harness::RejectClass::length});
  }
}

void check_header_alone(CaseContext& ctx) {
  expect_taken(ctx, "KR-21", oracle::print_header(vector_keyring().network));
}

void check_less_than_header(CaseContext& ctx) {
  const std::string text = oracle::print_header(vector_keyring().network);
  for (std::size_t size = 0; size + 1 < text.size(); size += size == 0 ? 1 : 7)
    expect_refused(ctx, "KR-27", text.substr(0, size));
}

}  // namespace

void add_header_cases(harness::Registry& registry) {
  add_decode_case(registry, "KR-01.HeaderLinesInOrder", {"KR-01", "KR-03"},
                  "A keyring begins with pwdh, base, gateway and gateway_cdld", check_values);
  add_case(registry, "KR-07.PrintsHeaderLines", {"KR-07", "KR-09"}, {"keyring.encode"},
           "Header lines are printed as name, comma, space and 0x", check_printed_header);
  add_decode_case(registry, "KR-13.RefusesShortBase", {"KR-13"},
                  "A base of 31 digits is refused unless asked for", check_short_base_refused);
  add_case(registry, "KR-13.PadsShortBaseOnTheLeft", {"KR-13"},
           {"keyring.decode", "keyring.short_hex"},
           "A base of 31 digits gets one zero on the left when asked for", [](CaseContext& ctx) {
             check_short_base_padded(ctx);
             check_padding_is_for_base_alone(ctx);
           });
  add_decode_case(registry, "KR-21.TakesHeaderAlone", {"KR-21"}, "A keyring without nodes is valid",
                  check_header_alone);
  add_decode_case(registry, "KR-27.RefusesLessThanTheHeader", {"KR-27"},
                  "A file that ends within the header lines is refused", check_less_than_header);
}

}  // namespace touchstone::conformance::suites::keyring
