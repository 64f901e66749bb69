#include "reference/base/reader.h"

namespace touchstone {
namespace {

class ReadCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "read"; }
  std::string message(int) const override { return "the octets end too early"; }
};

}  // namespace

std::error_code make_error_code(ReadErrc code) noexcept {
  static const ReadCategory category;
  return {static_cast<int>(code), category};
}

Result<std::uint64_t> Reader::integer(std::size_t width) {
  TOUCHSTONE_TRY(const OctetView raw, octets(width));
  std::uint64_t value = 0;
  for (const std::uint8_t octet : raw)
    value = value << 8 | octet;
  return value;
}

Result<std::uint8_t> Reader::u8() {
  TOUCHSTONE_TRY(const std::uint64_t value, integer(1));
  return static_cast<std::uint8_t>(value);
}

Result<std::uint16_t> Reader::u16() {
  TOUCHSTONE_TRY(const std::uint64_t value, integer(2));
  return static_cast<std::uint16_t>(value);
}

Result<std::uint32_t> Reader::u24() {
  TOUCHSTONE_TRY(const std::uint64_t value, integer(3));
  return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> Reader::u32() {
  TOUCHSTONE_TRY(const std::uint64_t value, integer(4));
  return static_cast<std::uint32_t>(value);
}

Result<std::uint64_t> Reader::u64() {
  return integer(8);
}

Result<OctetView> Reader::octets(std::size_t count) {
  if (count > remaining()) return fail(ReadErrc::truncated, {}, octets_.size());
  const OctetView taken = octets_.subspan(offset_, count);
  offset_ += count;
  return taken;
}

Writer& Writer::u24(std::uint32_t value) {
  TOUCHSTONE_CHECK(value <= 0xFFFFFF);
  return integer(value, 3);
}

Writer& Writer::octets(OctetView value) {
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

Writer& Writer::integer(std::uint64_t value, std::size_t width) {
  for (std::size_t shift = width; shift-- > 0;) {
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * shift)));
  }
  return *this;
}

}  // namespace touchstone
