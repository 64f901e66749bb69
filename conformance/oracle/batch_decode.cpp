#include <openssl/evp.h>

#include <algorithm>

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
  bool ber = false;  ///< KL-BER: not DER
};

auto malformed(std::string why) {
  return refuse(6, "syntax", std::move(why));
}

bool is_oid(const std::optional<DerElement>& element, std::string_view digits) {
  return element && element->tag == tag::oid && to_hex(element->content) == digits;
}

bool is_version(const std::optional<DerElement>& element,
                std::initializer_list<std::uint8_t> versions) {
  if (!element || element->content.size() != 1) return false;
  return TOUCHSTONE_ORACLE_DEFECT("batch.version") ||
         std::ranges::find(versions, element->content[0]) != versions.end();
}

/// The content of the one element of `outer`.
std::optional<DerElement> only(const DerElement& outer, std::uint8_t tag, bool& ber) {
  DerReader reader(outer.content, &ber);
  auto inner = reader.take(tag);
  if (!inner || !reader.at_end()) return std::nullopt;
  return inner;
}

/// An octet string under the tag [0], whole or in pieces.
std::optional<Octets> octets_of(const DerElement& element, bool& ber) {
  if (element.tag == tag::context_0) return Octets(element.content.begin(), element.content.end());
  if (element.tag != tag::context_0_made) return std::nullopt;
  ber = true;
  Octets all;
  for (DerReader reader(element.content, &ber); !reader.at_end();) {
    const auto piece = reader.take(tag::octet_string);
    if (!piece) return std::nullopt;
    all.insert(all.end(), piece->content.begin(), piece->content.end());
  }
  return all;
}

Judged<void> read_content(const DerElement& content, Envelope& envelope) {
  DerReader reader(content.content, &envelope.ber);
  if (!is_oid(reader.take(), oids::data)) return malformed("content type data");
  const auto algorithm = reader.take(tag::sequence);
  const auto body = reader.take();
  if (!algorithm || !body || !reader.at_end()) return malformed("algorithm and encrypted content");
  DerReader parameters(algorithm->content, &envelope.ber);
  if (!is_oid(parameters.take(), oids::aes_256_cbc)) return malformed("AES-256-CBC");
  const auto iv = parameters.take(tag::octet_string);
  if (!iv || iv->content.size() != 16 || !parameters.at_end())
    return malformed("an IV of 16 octets");
  envelope.iv.assign(iv->content.begin(), iv->content.end());
  const auto octets = octets_of(*body, envelope.ber);
  if (!octets) return malformed("octet strings");
  const bool whole = !octets->empty() && octets->size() % 16 == 0;
  if (!whole && !TOUCHSTONE_ORACLE_DEFECT("batch.blocks"))
    return malformed("whole blocks of content");
  envelope.body = *octets;
  return {};
}

