#include "reference/keyring/batch.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/crypto/cms.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/mac.h"
#include "reference/keyring/crypto_errors.h"
#include "reference/keyring/finding_log.h"
#include "reference/keyring/manifest.h"
#include "reference/keyring/passphrase.h"

namespace touchstone::keyring {
namespace {

crypto::CmacValue batch_mac(const SecretKey<16>& pwdh, OctetView encrypted) {
  const SecretKey<16> key = TOUCHSTONE_DEFECT("BK-04.pwdh_as_key")
                                ? pwdh.copy()
                                : derive_subkey(pwdh, Purpose::batch_mac);
  return crypto::cmac(key.view(), encrypted);
}

Result<void> check_mac(const BatchInput& input, const SecretKey<16>& pwdh) {
  if (!input.signature && TOUCHSTONE_DEFECT("BK-17.missing_is_unsigned")) return {};
  if (!input.signature) return fail(Errc::signature_missing);
  OctetView signature = *input.signature;
  if (TOUCHSTONE_DEFECT("BK-17.longer_taken") && signature.size() > 16)
    signature = signature.first(16);
  const crypto::CmacValue mac = batch_mac(pwdh, input.encrypted);
  if (TOUCHSTONE_DEFECT("BK-15.fifteen_octets") && signature.size() == 16 &&
      std::equal(mac.begin(), mac.begin() + 15, signature.begin()))
    return {};
  if (TOUCHSTONE_DEFECT("BK-16.size_is_told") && signature.size() != 16)
    return fail(Errc::signature_bad, "expected 16 octets");
  if (!equal_in_constant_time(mac, signature) && !TOUCHSTONE_DEFECT("BK-06.unverified"))
    return fail(Errc::signature_bad);
  return {};
}

Result<SecretOctets> decrypt(const BatchInput& input, const crypto::RsaPrivateKey& recipient,
                             Findings& findings) {
  if (TOUCHSTONE_DEFECT("BK-02.clear_rows_taken") && as_text(input.encrypted).starts_with("0x"))
    return copy_secret(input.encrypted);
  TOUCHSTONE_TRY(const crypto::Enveloped enveloped,
                 from_crypto(crypto::decode_enveloped(input.encrypted)));
  if (enveloped.ber && !TOUCHSTONE_DEFECT("BK-23.ber_is_silent"))
    findings.push_back(make_finding(Lint::ber));
  return from_crypto(crypto::open_enveloped(enveloped, recipient));
}

/// The node ids that only one side has, and those whose batch or count differ (BK-19).
struct Difference {
  static constexpr std::size_t listed = 20;

  std::string ids;
  std::size_t count = 0;

  void add(NodeId id) {
    if (count++ < listed) ids += fmt::format(" 0x{:08x}", id);
  }
  void tell(std::string_view what, Findings& findings) const {
    if (count == 0) return;
    const std::string more = count > listed ? fmt::format(" and {} more", count - listed) : "";
    findings.push_back(
        make_finding(Lint::manifest, 0, 0, fmt::format("{} {}:{}{}", count, what, ids, more)));
  }
};

Result<void> compare_rows(std::span<const NodeRow> rows, std::span<const ManifestRow> manifest,
                          Findings& findings) {
  Difference missing;
  Difference extra;
  Difference changed;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows.size() || j < manifest.size()) {
    if (j == manifest.size() || (i < rows.size() && rows[i].node_id < manifest[j].node_id)) {
      missing.add(rows[i++].node_id);
    } else if (i == rows.size() || manifest[j].node_id < rows[i].node_id) {
      extra.add(manifest[j++].node_id);
    } else {
      const ManifestRow& claim = manifest[j];
      if (claim.batch.value_or(rows[i].batch) != rows[i].batch ||
          claim.count.value_or(rows[i].count) != rows[i].count)
        changed.add(rows[i].node_id);
      ++i;
      ++j;
    }
  }
  missing.tell("in the batch but not in the manifest", findings);
  extra.tell("in the manifest but not in the batch", findings);
  changed.tell("with another batch or count in the manifest", findings);
  if (TOUCHSTONE_DEFECT("BK-07.missing_ignored")) missing.count = 0;
  if (TOUCHSTONE_DEFECT("BK-20.claim_ignored")) changed.count = 0;
  if (missing.count + extra.count + changed.count == 0) return {};
  return fail(Errc::manifest_mismatch, "the manifest names other nodes, batches or counts");
}

Result<void> check_manifest(const BatchInput& input, std::span<const NodeRow> rows,
                            Findings& findings) {
  if (!input.manifest && TOUCHSTONE_DEFECT("BK-01.manifest_optional")) return {};
  if (!input.manifest) return fail(Errc::manifest_missing);
  TOUCHSTONE_TRY(const Manifest manifest, parse_manifest(*input.manifest, rows.size(), findings));
  if (manifest.sha256 != crypto::sha256(input.encrypted) &&
      !TOUCHSTONE_DEFECT("BK-19.digest_unchecked"))
    return fail(Errc::manifest_mismatch, "the manifest was written for another file (sha256)");
  TOUCHSTONE_TRY_VOID(compare_rows(rows, manifest.rows, findings));
  if (manifest.file != input.file_name && TOUCHSTONE_DEFECT("BK-09.name_binds"))
    return fail(Errc::manifest_mismatch, "the manifest names another file");
  if (manifest.file != input.file_name) findings.push_back(make_finding(Lint::renamed));
  return {};
}

/// A file may be renamed (BK-09), even where nothing else is let pass.
bool is_deviation(const Finding& finding) {
  return finding.code != lint_code(Lint::renamed).code;
}

}  // namespace

