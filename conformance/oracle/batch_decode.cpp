#include <openssl/evp.h>

#include <algorithm>
#include <tuple>

#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/batch_oids.h"
#include "conformance/oracle/der.h"
#include "conformance/oracle/derivation.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle {

namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

constexpr std::size_t most_recipients = 8;

struct Envelope {
  std::vector<DerElement> recipients;
  Octets iv;
  Octets body;
  bool indefinite = false;
};

auto malformed(std::string why) {
  return refuse(6, "syntax", std::move(why));
}

bool is_oid(const std::optional<DerElement>& element, std::string_view digits) {
  return element && element->tag == tag::oid && to_hex(element->content) == digits;
}

/// The content of the one element of `outer`.
std::optional<DerElement> only(const DerElement& outer, std::uint8_t tag, bool& indefinite) {
  DerReader reader(outer.content);
  auto inner = reader.take(tag);
  if (!inner || !reader.at_end()) return std::nullopt;
  indefinite |= inner->indefinite;
  return inner;
}

/// An octet string under the tag [0], whole or in pieces.
std::optional<Octets> octets_of(const DerElement& element) {
  if (element.tag == tag::context_0) return Octets(element.content.begin(), element.content.end());
  if (element.tag != tag::context_0_made) return std::nullopt;
  Octets all;
  for (DerReader reader(element.content); !reader.at_end();) {
    const auto piece = reader.take(tag::octet_string);
    if (!piece) return std::nullopt;
    all.insert(all.end(), piece->content.begin(), piece->content.end());
  }
  return all;
}

Judged<void> read_content(const DerElement& content, Envelope& envelope) {
  DerReader reader(content.content);
  if (!is_oid(reader.take(), oids::data)) return malformed("content type data");
  const auto algorithm = reader.take(tag::sequence);
  const auto body = reader.take();
  if (!algorithm || !body || !reader.at_end()) return malformed("algorithm and encrypted content");
  DerReader parameters(algorithm->content);
  if (!is_oid(parameters.take(), oids::aes_256_cbc)) return malformed("AES-256-CBC");
  const auto iv = parameters.take(tag::octet_string);
  if (!iv || iv->content.size() != 16 || !parameters.at_end())
    return malformed("an IV of 16 octets");
  envelope.iv.assign(iv->content.begin(), iv->content.end());
  envelope.indefinite |= body->indefinite;
  const auto octets = octets_of(*body);
  if (!octets) return malformed("octet strings");
  envelope.body = *octets;
  return {};
}

Judged<Envelope> read_envelope(OctetView file) {
  Envelope envelope;
  DerReader outer(file);
  const auto info = outer.take(tag::sequence);
  if (!info) return malformed("CMS ContentInfo");
  if (!outer.at_end() && !TOUCHSTONE_ORACLE_DEFECT("batch.trailing"))
    return malformed("nothing after the end of the structure");
  envelope.indefinite = info->indefinite;
  DerReader type(info->content);
  if (!is_oid(type.take(), oids::enveloped_data)) return malformed("EnvelopedData");
  const auto explicit_0 = type.take(tag::context_0_made);
  const auto data =
      explicit_0 ? only(*explicit_0, tag::sequence, envelope.indefinite) : std::nullopt;
  if (!data || !type.at_end()) return malformed("one EnvelopedData");
  envelope.indefinite |= explicit_0->indefinite;

  DerReader fields(data->content);
  const auto version = fields.take(tag::integer);
  const auto recipients = fields.take(tag::set);
  const auto content = fields.take(tag::sequence);
  if (!version || !recipients || !content) return malformed("version, recipients and content");
  envelope.indefinite |= recipients->indefinite || content->indefinite;
  for (DerReader set(recipients->content); !set.at_end();) {
    const auto one = set.take();
    if (!one) return malformed("recipients");
    envelope.recipients.push_back(*one);
  }
  const std::size_t limit =
      most_recipients + (TOUCHSTONE_ORACLE_DEFECT("batch.recipients") ? 1 : 0);
  if (envelope.recipients.empty() || envelope.recipients.size() > limit)
    return malformed("one to eight recipients");
  if (const auto read = read_content(*content, envelope); !read)
    return std::unexpected(read.error());
  return envelope;
}

/// RSAES-OAEP with SHA-256 and MGF1 of SHA-256, spelled with or without NULL parameters.
bool is_oaep_sha256(OctetView algorithm) {
  static const Octets without = *from_hex(
      "06092a864886f70d010107302ba00d300b0609608648016503040201a11a301806092a864886f70d010108300b"
      "0609608648016503040201");
  static const Octets with_null = *from_hex(
      "06092a864886f70d010107302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108"
      "300d06096086480165030402010500");
  return TOUCHSTONE_ORACLE_DEFECT("batch.any-transport") ||
         std::ranges::equal(algorithm, without) || std::ranges::equal(algorithm, with_null);
}

