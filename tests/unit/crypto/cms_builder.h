#pragma once
// EnvelopedData put together from parts, each of which a test may exchange. Nothing is encrypted:
// the structural stage looks at no key.

#include <string>
#include <string_view>
#include <vector>

#include "reference/crypto/cms_profile.h"
#include "reference/crypto/der.h"

namespace touchstone::crypto {

inline Octets oid(std::string_view hex) {
  return der::element(der::object_identifier, {*from_hex(hex)});
}
inline Octets octets_of(std::size_t size, std::uint8_t value = 0x11) {
  return Octets(size, value);
}
inline Octets seq(std::initializer_list<OctetView> pieces) {
  return der::element(der::sequence, pieces);
}

inline constexpr std::uint8_t explicit_0 = der::context(0) | der::constructed;
inline constexpr std::uint8_t explicit_1 = der::context(1) | der::constructed;

struct CmsBuilder {
  Octets content_type = oid("2a864886f70d010703");
  Octets version = *from_hex("020102");
  Octets sha256 = seq({oid("608648016503040201")});
  Octets mask = seq({oid("2a864886f70d010108"), sha256});
  Octets oaep_parameters =
      seq({der::element(explicit_0, {sha256}), der::element(explicit_1, {mask})});
  Octets transport = seq({oid("2a864886f70d010107"), oaep_parameters});
  Octets recipient_version = *from_hex("020102");
  Octets recipient_name = der::element(der::context(0), {octets_of(20)});
  int recipients = 1;
  Octets other_recipient;  ///< put behind the others
  Octets inner_type = oid("2a864886f70d010701");
  Octets cipher =
      seq({oid("60864801650304012a"), der::element(der::octet_string, {octets_of(16)})});
  Octets content = der::element(der::context(0), {octets_of(48)});
  Octets originator;
  Octets attributes;
  Octets behind;

  /// The OAEP parameters for these two functions, as pre-encoded fields.
  void set_oaep(std::initializer_list<OctetView> fields) {
    transport = seq({oid("2a864886f70d010107"), der::element(der::sequence, fields)});
  }

  [[nodiscard]] Octets recipient() const {
    return seq({recipient_version, recipient_name, transport,
                der::element(der::octet_string, {octets_of(256)})});
  }
  [[nodiscard]] Octets data() const {
    Octets infos;
    for (int i = 0; i < recipients; ++i) {
      const Octets one = recipient();
      infos.insert(infos.end(), one.begin(), one.end());
    }
    infos.insert(infos.end(), other_recipient.begin(), other_recipient.end());
    return seq({version, originator, der::element(der::set, {infos}),
                seq({inner_type, cipher, content}), attributes});
  }
  [[nodiscard]] Octets build() const {
    Octets whole = seq({content_type, der::element(explicit_0, {data()})});
    whole.insert(whole.end(), behind.begin(), behind.end());
    return whole;
  }
};

}  // namespace touchstone::crypto
