#pragma once
// Taking BER/DER apart (X.690 §8, §10) and putting DER together. Internal to crypto.

#include <cstdint>
#include <initializer_list>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/crypto/errc.h"

namespace touchstone::crypto::der {

inline constexpr std::uint8_t integer = 0x02;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t null = 0x05;
inline constexpr std::uint8_t object_identifier = 0x06;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
inline constexpr std::uint8_t constructed = 0x20;
/// Context-specific tag `number`, primitive; or-ed with `constructed` where it holds elements.
constexpr std::uint8_t context(std::uint8_t number) {
  return static_cast<std::uint8_t>(0x80 | number);
}

/// Deeper nesting of indefinite lengths is refused. Our structures need nine.
inline constexpr int max_nesting = 16;

struct Element {
  std::uint8_t tag = 0;
  OctetView body;  ///< without the end-of-contents octets of an indefinite length
};

/// Reads the elements of one level, front to back. Every length is held against the octets that are
/// there before it is used, and nothing is allocated. An encoding that is BER but not DER
/// (indefinite or padded length) is read and noted in `ber`. Errors: Errc::malformed with the
/// offset in the whole.
class Walker {
 public:
  /// `offset` is the place of `level` in the whole input, for errors alone.
  Walker(OctetView level, std::size_t offset, bool& ber) noexcept
      : level_(level), offset_(offset), ber_(&ber) {}

  [[nodiscard]] bool at_end() const noexcept { return position_ == level_.size(); }
  /// The tag of the next element, or 0 at the end.
  [[nodiscard]] std::uint8_t next_tag() const noexcept { return at_end() ? 0 : level_[position_]; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_ + position_; }
  /// All octets of this level, taken or not.
  [[nodiscard]] OctetView level() const noexcept { return level_; }

  Result<Element> any();
  /// The next element, which has to have this tag.
  Result<OctetView> take(std::uint8_t tag);
  /// The same for a constructed element, as a Walker over what it holds.
  Result<Walker> enter(std::uint8_t tag);
  /// Errc::malformed unless everything was taken.
  Result<void> finish() const;

 private:
  Result<std::size_t> end_of_contents(std::size_t from, int depth) const;
  struct Header {
    std::uint8_t tag = 0;
    std::size_t body = 0;    ///< where it begins
    std::size_t length = 0;  ///< meaningless when indefinite
    bool indefinite = false;
  };
  Result<Header> header(std::size_t from) const;
  [[nodiscard]] std::unexpected<Error> malformed(std::size_t at) const;

  OctetView level_;
  std::size_t offset_ = 0;
  std::size_t position_ = 0;
  bool* ber_ = nullptr;
};

/// Tag, length and body. Pieces are joined.
[[nodiscard]] Octets element(std::uint8_t tag, std::initializer_list<OctetView> pieces);

/// Tag and length alone, for a body of `length` octets that follows.
[[nodiscard]] Octets header(std::uint8_t tag, std::uint64_t length);

}  // namespace touchstone::crypto::der