/// version, recipients and content, and nothing else.
Judged<Envelope> read_enveloped_data(const DerElement& data, bool ber) {
  Envelope envelope;
  envelope.ber = ber;
  DerReader fields(data.content, &envelope.ber);
  const auto version = fields.take(tag::integer);
  const auto recipients = fields.take(tag::set);
  const auto content = fields.take(tag::sequence);
  if (!version || !recipients || !content || !fields.at_end())
    return malformed("version, recipients and content");
  if (!is_version(version, {0, 2, 3})) return malformed("EnvelopedData version 2");
  for (DerReader set(recipients->content, &envelope.ber); !set.at_end();) {
    const auto one = set.take(tag::sequence);
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

Judged<Envelope> read_envelope(OctetView file) {
  bool ber = false;
  DerReader outer(file, &ber);
  const auto info = outer.take(tag::sequence);
  if (!info) return malformed("CMS ContentInfo");
  if (!outer.at_end() && !TOUCHSTONE_ORACLE_DEFECT("batch.trailing"))
    return malformed("nothing after the end of the structure");
  DerReader type(info->content, &ber);
  if (!is_oid(type.take(), oids::enveloped_data)) return malformed("EnvelopedData");
  const auto explicit_0 = type.take(tag::context_0_made);
  const auto data = explicit_0 ? only(*explicit_0, tag::sequence, ber) : std::nullopt;
  if (!data || !type.at_end()) return malformed("one EnvelopedData");
  return read_enveloped_data(*data, ber);
}

/// AlgorithmIdentifier of SHA-256, its parameters NULL or absent (RFC 4055 2.1).
bool is_sha256(const std::optional<DerElement>& algorithm, bool& ber) {
  if (!algorithm || algorithm->tag != tag::sequence) return false;
  DerReader fields(algorithm->content, &ber);
  if (!is_oid(fields.take(), oids::sha256)) return false;
  if (fields.at_end()) return true;
  const auto null = fields.take(tag::null);
  return null && null->content.empty() && fields.at_end();
}

/// RSAES-OAEP with SHA-256 and MGF1 of SHA-256, without a label (RFC 4055 4.1).
bool is_oaep_sha256(const DerElement& algorithm, bool& ber) {
  if (TOUCHSTONE_ORACLE_DEFECT("batch.any-transport")) return true;
  DerReader fields(algorithm.content, &ber);
  if (!is_oid(fields.take(), oids::rsaes_oaep)) return false;
  const auto parameters = fields.take(tag::sequence);
  if (!parameters || !fields.at_end()) return false;
  DerReader functions(parameters->content, &ber);
  const auto hash = functions.take(tag::context_0_made);
  const auto mask = functions.take(tag::context_1_made);
  if (!hash || !mask || !functions.at_end()) return false;
  if (!is_sha256(only(*hash, tag::sequence, ber), ber)) return false;
  const auto generator = only(*mask, tag::sequence, ber);
  if (!generator) return false;
  DerReader mgf(generator->content, &ber);
  return is_oid(mgf.take(), oids::mgf1) && is_sha256(mgf.take(), ber) && mgf.at_end();
}

struct Recipient {
  OctetView identifier;  ///< empty for one named by issuer and serial number
  OctetView wrapped;
};

/// KeyTransRecipientInfo (RFC 5652 6.2.1): version 2 with [0], version 0 with issuer and serial.
Judged<Recipient> read_recipient(const DerElement& info, bool& ber) {
  DerReader fields(info.content, &ber);
  const auto version = fields.take(tag::integer);
  const bool by_identifier = fields.peek() == tag::context_0;
  const auto name = fields.take(by_identifier ? tag::context_0 : tag::sequence);
  const auto algorithm = fields.take(tag::sequence);
  const auto wrapped = fields.take(tag::octet_string);
  if (!version || !name || !algorithm || !wrapped || !fields.at_end())
    return malformed("KeyTransRecipientInfo");
  if (!is_version(version, {static_cast<std::uint8_t>(by_identifier ? 2 : 0)}))
    return malformed("recipient version 2, or 0 with issuer and serial number");
  if (!is_oaep_sha256(*algorithm, ber)) return malformed("RSAES-OAEP with SHA-256");
  return Recipient{by_identifier ? name->content : OctetView(), wrapped->content};
}

/// The content key of the recipient whose SKI is ours; 5 when there is none (BK-18).
Judged<Octets> unwrap(Envelope& envelope, const RsaKey& recipient) {
  const Octets ours = recipient.subject_key_identifier();
  std::optional<OctetView> for_us;
  for (const DerElement& info : envelope.recipients) {
    const auto read = read_recipient(info, envelope.ber);
    if (!read) return std::unexpected(read.error());
    if (!for_us && std::ranges::equal(read->identifier, ours)) for_us = read->wrapped;
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
  out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
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
  auto envelope = read_envelope(files.encrypted);
  if (!envelope) return std::unexpected(envelope.error());
  const auto key = unwrap(*envelope, recipient);
  if (!key) return std::unexpected(key.error());
  const auto body = decrypt_body(*envelope, *key);
  if (!body) return refuse(5, "decrypt", "a whole body");
  const KeyringReading reading = read_batch_body(*body, false);
  if (reading.exit_code == 6) return refuse(6, reading.reject_class, "node rows alone");
  OpenedBatch opened{reading.keyring.rows, reading.findings};
  if (envelope->ber)
    opened.findings.push_back({"KL-BER", Severity::warning, 0, 0, "definite lengths"});
  if (const auto same = compare_manifest(files, opened.rows, opened.findings); !same)
    return std::unexpected(same.error());
  if (strict && !opened.findings.empty()) return refuse(13, "unspecified", "nothing to tell");
  return opened;
}

}  // namespace touchstone::conformance::oracle
