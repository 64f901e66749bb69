// The Gateway key file through gwkeys.decode and gwkeys.encode: groups GW and NG.

#include <fmt/format.h>

#include <array>
#include <span>

#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/gateway_refusals.h"
#include "conformance/suites/keyfiles/octet_change.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

using harness::from_base64;
using harness::to_base64;

Response decode(CaseContext& ctx, const oracle::SignedFile& file, std::string_view typed) {
  return ctx.call("gwkeys.decode", {{"file_b64", to_base64(file.file)},
                                    {"signature_b64", to_base64(file.signature)},
                                    {"public_key_pem", kms_key().public_pem()},
                                    {"passphrase_b64", to_base64(as_octets(typed))}});
}

Json network_json(const oracle::Network& network) {
  return {{"pwdh", to_hex(network.pwdh)},
          {"base", to_hex(network.base)},
          {"gateway", to_hex(network.gateway)},
          {"gateway_cdld", to_hex(network.gateway_cdld)}};
}

void refuses_all(CaseContext& ctx, std::string_view requirement) {
  for (const WrongGatewayFile& wrong : wrong_gateway_files()) {
    if (wrong.requirement != requirement) continue;
    ctx.counterexample("file", Json(wrong.name));
    expect_refused_for(ctx, decode(ctx, wrong.make(), wrong.typed), requirement,
                       wrong.reject_class);
  }
}

template <const char* requirement>
void refuses(CaseContext& ctx) {
  refuses_all(ctx, requirement);
}

constexpr char gw_05[] = "GW-05", gw_08[] = "GW-08", gw_09[] = "GW-09", gw_11[] = "GW-11",
               gw_12[] = "GW-12", gw_13[] = "GW-13", gw_14[] = "GW-14", gw_03[] = "GW-03";

void good_files_are_read(CaseContext& ctx) {
  oracle::GatewayRecipe recipe = good_gateway_file();
  for (const bool pbkdf2 : {false, true}) {
    if (pbkdf2 && !ctx.has("kdf.pbkdf2")) continue;
    recipe.kdf = pbkdf2 ? oracle::quick_pbkdf2 : oracle::quick_scrypt;
    recipe.network = oracle::with_passphrase(recipe.network, as_octets(passphrase), recipe.kdf);
    const Response response =
        decode(ctx, oracle::encode_gateway_file(recipe, kms_key()), passphrase);
    ctx.expect_accepted(response, "GW-10");
    ctx.expect_equal("GW-02", "network", network_json(recipe.network),
                     response.obs.value("network", Json()));
  }
}

void pss_is_read(CaseContext& ctx) {
  oracle::GatewayRecipe recipe = good_gateway_file();
  recipe.signature = oracle::SignatureId::pss;
  ctx.expect_accepted(decode(ctx, oracle::encode_gateway_file(recipe, kms_key()), passphrase),
                      "GW-11");
}

/// The bounds themselves are allowed.
void bounds_are_inside(CaseContext& ctx) {
  for (const oracle::Kdf& kdf : {oracle::Kdf{2, 14, 8, 4}, oracle::Kdf{1, 100000, 0, 0}}) {
    if (kdf.id == 1 && !ctx.has("kdf.pbkdf2")) continue;
    oracle::GatewayRecipe recipe = good_gateway_file();
    recipe.kdf = kdf;
    recipe.network = oracle::with_passphrase(recipe.network, as_octets(passphrase), kdf);
    ctx.expect_accepted(decode(ctx, oracle::encode_gateway_file(recipe, kms_key()), passphrase),
                        "GW-12");
  }
}

void any_changed_octet_is_refused(CaseContext& ctx) {
  static const oracle::SignedFile good =
      oracle::encode_gateway_file(good_gateway_file(), kms_key());
  harness::property<OctetChange>(
      ctx, "any octet", {.classes = {{"signature", 0.1}, {"header", 0.1}, {"cipher text", 0.1}}},
      [] { return arbitrary_change(2); },
      [](CaseContext& inner, const OctetChange& change) {
        oracle::SignedFile file = good;
        const bool in_file = change.file == 0;
        const std::size_t at = apply(change, in_file ? file.file : file.signature);
        harness::classify(inner, "signature", !in_file);
        harness::classify(inner, "header", in_file && at < 64);
        harness::classify(inner, "cipher text", in_file && at >= 64);
        inner.expect_rejected(decode(inner, file, passphrase), "GW-11", {RejectClass::signature});
      });
}

// What the implementation writes -----------------------------------------------------------------

oracle::SignedFile encoded(CaseContext& ctx, std::string_view scheme) {
  const Response response =
      ctx.call("gwkeys.encode", {{"network", network_json(passphrase_network())},
                                 {"kdf", "scrypt:14"},
                                 {"signature", scheme},
                                 {"private_key_pem", kms_key().private_pem()}});
  return {from_base64(response.obs.value("file_b64", "")).value_or(Octets()),
          from_base64(response.obs.value("signature_b64", "")).value_or(Octets())};
}

oracle::OpenedGatewayFile opened_encoding(CaseContext& ctx, std::string_view requirement,
                                          const oracle::SignedFile& file) {
  const auto read = oracle::decode_gateway_file(file, kms_key(), as_octets(passphrase));
  ctx.expect(read.has_value(), requirement, "a Gateway key file of the KMS",
             read ? "" : fmt::format("expected {}", read.error().why));
  return *read;
}

