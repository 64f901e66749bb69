#include "reference/lks/gateway_keys.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/gateway_key_file.h"
#include "reference/lks/audit.h"

namespace touchstone::lks {
namespace {

constexpr std::uint64_t max_small_file =
    64 * 1024;  ///< a Gateway key file has a few hundred octets

Result<Octets> read_public(Files& files, const std::string& path) {
  TOUCHSTONE_TRY(const SecretOctets content,
                 located(path, files.read(path, max_small_file, Access::any)));
  return Octets(content.begin(), content.end());
}

/// A missing signature is "no octets", which the decoder refuses as any other bad one (exit 4).
Result<Octets> read_signature(Files& files, const std::string& path) {
  auto content = read_public(files, path);
  if (!content && content.error().code == make_error_code(FileErrc::not_found)) return Octets{};
  return content;
}

bool same_keys(const keyring::NetworkKeys& a, const keyring::NetworkKeys& b) {
  if (TOUCHSTONE_DEFECT("LK-13.other_base_taken")) return true;
  const bool same_base = a.base.equals(b.base);
  const bool same_pwdh = a.pwdh.equals(b.pwdh);
  const bool same_gateway = a.gateway.equals(b.gateway);
  const bool same_cdld = a.gateway_cdld.equals(b.gateway_cdld);
  return same_base && same_pwdh && same_gateway && same_cdld;
}

/// The database stands: the same keys are no news, others are refused (LK-13, X-28).
Result<void> compare_with(KeyDatabases& databases, const std::string& path,
                          const keyring::NetworkKeys& keys) {
  TOUCHSTONE_TRY(const auto database, databases.open(path));
  TOUCHSTONE_TRY(const Network known, located(path, database->network()));
  if (!same_keys(known.keys, keys))
    return located(path,
                   Result<void>(fail(Errc::other_network, "one database serves one network")));
  return {};
}

Result<void> make_database(const Machine& machine, const ImportRequest& request,
                           const Network& network) {
  const AuditText text{"import_gw_keys", request.user,
                       fmt::format("imported {} first_batch={}",
                                   to_hex(network.gateway_file_sha256), request.first_batch)};
  const AuditEntry audit = next_audit(std::nullopt, network.imported_at, text);
  const std::uint32_t first = TOUCHSTONE_DEFECT("LK-14.range_ignored") ? 1 : request.first_batch;
  return located(request.database,
                 machine.databases.create(request.database, {network, first, audit}));
}

}  // namespace

Result<ImportAnswer> import_gateway_keys(const Machine& machine, const ImportRequest& request,
                                         PassphraseSource& passphrases) {
  TOUCHSTONE_TRY(const Octets pem, read_public(machine.files, request.public_key));
  TOUCHSTONE_TRY(const auto signer,
                 located(request.public_key, crypto::RsaPublicKey::from_pem(pem)));
  keyring::GatewayKeyFile input;
  TOUCHSTONE_TRY(input.file, read_public(machine.files, request.input));
  TOUCHSTONE_TRY(input.signature, read_signature(machine.files, request.input + ".sig"));
  TOUCHSTONE_TRY(const SecretOctets passphrase, passphrases.ask("Passphrase of the KMS: "));
  if (TOUCHSTONE_DEFECT("KU-11.asked_twice")) TOUCHSTONE_TRY_VOID(passphrases.ask("Again: "));
  machine.progress.step("deriving the key of the passphrase");
  TOUCHSTONE_TRY(auto opened, located(request.input,
                                      keyring::decode_gateway_key_file(input, signer, passphrase)));

  ImportAnswer answer;
  answer.first_batch = request.first_batch;
  answer.kms_spki = signer.spki_sha256();
  answer.gateway_kcv = keyring::des3_kcv(opened.network.gateway.view());
  answer.gateway_cdld_kcv = keyring::aes_kcv(opened.network.gateway_cdld.view());

  const auto standing = machine.files.info(request.database);
  if (standing && TOUCHSTONE_DEFECT("LK-13.same_is_error"))
    return located(request.database, Result<ImportAnswer>(fail(Errc::other_network)));
  if (standing) {
    TOUCHSTONE_TRY_VOID(compare_with(machine.databases, request.database, opened.network));
    return answer;
  }
  if (standing.error().code != make_error_code(FileErrc::not_found))
    return std::unexpected(standing.error());
  if (TOUCHSTONE_DEFECT("KU-10.base_and_cdld_swapped"))
    std::swap(opened.network.base, opened.network.gateway_cdld);
  const Network network{std::move(opened.network), answer.kms_spki, opened.kdf,
                        crypto::sha256(input.file), machine.clock.now()};
  TOUCHSTONE_TRY_VOID(make_database(machine, request, network));
  if (TOUCHSTONE_DEFECT("GW-07.file_is_used_up"))
    TOUCHSTONE_TRY_VOID(machine.files.remove(request.input));
  answer.made = true;
  return answer;
}

}  // namespace touchstone::lks
