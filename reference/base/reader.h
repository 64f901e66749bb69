#pragma once
// Reader and Writer: bounds-checked big-endian access, the only way this tree touches wire octets.

#include <cstddef>
#include <cstdint>

#include "reference/base/octets.h"
#include "reference/base/result.h"

namespace touchstone {

enum class ReadErrc { truncated = 1 };
[[nodiscard]] std::error_code make_error_code(ReadErrc code) noexcept;

/// Takes integers and octet strings off the front of a view. All integers are big-endian.
/// A read past the end gives ReadErrc::truncated with the offset of the first missing octet and
/// consumes nothing. The views handed out live as long as the octets given to the constructor.
class Reader {
 public:
  explicit Reader(OctetView octets) noexcept : octets_(octets) {}

  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return octets_.size() - offset_; }
  [[nodiscard]] bool at_end() const noexcept { return remaining() == 0; }

  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16();
  Result<std::uint32_t> u24();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<OctetView> octets(std::size_t count);

 private:
  Result<std::uint64_t> integer(std::size_t width);

  OctetView octets_;
  std::size_t offset_ = 0;
};

/// Appends big-endian integers and octet strings to a growing string.
class Writer {
 public:
  Writer& u8(std::uint8_t value) { return integer(value, 1); }
  Writer& u16(std::uint16_t value) { return integer(value, 2); }
  /// The low 24 bits of `value`; the rest must be zero.
  Writer& u24(std::uint32_t value);
  Writer& u32(std::uint32_t value) { return integer(value, 4); }
  Writer& u64(std::uint64_t value) { return integer(value, 8); }
  Writer& octets(OctetView value);
  Writer& text(std::string_view value) { return octets(as_octets(value)); }

  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
  [[nodiscard]] OctetView view() const noexcept { return out_; }
  [[nodiscard]] Octets take() && { return std::move(out_); }

 private:
  Writer& integer(std::uint64_t value, std::size_t width);

  Octets out_;
};

}  // namespace touchstone

template <>
struct std::is_error_code_enum<touchstone::ReadErrc> : std::true_type {};
