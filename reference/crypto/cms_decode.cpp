#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/cms.h"
#include "reference/crypto/cms_profile.h"
#include "reference/crypto/der.h"

namespace touchstone::crypto {
namespace {

using der::Walker;

bool same(OctetView a, OctetView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::unexpected<Error> unsupported(const char* expected, const Walker& at) {
  return fail(Errc::unsupported, expected, at.offset());
}

/// AlgorithmIdentifier of SHA-256; its parameters are NULL or absent (RFC 4055 §2.1).
Result<void> expect_sha256(Walker& level) {
  TOUCHSTONE_TRY(Walker algorithm, level.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView identifier, algorithm.take(der::object_identifier));
  if (!same(identifier, cms::id_sha256)) return unsupported("expected SHA-256", algorithm);
  if (algorithm.next_tag() == der::null) {
    TOUCHSTONE_TRY(const OctetView null, algorithm.take(der::null));
    if (!null.empty()) return fail(Errc::malformed, {}, algorithm.offset());
  }
  return algorithm.finish();
}

/// RSAES-OAEP-params (RFC 4055 §4.1). The defaults are SHA-1, so both functions have to be said;
/// a label has to be left out.
Result<void> expect_oaep_parameters(Walker& algorithm) {
  if (algorithm.next_tag() != der::sequence)
    return unsupported("expected OAEP parameters", algorithm);
  TOUCHSTONE_TRY(Walker parameters, algorithm.enter(der::sequence));
  if (parameters.next_tag() != (der::context(0) | der::constructed))
    return unsupported("expected OAEP with SHA-256", parameters);
  TOUCHSTONE_TRY(Walker hash, parameters.enter(der::context(0) | der::constructed));
  TOUCHSTONE_TRY_VOID(expect_sha256(hash));
  TOUCHSTONE_TRY_VOID(hash.finish());
  if (parameters.next_tag() != (der::context(1) | der::constructed))
    return unsupported("expected MGF1 with SHA-256", parameters);
  TOUCHSTONE_TRY(Walker mask, parameters.enter(der::context(1) | der::constructed));
  TOUCHSTONE_TRY(Walker function, mask.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView identifier, function.take(der::object_identifier));
  if (!same(identifier, cms::id_mgf1)) return unsupported("expected MGF1", function);
  TOUCHSTONE_TRY_VOID(expect_sha256(function));
  TOUCHSTONE_TRY_VOID(function.finish());
  TOUCHSTONE_TRY_VOID(mask.finish());
  if (!parameters.at_end()) return unsupported("expected OAEP without a label", parameters);
  return {};
}

Result<void> expect_oaep(Walker& level) {
  TOUCHSTONE_TRY(Walker algorithm, level.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView identifier, algorithm.take(der::object_identifier));
  if (TOUCHSTONE_DEFECT("BK-23.transport_unread")) return {};
  if (!same(identifier, cms::id_rsaes_oaep))
    return unsupported("expected key transport by RSAES-OAEP", algorithm);
  TOUCHSTONE_TRY_VOID(expect_oaep_parameters(algorithm));
  return algorithm.finish();
}

/// KeyTransRecipientInfo (RFC 5652 §6.2.1): version 2 goes with [0] subjectKeyIdentifier, version 0
/// with issuerAndSerialNumber.
Result<Enveloped::Recipient> take_recipient(Walker& recipients) {
  if (recipients.next_tag() != der::sequence)
    return unsupported("expected key transport recipients alone", recipients);
  TOUCHSTONE_TRY(Walker info, recipients.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView version, info.take(der::integer));
  const bool by_identifier = info.next_tag() == der::context(0);
  if (version.size() != 1 || version[0] != (by_identifier ? 2 : 0))
    return fail(Errc::malformed, "expected recipient version 2 or 0", info.offset());
  Enveloped::Recipient recipient;
  if (by_identifier) {
    TOUCHSTONE_TRY(recipient.key_identifier, info.take(der::context(0)));
  } else {
    TOUCHSTONE_TRY_VOID(info.take(der::sequence));
  }
  TOUCHSTONE_TRY_VOID(expect_oaep(info));
  TOUCHSTONE_TRY(recipient.encrypted_key, info.take(der::octet_string));
  TOUCHSTONE_TRY_VOID(info.finish());
  return recipient;
}

Result<void> take_recipients(Walker& data, Enveloped& out) {
  TOUCHSTONE_TRY(Walker recipients, data.enter(der::set));
  while (!recipients.at_end()) {
    if (out.recipients.size() ==
        max_cms_recipients + (TOUCHSTONE_DEFECT("BK-23.nine_recipients") ? 1 : 0))
      return unsupported("expected at most 8 recipients", recipients);
    if (TOUCHSTONE_DEFECT("BK-23.seven_recipients") &&
        out.recipients.size() == max_cms_recipients - 1)
      return unsupported("expected at most 7 recipients", recipients);
    TOUCHSTONE_TRY(const Enveloped::Recipient recipient, take_recipient(recipients));
    out.recipients.push_back(recipient);
  }
  if (out.recipients.empty())
    return fail(Errc::malformed, "expected a recipient", recipients.offset());
  return {};
}

Result<void> expect_aes256_cbc(Walker& content, Enveloped& out) {
  TOUCHSTONE_TRY(Walker algorithm, content.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView identifier, algorithm.take(der::object_identifier));
  if (!same(identifier, cms::id_aes256_cbc))
    return unsupported("expected content encrypted by AES-256-CBC", algorithm);
  TOUCHSTONE_TRY(const OctetView iv, algorithm.take(der::octet_string));
  if (iv.size() != out.iv.size())
    return fail(Errc::malformed, "expected an IV of 16 octets", algorithm.offset());
  std::copy(iv.begin(), iv.end(), out.iv.begin());
  return algorithm.finish();
}

/// encryptedContent [0] IMPLICIT OCTET STRING: one primitive string, or in BER a run of pieces.
Result<void> take_ciphertext(Walker& content, Enveloped& out) {
  if (content.next_tag() == der::context(0)) {
    TOUCHSTONE_TRY(out.ciphertext, content.take(der::context(0)));
    out.ciphertext_size = out.ciphertext.size();
  } else {
    TOUCHSTONE_TRY(Walker pieces, content.enter(der::context(0) | der::constructed));
    out.ciphertext = pieces.level();
    out.in_pieces = true;
    out.ber = true;
    while (!pieces.at_end()) {
      TOUCHSTONE_TRY(const OctetView piece, pieces.take(der::octet_string));
      out.ciphertext_size += piece.size();
    }
  }
  if (out.ciphertext_size == 0 || out.ciphertext_size % 16 != 0)
    return fail(Errc::malformed, "expected whole blocks of content", content.offset());
  return {};
}

/// EnvelopedData (RFC 5652 §6.1). Versions 0, 2 and 3 differ in what they may hold; the parts that
/// this profile has no use for are refused by name.
Result<void> take_enveloped_data(Walker& outer, Enveloped& out) {
  TOUCHSTONE_TRY(Walker data, outer.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView version, data.take(der::integer));
  if (version.size() != 1 || (version[0] != 0 && version[0] != 2 && version[0] != 3))
    return fail(Errc::malformed, "expected EnvelopedData version 2", data.offset());
  if (data.next_tag() == (der::context(0) | der::constructed))
    return unsupported("expected no originator information", data);
  TOUCHSTONE_TRY_VOID(take_recipients(data, out));
  TOUCHSTONE_TRY(Walker content, data.enter(der::sequence));
  TOUCHSTONE_TRY(const OctetView type, content.take(der::object_identifier));
  if (!same(type, cms::id_data)) return unsupported("expected content of type data", content);
  TOUCHSTONE_TRY_VOID(expect_aes256_cbc(content, out));
  TOUCHSTONE_TRY_VOID(take_ciphertext(content, out));
  TOUCHSTONE_TRY_VOID(content.finish());
  if (!data.at_end()) return unsupported("expected no unprotected attributes", data);
  return {};
}

}  // namespace

bool looks_like_enveloped(OctetView octets) {
  // The length of the outermost element is between its tag and the object identifier.
  constexpr std::size_t longest_length = 9;
  if (octets.size() < 2 || octets[0] != der::sequence) return false;
  const Octets mark = der::element(der::object_identifier, {cms::id_enveloped_data});
  const OctetView front = octets.first(std::min(octets.size(), 1 + longest_length + mark.size()));
  return std::search(front.begin() + 1, front.end(), mark.begin(), mark.end()) != front.end();
}

Result<Enveloped> decode_enveloped(OctetView octets) {
  Enveloped out;
  Walker whole(octets, 0, out.ber);
  if (whole.next_tag() != der::sequence)
    return fail(Errc::unknown_content, "expected a CMS ContentInfo", 0);
  TOUCHSTONE_TRY(Walker info, whole.enter(der::sequence));
  if (info.next_tag() != der::object_identifier)
    return fail(Errc::unknown_content, "expected a CMS ContentInfo", info.offset());
  TOUCHSTONE_TRY(const OctetView type, info.take(der::object_identifier));
  if (!same(type, cms::id_enveloped_data))
    return fail(Errc::unknown_content, "expected CMS EnvelopedData", info.offset());
  TOUCHSTONE_TRY(Walker outer, info.enter(der::context(0) | der::constructed));
  TOUCHSTONE_TRY_VOID(take_enveloped_data(outer, out));
  TOUCHSTONE_TRY_VOID(outer.finish());
  TOUCHSTONE_TRY_VOID(info.finish());
  if (!whole.at_end() && !TOUCHSTONE_DEFECT("BK-14.trailing_data"))
    return fail(Errc::trailing_data, {}, whole.offset());
  return out;
}

}  // namespace touchstone::crypto
