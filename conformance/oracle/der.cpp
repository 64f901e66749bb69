#include "conformance/oracle/der.h"

#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr int deepest_nesting = 16;

struct Header {
  std::size_t size = 0;    ///< octets of tag and length
  std::size_t length = 0;  ///< octets of content, when definite
  bool indefinite = false;
  bool padded = false;  ///< a length longer than need be
};

std::optional<Header> header_of(OctetView octets) {
  if (octets.size() < 2 || (octets[0] & 0x1F) == 0x1F) return std::nullopt;
  const std::uint8_t first = octets[1];
  const bool constructed = (octets[0] & 0x20) != 0;
  if (first < 0x80) return Header{2, first, false, false};
  if (first == 0x80) return constructed ? std::optional(Header{2, 0, true, false}) : std::nullopt;
  const std::size_t count = first & 0x7F;
  if (count > 8 || octets.size() < 2 + count) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < count; ++i)
    length = length << 8 | octets[2 + i];
  return Header{2 + count, length, false, length < 0x80 || octets[2] == 0};
}

/// The octets of the element at the front, its end octets included.
std::optional<std::size_t> extent_of(OctetView octets, int depth, bool& ber) {
  const auto header = header_of(octets);
  if (!header || depth > deepest_nesting || octets[0] == 0) return std::nullopt;
  ber |= header->indefinite || header->padded;
  if (!header->indefinite) {
    if (header->length > octets.size() - header->size) return std::nullopt;
    return header->size + header->length;
  }
  std::size_t at = header->size;
  for (;;) {
    const OctetView rest = octets.subspan(at);
    if (rest.size() >= 2 && rest[0] == 0 && rest[1] == 0) return at + 2;
    const auto inner = extent_of(rest, depth + 1, ber);
    if (!inner) return std::nullopt;
    at += *inner;
  }
}

Octets joined(std::initializer_list<Octets> parts) {
  Octets out;
  for (const Octets& part : parts)
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

}  // namespace

Octets der(std::uint8_t tag, OctetView content) {
  Octets out{tag};
  if (content.size() < 0x80) {
    out.push_back(static_cast<std::uint8_t>(content.size()));
  } else {
    Octets length;
    for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
      length.insert(length.begin(), static_cast<std::uint8_t>(rest));
    out.push_back(static_cast<std::uint8_t>(0x80 | length.size()));
    out.insert(out.end(), length.begin(), length.end());
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Octets der(std::uint8_t tag, std::initializer_list<Octets> parts) {
  return der(tag, OctetView(joined(parts)));
}

Octets ber_indefinite(std::uint8_t tag, std::initializer_list<Octets> parts) {
  Octets out{tag, 0x80};
  const Octets content = joined(parts);
  out.insert(out.end(), content.begin(), content.end());
  out.insert(out.end(), {0, 0});
  return out;
}

Octets der_oid(std::string_view digits) {
  const auto content = from_hex(digits);
  TOUCHSTONE_CHECK(content.has_value());
  return der(tag::oid, OctetView(*content));
}

Octets der_small_integer(std::uint8_t value) {
  TOUCHSTONE_CHECK(value < 0x80);
  return {tag::integer, 1, value};
}

std::optional<DerElement> DerReader::take() {
  const auto header = header_of(octets_);
  bool ber = false;
  const auto extent = extent_of(octets_, 0, ber);
  if (!header || !extent) return std::nullopt;
  const std::size_t end = *extent - (header->indefinite ? 2 : 0);
  DerElement element{octets_[0], octets_.subspan(header->size, end - header->size)};
  if (ber_ != nullptr) *ber_ |= ber;
  octets_ = octets_.subspan(*extent);
  return element;
}

std::optional<DerElement> DerReader::take(std::uint8_t wanted) {
  if (peek() != wanted) return std::nullopt;
  return take();
}

}  // namespace touchstone::conformance::oracle
