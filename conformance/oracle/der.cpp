#include "conformance/oracle/der.h"

#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr int deepest_nesting = 16;

struct Prefix {
  std::size_t size = 0;    ///< octets of tag and length
  std::size_t length = 0;  ///< octets of content, when definite
  bool indefinite = false;
  bool padded = false;  ///< a length longer than need be
};

std::optional<Prefix> prefix_of(OctetView octets) {
  if (octets.size() < 2 || (octets[0] & 0x1F) == 0x1F) return std::nullopt;
  const std::uint8_t first = octets[1];
  const bool constructed = (octets[0] & 0x20) != 0;
  if (first < 0x80) return Prefix{2, first, false, false};
  if (first == 0x80) return constructed ? std::optional(Prefix{2, 0, true, false}) : std::nullopt;
  const std::size_t count = first & 0x7F;
  if (count > 8 || octets.size() < 2 + count) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < count; ++i)
    length = length << 8 | octets[2 + i];
  return Prefix{2 + count, length, false, length < 0x80 || octets[2] == 0};
}

/// The octets of the element at the front, its end octets included.
std::optional<std::size_t> extent_of(OctetView octets, int depth, bool& ber) {
  const auto prefix = prefix_of(octets);
  if (!prefix || depth > deepest_nesting || octets[0] == 0) return std::nullopt;
  ber |= prefix->indefinite || prefix->padded;
  if (!prefix->indefinite) {
    if (prefix->length > octets.size() - prefix->size) return std::nullopt;
    return prefix->size + prefix->length;
  }
  std::size_t at = prefix->size;
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
  const auto prefix = prefix_of(octets_);
  bool ber = false;
  const auto extent = extent_of(octets_, 0, ber);
  if (!prefix || !extent) return std::nullopt;
  const std::size_t end = *extent - (prefix->indefinite ? 2 : 0);
  DerElement element{octets_[0], octets_.subspan(prefix->size, end - prefix->size)};
  if (ber_ != nullptr) *ber_ |= ber;
  octets_ = octets_.subspan(*extent);
  return element;
}

std::optional<DerElement> DerReader::take(std::uint8_t wanted) {
  if (peek() != wanted) return std::nullopt;
  return take();
}

}  // namespace touchstone::conformance::oracle
