// What an implementation wrote itself, whatever its encrypted format: the content is looked at by
// the filter of the manifest, or by the oracle where the format is ts1.

#include "conformance/harness/base64.h"
#include "conformance/oracle/model_json.h"
#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {

namespace {

Octets member_of(CaseContext& ctx, const Response& response, const char* name,
                 std::string_view requirement) {
  ctx.expect_accepted(response, requirement);
  const auto octets = harness::from_base64(response.obs.value(name, ""));
  ctx.expect(octets && !octets->empty(), requirement, std::string("obs with ") + name, "nothing");
  return *octets;
}

/// The rows of a batch in ts1, as text.
Octets opened_as_ts1(CaseContext& ctx, const Response& response, const Octets& encrypted) {
  const auto part = [&](const char* name) {
    return harness::from_base64(response.obs.value(name, "")).value_or(Octets());
  };
  const auto opened = oracle::decode_batch({encrypted, part("signature_b64"), part("manifest_b64")},
                                           passphrase_network().pwdh, kms_key(), true);
  ctx.expect(opened.has_value(), "BK-13", "a batch of canonical rows",
             opened ? "" : "refused: expected " + opened.error().why);
  std::string text;
  for (const oracle::Row& row : opened->rows)
    text += oracle::print_row(row);
  return {text.begin(), text.end()};
}

void written_body_is_node_rows(CaseContext& ctx) {
  const Response response =
      ctx.call("batch.encode", {{"nodes", to_json_rows(new_rows())},
                                {"file_name", batch_name},
                                {"pwdh", to_hex(passphrase_network().pwdh)},
                                {"public_key_pems", Json::array({kms_key().public_pem()})}});
  const Octets encrypted = member_of(ctx, response, "encrypted_b64", "BK-13");
  ctx.sandbox().write("kms.pem", kms_key().private_pem());
  auto text =
      ctx.plaintext("batch", encrypted,
                    {{"private_key", "kms.pem"}, {"pwdh", to_hex(passphrase_network().pwdh)}});
  if (!text) text = opened_as_ts1(ctx, response, encrypted);
  std::string rows;
  for (const oracle::Row& row : new_rows())
    rows += oracle::print_row(row);
  ctx.expect_octets("BK-13", "the node rows", as_octets(rows), *text);
}

/// The four header lines of the sample network are the whole plain text.
void written_network_is_header_lines(CaseContext& ctx) {
  const Json network(passphrase_network());
  const Response response =
      ctx.call("gwkeys.encode", {{"network", network},
                                 {"kdf", "scrypt:14"},
                                 {"signature", "pkcs1"},
                                 {"private_key_pem", kms_key().private_pem()}});
  const Octets file = member_of(ctx, response, "file_b64", "GW-03");
  const auto text = ctx.plaintext(
      "gwkeys", file, {{"passphrase", passphrase}, {"pwdh", to_hex(passphrase_network().pwdh)}});
  if (text) {
    const std::string lines = oracle::print_header(passphrase_network());
    ctx.expect_octets("GW-03", "the four header lines", as_octets(lines), *text);
    return;
  }
  const auto signature = harness::from_base64(response.obs.value("signature_b64", ""));
  const auto opened = oracle::decode_gateway_file({file, signature.value_or(Octets())}, kms_key(),
                                                  as_octets(passphrase));
  ctx.expect(opened.has_value(), "GW-03", "four header lines",
             opened ? "" : "refused: expected " + opened.error().why);
  ctx.expect(opened->network == passphrase_network(), "GW-03", "the network", "another network");
}

}  // namespace

void add_foreign_format_cases(harness::Registry& registry) {
  add_rows(registry,
           {{"BK-13.AWrittenBatchHoldsNodeRows",
             {"BK-13"},
             {"batch.encode"},
             "The content of a batch is node rows, in whatever container",
             written_body_is_node_rows},
            {"GW-03.AWrittenFileHoldsHeaderLines",
             {"GW-03"},
             {"gwkeys.encode"},
             "The content of a Gateway key file is the header lines, in whatever container",
             written_network_is_header_lines}});
}

}  // namespace touchstone::conformance::suites::keyfiles
