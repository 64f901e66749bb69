#include "conformance/adapters/reference/octet_operations.h"

#include <algorithm>
#include <vector>

#include "conformance/adapters/reference/conf_operations.h"
#include "conformance/adapters/reference/diameter_operations.h"
#include "conformance/adapters/reference/dot1x_operations.h"
#include "conformance/adapters/reference/ipsec_operations.h"
#include "conformance/adapters/reference/log_operations.h"
#include "conformance/adapters/reference/merge_operation.h"
#include "conformance/harness/base64.h"
#include "reference/crypto/random.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/batch.h"
#include "reference/keyring/gateway_key_file.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/kgf.h"
#include "reference/keyring/manifest.h"
#include "reference/keyring/passphrase.h"

namespace touchstone::conformance::adapters::reference {
namespace {

using harness::to_base64;

keyring::Strictness strictness(const Json& args) {
  return args.value("mode", "strict") == "tolerant" ? keyring::Strictness::tolerant
                                                    : keyring::Strictness::strict;
}

std::optional<Octets> optional_octets(const Json& args, const char* name) {
  if (!args.contains(name) || args.at(name).is_null()) return std::nullopt;
  return octets_argument(args, name);
}

Response decode_keyring(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  Findings findings;
  const auto parsed = keyring::parse_keyring(
      octets,
      {.strictness = strictness(args), .accept_short_hex = args.value("accept_short_hex", false)},
      findings);
  if (!parsed) return rejected(parsed.error(), findings);
  return accepted({{"network", print_network(parsed->network)},
                   {"nodes", print_rows(parsed->nodes)},
                   {"findings", print_findings(findings)}});
}

Response validate_keyring(const Json& args) {
  Response response =
      decode_keyring({{"octets_b64", args.value("octets_b64", Json())},
                      {"mode", args.value("strict", false) ? "strict" : "tolerant"}});
  response.obs.erase("network");
  response.obs.erase("nodes");
  return response;
}

Response encode_keyring(const Json& args) {
  const keyring::Keyring keyring{network_argument(args.at("network")),
                                 rows_argument(args.at("nodes"))};
  return accepted({{"octets_b64", to_base64(keyring::print_keyring(keyring))}});
}

Json print_manifest_row(const keyring::ManifestRow& row) {
  if (!row.batch || !row.count) return Json::array({row.node_id});
  return Json::array({row.node_id, *row.batch, *row.count});
}

Response decode_manifest(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  Findings findings;
  const auto parsed = keyring::parse_manifest(octets, keyring::max_rows, findings);
  if (!parsed) return rejected(parsed.error(), findings);
  Json rows = Json::array();
  for (const keyring::ManifestRow& row : parsed->rows)
    rows.push_back(print_manifest_row(row));
  return accepted({{"file", parsed->file},
                   {"sha256", to_hex(parsed->sha256)},
                   {"rows", std::move(rows)},
                   {"findings", print_findings(findings)}});
}

Response encode_manifest(const Json& args) {
  keyring::Manifest manifest;
  manifest.file = text_argument(args, "file");
  const auto digest = from_hex(text_argument(args, "sha256"));
  if (!digest || digest->size() != manifest.sha256.size()) throw BadRequest{"sha256: 64 digits"};
  std::ranges::copy(*digest, manifest.sha256.begin());
  for (const Json& row : args.at("rows")) {
    keyring::ManifestRow& added = manifest.rows.emplace_back();
    added.node_id = row.at(0).get<std::uint32_t>();
    if (row.size() < 3) continue;
    added.batch = row.at(1).get<std::uint32_t>();
    added.count = row.at(2).get<std::uint32_t>();
  }
  return accepted({{"octets_b64", to_base64(as_octets(keyring::print_manifest(manifest)))}});
}

Response decode_batch(const Json& args) {
  const Octets encrypted = octets_argument(args, "encrypted_b64");
  const auto signature = optional_octets(args, "signature_b64");
  const auto manifest = optional_octets(args, "manifest_b64");
  const std::string name = text_argument(args, "file_name");
  const std::string pem = text_argument(args, "private_key_pem");
  const auto key = crypto::RsaPrivateKey::from_pem(as_octets(pem));
  if (!key) return rejected(key.error());
  keyring::BatchInput input{
      .encrypted = encrypted, .signature = {}, .manifest = {}, .file_name = name};
  if (signature) input.signature = OctetView(*signature);
  if (manifest) input.manifest = OctetView(*manifest);
  Findings findings;
  const auto rows = keyring::decode_batch(input, key_argument<16>(args.at("pwdh")), *key,
                                          strictness(args), findings);
  if (!rows) return rejected(rows.error(), findings);
  return accepted({{"nodes", print_rows(*rows)}, {"findings", print_findings(findings)}});
}

Response encode_batch(const Json& args) {
  const keyring::NodeRows rows = rows_argument(args.at("nodes"));
  std::vector<crypto::RsaPublicKey> recipients;
  for (const Json& pem : args.at("public_key_pems")) {
    auto key = crypto::RsaPublicKey::from_pem(as_octets(pem.get_ref<const std::string&>()));
    if (!key) return rejected(key.error());
    recipients.push_back(*std::move(key));
  }
  const auto batch = keyring::encode_batch(rows, text_argument(args, "file_name"),
                                           key_argument<16>(args.at("pwdh")), recipients);
  if (!batch) return rejected(batch.error());
  return accepted({{"encrypted_b64", to_base64(batch->encrypted)},
                   {"signature_b64", to_base64(batch->signature)},
                   {"manifest_b64", to_base64(batch->manifest)}});
}

Response decode_gateway_keys(const Json& args) {
  const std::string pem = text_argument(args, "public_key_pem");
  const auto key = crypto::RsaPublicKey::from_pem(as_octets(pem));
  if (!key) return rejected(key.error());
  const keyring::GatewayKeyFile input{optional_octets(args, "file_b64").value_or(Octets()),
                                      optional_octets(args, "signature_b64").value_or(Octets())};
  const auto opened =
      keyring::decode_gateway_key_file(input, *key, octets_argument(args, "passphrase_b64"));
  if (!opened) return rejected(opened.error());
  return accepted({{"network", print_network(opened->network)}});
}

Response encode_gateway_keys(const Json& args) {
  const std::string pem = text_argument(args, "private_key_pem");
  const auto key = crypto::RsaPrivateKey::from_pem(as_octets(pem));
  if (!key) return rejected(key.error());
  const auto kdf = keyring::parse_kdf(text_argument(args, "kdf"));
  if (!kdf) return rejected(kdf.error());
  const auto scheme = args.value("signature", "pkcs1") == "pss"
                          ? crypto::SignatureScheme::pss_sha256
                          : crypto::SignatureScheme::pkcs1_v15_sha256;
  crypto::SystemRandom random;
  const auto made = keyring::encode_gateway_key_file(network_argument(args.at("network")), *kdf,
                                                     scheme, *key, random);
  if (!made) return rejected(made.error());
  return accepted(
      {{"file_b64", to_base64(made->file)}, {"signature_b64", to_base64(made->signature)}});
}

Response derive_pwdh(const Json& args) {
  const auto kdf = keyring::parse_kdf(text_argument(args, "kdf"));
  if (!kdf) return rejected(kdf.error());
  const auto pwdh = keyring::derive_pwdh(octets_argument(args, "passphrase_b64"),
                                         key_argument<16>(args.at("base")), *kdf);
  if (!pwdh) return rejected(pwdh.error());
  return accepted({{"pwdh", to_hex(pwdh->view())}});
}

Response derive_subkey(const Json& args) {
  const std::string purpose = text_argument(args, "purpose");
  const auto pwdh = key_argument<16>(args.at("pwdh"));
  const auto derived = [&](keyring::Purpose chosen) {
    return accepted({{"key", to_hex(keyring::derive_subkey(pwdh, chosen).view())}});
  };
  if (purpose == "gateway_key_file") return derived(keyring::Purpose::gateway_key_file);
  if (purpose == "batch_mac") return derived(keyring::Purpose::batch_mac);
  if (purpose == "database_wrap") return derived(keyring::Purpose::database_wrap);
  throw BadRequest{"purpose is gateway_key_file, batch_mac or database_wrap"};
}

Response derive_node_root_key(const Json& args) {
  keyring::KeyGenerationFunction function(key_argument<16>(args.at("base")));
  keyring::Nonce nonce{};
  std::ranges::copy(key_argument<16>(args.at("nonce")).view(), nonce.begin());
  const auto key =
      function.root_key(number_argument(args, "node_id"), number_argument(args, "count"), nonce);
  return accepted({{"key", to_hex(key)}});
}

Response check_passphrase(const Json& args) {
  Findings findings;
  const auto checked = keyring::check_passphrase(octets_argument(args, "passphrase_b64"),
                                                 args.value("strict", false), findings);
  if (!checked) return rejected(checked.error(), findings);
  return accepted({{"warnings", findings.size()}, {"findings", print_findings(findings)}});
}

}  // namespace

const std::map<std::string_view, Operation>& octet_operations() {
  static const std::map<std::string_view, Operation> operations{
      {"keyring.decode", decode_keyring},
      {"keyring.encode", encode_keyring},
      {"keyring.validate", validate_keyring},
      {"keyring.merge", merge_keyring},
      {"manifest.decode", decode_manifest},
      {"manifest.encode", encode_manifest},
      {"batch.decode", decode_batch},
      {"batch.encode", encode_batch},
      {"gwkeys.decode", decode_gateway_keys},
      {"gwkeys.encode", encode_gateway_keys},
      {"kdf.pwdh", derive_pwdh},
      {"kdf.subkey", derive_subkey},
      {"kdf.node_root_key", derive_node_root_key},
      {"passphrase.check", check_passphrase},
      {"diameter.decode", decode_diameter},
      {"diameter.encode", encode_diameter},
      {"diameter.judge", judge_diameter},
      {"diameter_conf.decode", decode_conf},
      {"diameter_conf.encode", encode_conf},
      {"racoon_conf.decode", decode_racoon},
      {"racoon_conf.format", format_racoon},
      {"racoon_conf.include", include_racoon},
      {"setkey.decode", decode_setkey},
      {"setkey.format", format_setkey},
      {"psk.decode", decode_psk},
      {"psk.edit", edit_psk},
      {"ifcfg.decode", decode_ifcfg},
      {"ifup.plan", plan_ifup},
      {"racoon_log.decode", decode_racoon_log},
      {"racoon_log.encode", encode_racoon_log},
      {"racoon_log.judge", judge_racoon_log},
      {"wpa_conf.decode", decode_wpa_conf},
      {"wpa_conf.encode", encode_wpa_conf},
      {"wpa_conf.edit", edit_wpa_conf},
      {"wpa_status.decode", decode_wpa_status},
      {"wpa_status.encode", encode_wpa_status},
      {"sntp.exchange", exchange_sntp},
  };
  return operations;
}

}  // namespace touchstone::conformance::adapters::reference
