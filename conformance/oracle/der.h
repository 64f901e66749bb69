#pragma once
// Just enough ASN.1 (X.690) for CMS: a builder that can also build wrongly, and a reader of DER and
// of BER with indefinite lengths.

#include <initializer_list>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

namespace tag {
inline constexpr std::uint8_t integer = 0x02, octet_string = 0x04, null = 0x05, oid = 0x06,
                              sequence = 0x30, set = 0x31, context_0 = 0x80, context_0_made = 0xA0,
                              context_1_made = 0xA1, octet_string_made = 0x24;
}

/// Tag, shortest definite length, content.
[[nodiscard]] Octets der(std::uint8_t tag, OctetView content);
[[nodiscard]] Octets der(std::uint8_t tag, std::initializer_list<Octets> parts);
/// The same with an indefinite length and its end octets (X.690 8.1.3.6); `tag` constructed.
[[nodiscard]] Octets ber_indefinite(std::uint8_t tag, std::initializer_list<Octets> parts);
/// `digits`: the content octets of the identifier, in hexadecimal.
[[nodiscard]] Octets der_oid(std::string_view digits);
[[nodiscard]] Octets der_small_integer(std::uint8_t value);

struct DerElement {
  std::uint8_t tag = 0;
  OctetView content;
};

/// Takes elements off the front of a view, which must outlive the reader. What is BER and not DER
/// (an indefinite or a padded length) is taken too and told in `*ber`, unless that is null.
class DerReader {
 public:
  explicit DerReader(OctetView octets, bool* ber = nullptr) : octets_(octets), ber_(ber) {}

  [[nodiscard]] bool at_end() const { return octets_.empty(); }
  [[nodiscard]] std::size_t remaining() const { return octets_.size(); }
  /// The tag of the next element, or 0 at the end.
  [[nodiscard]] std::uint8_t peek() const { return octets_.empty() ? 0 : octets_[0]; }
  /// Nothing when lengths do not fit or nesting passes 16.
  [[nodiscard]] std::optional<DerElement> take();
  /// The same, and nothing too when the tag is another.
  [[nodiscard]] std::optional<DerElement> take(std::uint8_t tag);

 private:
  OctetView octets_;
  bool* ber_;
};

}  // namespace touchstone::conformance::oracle