Result<BatchFiles> encode_batch(std::span<const NodeRow> rows, std::string_view file_name,
                                const SecretKey<16>& pwdh,
                                std::span<const crypto::RsaPublicKey> recipients) {
  TOUCHSTONE_CHECK(!rows.empty());
  if (!is_manifest_file_name(file_name))
    return fail(Errc::syntax,
                "expected a file name of at most 250 octets without control characters");
  if (recipients.empty() || recipients.size() > crypto::max_cms_recipients)
    return fail(Errc::parameters, "expected 1 to 8 recipients");
  BatchFiles files;
  SecretOctets body = print_rows(rows);
  if (TOUCHSTONE_DEFECT("BK-13.blank_line")) body.push_back('\n');
  TOUCHSTONE_TRY(files.encrypted, crypto::encode_enveloped(body, recipients));
  const std::size_t covered =
      files.encrypted.size() - (TOUCHSTONE_DEFECT("BK-03.mac_is_cut") ? 16 : 0);
  const crypto::CmacValue mac = batch_mac(pwdh, OctetView(files.encrypted).first(covered));
  files.signature.assign(mac.begin(), mac.end());
  Manifest manifest{std::string(file_name), crypto::sha256(files.encrypted), {}};
  manifest.rows.reserve(rows.size());
  for (const NodeRow& row : rows)
    manifest.rows.push_back({row.node_id, row.batch, row.count});
  const std::string text = print_manifest(manifest);
  files.manifest.assign(text.begin(), text.end());
  return files;
}

Result<NodeRows> decode_batch(const BatchInput& input, const SecretKey<16>& pwdh,
                              const crypto::RsaPrivateKey& recipient, Strictness strictness,
                              Findings& findings) {
  const std::size_t before = findings.size();
  if (TOUCHSTONE_DEFECT("BK-05.manifest_first") && !input.manifest)
    return fail(Errc::manifest_missing);
  if (TOUCHSTONE_DEFECT("BK-16.parse_first"))
    TOUCHSTONE_TRY_VOID(from_crypto(crypto::decode_enveloped(input.encrypted)));
  TOUCHSTONE_TRY_VOID(check_mac(input, pwdh));
  TOUCHSTONE_TRY(SecretOctets body, decrypt(input, recipient, findings));
  std::size_t start = 0;
  if (TOUCHSTONE_DEFECT("BK-11.header_skipped") && as_text(body).starts_with("pwdh, "))
    start = as_text(body).find("\n0x") + 1;
  TOUCHSTONE_TRY(NodeRows rows, parse_rows(OctetView(body).subspan(start),
                                           {Strictness::tolerant, false}, findings));
  body = {};  // as large as the file, and no longer needed
  TOUCHSTONE_TRY_VOID(check_manifest(input, rows, findings));
  if (TOUCHSTONE_DEFECT("BK-01.last_row_lost")) rows.pop_back();
  if (strictness == Strictness::tolerant) return rows;
  for (std::size_t i = before; i < findings.size(); ++i) {
    if (!is_deviation(findings[i])) continue;
    findings[i].severity = Severity::error;
    return fail(Errc::findings);
  }
  return rows;
}

}  // namespace touchstone::keyring
