#include "reference/crypto/der.h"

namespace touchstone::crypto::der {

std::unexpected<Error> Walker::malformed(std::size_t at) const {
  return fail(Errc::malformed, {}, offset_ + at);
}

Result<Walker::Header> Walker::header(std::size_t from) const {
  if (level_.size() - from < 2) return malformed(from);
  Header result;
  result.tag = level_[from];
  if ((result.tag & 0x1F) == 0x1F) return malformed(from);  // no tag here is above 30
  const std::uint8_t first = level_[from + 1];
  result.body = from + 2;
  if (first == 0x80) {
    if ((result.tag & constructed) == 0) return malformed(from);
    result.indefinite = true;
    *ber_ = true;
    return result;
  }
  std::uint64_t length = first;
  if (first > 0x80) {
    const std::size_t count = first & 0x7F;
    if (count > 8 || count > level_.size() - result.body) return malformed(from);
    length = 0;
    for (std::size_t i = 0; i < count; ++i)
      length = length << 8 | level_[result.body + i];
    const bool padded = length < 0x80 || level_[result.body] == 0;
    if (padded) *ber_ = true;
    result.body += count;
  }
  if (length > level_.size() - result.body) return malformed(from);
  result.length = static_cast<std::size_t>(length);
  return result;
}

/// Where the two zero octets begin that end an indefinite length begun before `from`.
Result<std::size_t> Walker::end_of_contents(std::size_t from, int depth) const {
  if (depth > max_nesting) return malformed(from);
  std::size_t at = from;
  while (true) {
    TOUCHSTONE_TRY(const Header next, header(at));
    if (next.tag == 0) {
      if (next.length != 0 || next.body != at + 2) return malformed(at);
      return at;
    }
    if (next.indefinite) {
      TOUCHSTONE_TRY(const std::size_t end, end_of_contents(next.body, depth + 1));
      at = end + 2;
    } else {
      at = next.body + next.length;
    }
  }
}

Result<Element> Walker::any() {
  TOUCHSTONE_TRY(const Header next, header(position_));
  if (next.tag == 0) return malformed(position_);
  std::size_t end = next.body + next.length;
  std::size_t after = end;
  if (next.indefinite) {
    TOUCHSTONE_TRY(const std::size_t found, end_of_contents(next.body, 1));
    end = found;
    after = found + 2;
  }
  position_ = after;
  return Element{next.tag, level_.subspan(next.body, end - next.body)};
}

Result<OctetView> Walker::take(std::uint8_t tag) {
  if (next_tag() != tag) return malformed(position_);
  TOUCHSTONE_TRY(const Element next, any());
  return next.body;
}

Result<Walker> Walker::enter(std::uint8_t tag) {
  TOUCHSTONE_TRY(const OctetView body, take(tag));
  const auto start = static_cast<std::size_t>(body.data() - level_.data());
  return Walker(body, offset_ + start, *ber_);
}

Result<void> Walker::finish() const {
  if (!at_end()) return malformed(position_);
  return {};
}

Octets header(std::uint8_t tag, std::uint64_t length) {
  Octets out = {tag};
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return out;
  }
  int count = 1;
  while (count < 8 && length >> (8 * count) != 0)
    ++count;
  out.push_back(static_cast<std::uint8_t>(0x80 | count));
  for (int i = count; i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  return out;
}

Octets element(std::uint8_t tag, std::initializer_list<OctetView> pieces) {
  std::size_t length = 0;
  for (const OctetView piece : pieces)
    length += piece.size();
  Octets out = header(tag, length);
  for (const OctetView piece : pieces)
    out.insert(out.end(), piece.begin(), piece.end());
  return out;
}

}  // namespace touchstone::crypto::der