/// The content key of the recipient whose SKI is ours; 5 when there is none (BK-18).
Judged<Octets> unwrap(const Envelope& envelope, const RsaKey& recipient) {
  const Octets ours = recipient.subject_key_identifier();
  std::optional<OctetView> for_us;
  for (const DerElement& info : envelope.recipients) {
    DerReader fields(info.content);
    const auto version = fields.take(tag::integer);
    const auto ski = fields.take(tag::context_0);
    const auto algorithm = fields.take(tag::sequence);
    const auto wrapped = fields.take(tag::octet_string);
    if (!version || !ski || !algorithm || !wrapped)
      return malformed("KeyTransRecipientInfo by subjectKeyIdentifier");
    if (!is_oaep_sha256(algorithm->content)) return malformed("RSAES-OAEP with SHA-256");
    if (!for_us && std::ranges::equal(ski->content, ours)) for_us = wrapped->content;
  }
  if (!for_us) return refuse(5, "decrypt", "a batch made for this KMS key");
  auto key = recipient.decrypt(KeyTransport::oaep_sha256, *for_us);
  if (!key || key->size() != 32) return refuse(5, "decrypt", "a content key wrapped for this key");
  return *key;
}

std::optional<Octets> decrypt_body(const Envelope& envelope, const Octets& key) {
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Octets out(envelope.body.size() + 16);
  int first = 0;
  int last = 0;
  EVP_DecryptInit_ex2(context.get(), EVP_aes_256_cbc(), key.data(), envelope.iv.data(), nullptr);
  if (EVP_DecryptUpdate(context.get(), out.data(), &first, envelope.body.data(),
                        static_cast<int>(envelope.body.size())) != 1 ||
      EVP_DecryptFinal_ex(context.get(), out.data() + first, &last) != 1)
    return std::nullopt;
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

Judged<void> compare_manifest(const BatchFiles& files, const Rows& rows, Findings& findings) {
  if (!files.manifest) return refuse(7, "manifest", "a manifest");
  auto reading = read_manifest(*files.manifest);
  if (!reading) return std::unexpected(reading.error());
  Manifest& manifest = reading->manifest;
  if (manifest.sha256 != sha256(files.encrypted) && !TOUCHSTONE_ORACLE_DEFECT("batch.sha256"))
    return refuse(7, "manifest", "the SHA-256 of this file");
  std::ranges::sort(manifest.rows, {}, &ManifestRow::id);
  const bool same =
      std::ranges::equal(manifest.rows, rows, [](const ManifestRow& claim, const Row& row) {
        const bool numbers = claim.batch.value_or(row.batch) == row.batch &&
                             claim.count.value_or(row.count) == row.count;
        return claim.id == row.id && (numbers || TOUCHSTONE_ORACLE_DEFECT("batch.manifest-count"));
      });
  if (!same) return refuse(7, "manifest", "the rows of the batch");
  findings.insert(findings.end(), reading->findings.begin(), reading->findings.end());
  return {};
}

}  // namespace

Judged<OpenedBatch> decode_batch(const BatchFiles& files, const Key16& pwdh,
                                 const RsaKey& recipient, bool strict) {
  const Key16 mac = aes_cmac(batch_mac_key(pwdh), files.encrypted);
  if (!files.signature || !std::ranges::equal(*files.signature, mac))
    return refuse(4, "signature", "an AES-CMAC of 16 octets under K_mac");
  const auto envelope = read_envelope(files.encrypted);
  if (!envelope) return std::unexpected(envelope.error());
  const auto key = unwrap(*envelope, recipient);
  if (!key) return std::unexpected(key.error());
  const auto body = decrypt_body(*envelope, *key);
  if (!body) return refuse(5, "decrypt", "a whole body");
  const KeyringReading reading = read_batch_body(*body, false);
  if (reading.exit_code == 6) return refuse(6, reading.reject_class, "node rows alone");
  OpenedBatch opened{reading.keyring.rows, reading.findings};
  if (envelope->indefinite)
    opened.findings.push_back({"KL-BER", Severity::warning, 0, 0, "definite lengths"});
  if (const auto same = compare_manifest(files, opened.rows, opened.findings); !same)
    return std::unexpected(same.error());
  if (strict && !opened.findings.empty()) return refuse(13, "unspecified", "nothing to tell");
  return opened;
}

}  // namespace touchstone::conformance::oracle
