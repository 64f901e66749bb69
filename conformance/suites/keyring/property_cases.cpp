// KR-16 and the arbiter: round trips, canonical octets, and files that nobody meant.

#include <rapidcheck.h>

#include "conformance/generators/keyring.h"
#include "conformance/generators/octets.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/keyring_rules.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

struct AnyFile {
  Octets octets;
};

void to_json(Json& json, const AnyFile& file) {
  json = {{"octets_b64", harness::to_base64(file.octets)}};
}

void from_json(const Json& json, AnyFile& file) {
  file.octets = harness::from_base64(json.at("octets_b64").get<std::string>()).value_or(Octets());
}

oracle::Keyring draw_keyring() {
  return generators::draw_keyring();
}

void classify_keyring(CaseContext& ctx, const oracle::Keyring& keyring) {
  harness::classify(ctx, "no rows", keyring.rows.empty());
  harness::classify(ctx, "two rows or more", keyring.rows.size() >= 2);
  bool leading_zero = false;
  bool bound = false;
  for (const oracle::Row& row : keyring.rows) {
    leading_zero |= row.key[0] == 0;
    bound |= row.id == 0xFFFFFFFF || row.batch == 0xFFFFFFFF || row.count == 0xFFFFFFFF;
  }
  harness::classify(ctx, "a key with a leading zero", leading_zero);
  harness::classify(ctx, "a number at its bound", bound);
}

const harness::PropertyOptions keyring_classes{.classes = {{"no rows", 0.005},
                                                           {"two rows or more", 0.4},
                                                           {"a key with a leading zero", 0.1},
                                                           {"a number at its bound", 0.1}}};

/// parse(print(k)) = k, and what is printed is canonical for the oracle.
void check_round_trip(CaseContext& ctx) {
  harness::property<oracle::Keyring>(ctx, "read what was printed", keyring_classes, draw_keyring,
                                     [](CaseContext& at, const oracle::Keyring& keyring) {
                                       classify_keyring(at, keyring);
                                       const Octets text = encode(at, keyring, "KR-16");
                                       const std::string wanted = oracle::print_keyring(keyring);
                                       at.expect_octets("KR-16", "canonical octets",
                                                        as_octets(wanted), text);
                                       const Response response = decode(at, text, Mode::strict);
                                       at.expect_accepted(response, "KR-16");
                                       expect_keyring(at, response, keyring, "KR-16");
                                     });
}

/// print(parse(f)) = f for canonical f.
void check_canonical_text(CaseContext& ctx) {
  harness::property<oracle::Keyring>(
      ctx, "print what was read", keyring_classes, draw_keyring,
      [](CaseContext& at, const oracle::Keyring& keyring) {
        classify_keyring(at, keyring);
        const std::string text = oracle::print_keyring(keyring);
        const Response response = decode(at, as_octets(text), Mode::strict);
        at.expect_accepted(response, "KR-16");
        const Response printed =
            at.call("keyring.encode", {{"network", response.obs.value("network", Json())},
                                       {"nodes", response.obs.value("nodes", Json())}});
        at.expect_accepted(printed, "KR-16");
        at.expect_octets("KR-16", "the same octets", as_octets(text),
                         octets_of(at, printed, "octets_b64", "KR-16"));
      });
}

AnyFile draw_deviating() {
  mutators::KeyringLines lines(generators::draw_keyring_with_rows(1, 10));
  for (const mutators::Rule* rule : mutators::layout_rules())
    if (generators::draw_below(3) == 0) {
      const auto row = *rc::gen::arbitrary<std::uint32_t>();
      static_cast<void>(rule->apply(lines, {row, *rc::gen::arbitrary<std::uint32_t>()}));
    }
  return {lines.print()};
}

/// print(parse_tolerant(f)) is canonical, and no value has changed.
void check_made_canonical(CaseContext& ctx) {
  harness::property<AnyFile>(ctx, "deviations together", {}, draw_deviating,
                             [](CaseContext& at, const AnyFile& file) {
                               at.counterexample("file", OctetView(file.octets));
                               const auto reading = oracle::read_keyring(file.octets, {});
                               const Response response = decode(at, file.octets, Mode::tolerant);
                               at.expect_accepted(response, "KR-16");
                               expect_keyring(at, response, reading.keyring, "KR-16");
                               for (const Finding& finding : reading.findings)
                                 at.expect_finding(response, "KR-16", finding.code);
                               const Octets printed = encode(at, reading.keyring, "KR-16");
                               at.expect_accepted(decode(at, printed, Mode::strict), "KR-16");
                             });
}