void written_file_is_the_specified(CaseContext& ctx) {
  const oracle::SignedFile file = encoded(ctx, "pkcs1");
  const auto read = opened_encoding(ctx, "GW-10", file);
  oracle::GatewayRecipe recipe = good_gateway_file();
  recipe.iv = read.iv;
  const oracle::SignedFile expected = oracle::encode_gateway_file(recipe, kms_key());
  ctx.expect_octets("GW-10", "the file", expected.file, file.file);
  ctx.expect_octets("GW-05", "the signature", expected.signature, file.signature);
}

void written_pss_is_the_specified(CaseContext& ctx) {
  const auto read = opened_encoding(ctx, "GW-11", encoded(ctx, "pss"));
  ctx.expect(read.signature == oracle::SignatureId::pss, "GW-11", "signature id 2", "another id");
}

void written_text_is_the_four_lines(CaseContext& ctx) {
  const auto read = opened_encoding(ctx, "GW-03", encoded(ctx, "pkcs1"));
  ctx.expect(read.network == passphrase_network(), "GW-03",
             "the four values that were to be written", "other values");
}

void iv_is_fresh_and_salt_is_not(CaseContext& ctx) {
  const auto first = opened_encoding(ctx, "GW-14", encoded(ctx, "pkcs1"));
  const auto second = opened_encoding(ctx, "GW-14", encoded(ctx, "pkcs1"));
  ctx.expect(first.iv != second.iv, "GW-14", "another IV at each writing", "the same IV");
  ctx.expect(first.salt == oracle::pwdh_salt(passphrase_network().base), "GW-14",
             "the salt that belongs to base", "another salt");
}

void key_is_made_from_pwdh(CaseContext& ctx) {
  for (std::uint32_t number = 1; number < 4; ++number) {
    const oracle::Key16 pwdh = sample_key(number);
    const Response response =
        ctx.call("kdf.subkey", {{"pwdh", to_hex(pwdh)}, {"purpose", "gateway_key_file"}});
    ctx.expect_equal("GW-04", "K_enc", to_hex(oracle::gateway_file_key(pwdh)),
                     response.obs.value("key", Json()));
  }
}

const std::vector<std::string> reads{"gwkeys.decode", "format.ts1"};
const std::vector<std::string> writes{"gwkeys.encode", "format.ts1"};

void add_readers(harness::Registry& registry) {
  add_rows(registry,
           {{"GW-10.GoodFilesAreRead",
             {"GW-10", "GW-02", "GW-12"},
             reads,
             "A file of the specified layout gives its four keys",
             good_files_are_read},
            {"GW-03.OtherTextsAreRefused",
             {"GW-03"},
             reads,
             "The plain text is the four header lines and nothing else",
             refuses<gw_03>},
            {"GW-05.AnotherSignerIsRefused",
             {"GW-05", "GW-09"},
             reads,
             "Only a signature of the KMS key counts",
             refuses<gw_05>},
            {"GW-08.AnotherPassphraseIsToldExactly",
             {"GW-08"},
             reads,
             "A wrong passphrase is told even when the padding fits",
             refuses<gw_08>},
            {"GW-09.TheSignatureIsVerifiedFirst",
             {"GW-09"},
             reads,
             "A file with other faults besides a wrong signature is refused for the signature",
             refuses<gw_09>},
            {"GW-11.TheSignatureCoversAllOctets",
             {"GW-11"},
             reads,
             "A signature over less or by another scheme is refused",
             refuses<gw_11>},
            {"GW-11.AnyChangedOctetIsRefused",
             {"GW-11", "GW-09"},
             reads,
             "Any single changed octet of file or signature is refused for the signature",
             any_changed_octet_is_refused},
            {"GW-11.PssIsRead",
             {"GW-11"},
             {"gwkeys.decode", "gwkeys.pss", "format.ts1"},
             "A file signed with RSASSA-PSS is read",
             pss_is_read},
            {"GW-12.CostsOutOfBoundsAreRefused",
             {"GW-12"},
             reads,
             "A KDF cost that is too low or too high is refused",
             refuses<gw_12>},
            {"GW-12.TheBoundsAreInside",
             {"GW-12"},
             reads,
             "The least costs are accepted",
             bounds_are_inside},
            {"GW-13.UnknownHeadersAreRefused",
             {"GW-13"},
             reads,
             "Unknown ids, a reserved octet and wrong lengths are refused",
             refuses<gw_13>},
            {"GW-14.AForeignSaltIsRefused",
             {"GW-14"},
             reads,
             "The salt is that of base",
             refuses<gw_14>}});
}

}  // namespace

void add_gateway_read_cases(harness::Registry& registry) {
  add_readers(registry);
  add_rows(registry, {{"GW-03.TheWrittenTextIsTheFourLines",
                       {"GW-03"},
                       writes,
                       "A written file carries the four header lines",
                       written_text_is_the_four_lines},
                      {"GW-04.TheKeyIsMadeFromThePassphrase",
                       {"GW-04"},
                       {"kdf.subkey", "format.ts1"},
                       "The encryption key comes from the passphrase hash with its own label",
                       key_is_made_from_pwdh},
                      {"GW-10.TheWrittenFileIsTheSpecified",
                       {"GW-10", "GW-05"},
                       writes,
                       "But for its IV a written file is known octet for octet",
                       written_file_is_the_specified},
                      {"GW-11.WrittenPssIsTheSpecified",
                       {"GW-11"},
                       {"gwkeys.encode", "gwkeys.pss", "format.ts1"},
                       "RSASSA-PSS has a salt of 32 octets",
                       written_pss_is_the_specified},
                      {"GW-14.TheIvIsFreshAndTheSaltIsNot",
                       {"GW-14"},
                       writes,
                       "Each writing has another IV and the same salt",
                       iv_is_fresh_and_salt_is_not}});
}

}  // namespace touchstone::conformance::suites::keyfiles