/// Values that a tolerant reader takes are kept: parity is not set, batch 0 stays 0.
void check_values_kept(CaseContext& ctx) {
  harness::property<oracle::Keyring>(
      ctx, "tolerated values", {},
      [] {
        oracle::Keyring keyring = generators::draw_keyring_with_rows(1, 6);
        const auto octet = generators::draw_below(24);
        keyring.network.gateway.at(octet) ^= 1;
        keyring.rows.front().batch = 0;
        return keyring;
      },
      [](CaseContext& at, const oracle::Keyring& keyring) {
        const std::string text = oracle::print_keyring(keyring);
        const Response response = decode(at, as_octets(text), Mode::tolerant);
        at.expect_accepted(response, "KR-16");
        expect_keyring(at, response, keyring, "KR-16");
        const Octets printed = encode(at, keyring, "KR-16");
        at.expect_octets("KR-16", "the same values", as_octets(text), printed);
      });
}

/// A file that nobody meant is judged as the oracle judges it, in both modes.
void check_as_oracle(CaseContext& ctx, const std::string& name,
                     const std::function<AnyFile()>& draw,
                     const harness::PropertyOptions& options) {
  harness::property<AnyFile>(ctx, name, options, draw, [](CaseContext& at, const AnyFile& file) {
    at.counterexample("file", OctetView(file.octets));
    const auto reading = oracle::read_keyring(file.octets, {});
    harness::classify(at, "taken", reading.accepted());
    harness::classify(at, "refused", !reading.accepted());
    expect_as_oracle(at, decode(at, file.octets, Mode::strict), file.octets, Mode::strict, "KR-15");
    if (at.has("keyring.tolerant"))
      expect_as_oracle(at, decode(at, file.octets, Mode::tolerant), file.octets, Mode::tolerant,
                       "KR-15");
  });
}

AnyFile draw_damaged() {
  const std::string text = oracle::print_keyring(generators::draw_keyring(6));
  return {generators::draw_damaged(as_octets(text))};
}

/// Good header lines with anything behind them.
AnyFile draw_header_and_octets() {
  const std::string text = oracle::print_keyring(generators::draw_keyring(1));
  Octets file(text.begin(), text.end());
  const Octets more = generators::draw_octets();
  file.insert(file.end(), more.begin(), more.end());
  return {std::move(file)};
}

}  // namespace

void add_property_cases(harness::Registry& registry) {
  add_case(registry, "KR-16.ReadsWhatItPrints", {"KR-16"}, {"keyring.decode", "keyring.encode"},
           "Reading what was printed gives the same keyring", check_round_trip);
  add_case(registry, "KR-16.PrintsWhatItReads", {"KR-16"}, {"keyring.decode", "keyring.encode"},
           "Printing what was read from a canonical file gives the same octets",
           check_canonical_text);
  add_case(registry, "KR-16.MakesDeviationsCanonical", {"KR-16"},
           {"keyring.decode", "keyring.encode", "keyring.tolerant"},
           "Deviations of layout are told, all of them, and gone after printing",
           check_made_canonical);
  add_case(registry, "KR-16.KeepsValues", {"KR-16"},
           {"keyring.decode", "keyring.encode", "keyring.tolerant"},
           "Tolerated values are not changed", check_values_kept);
  add_decode_case(registry, "KR-15.JudgesAnyFileAsTheOracle", {"KR-15", "KR-09"},
                  "Damaged keyrings and random octets are taken or refused as the rules say",
                  [](CaseContext& ctx) {
                    check_as_oracle(ctx, "damaged", draw_damaged,
                                    {.classes = {{"taken", 0.02}, {"refused", 0.3}}});
                    check_as_oracle(ctx, "random",
                                    [] { return AnyFile{generators::draw_octets()}; }, {});
                    check_as_oracle(ctx, "random rows", draw_header_and_octets, {});
                  });
}

}  // namespace touchstone::conformance::suites::keyring
