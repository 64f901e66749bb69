#pragma once
// Fixed runs of hexadecimal digits, sixteen at a time. Internal to keyring.

#include <cstdint>

#include "reference/base/octets.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace touchstone::keyring {

/// What a run of digits was, besides its value.
struct HexScan {
  bool valid = false;
  bool upper = false;  ///< there was a digit A..F
};

#ifdef __SSE2__

namespace detail {

/// 16 digits in `text` to 8 octets in the low half of the result. The masks collect, one bit a
/// digit.
inline __m128i hex16(__m128i text, unsigned& invalid, unsigned& upper) noexcept {
  const __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
  const __m128i lower = _mm_or_si128(text, _mm_set1_epi8(0x20));
  const __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
  const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
  const __m128i is_upper = _mm_andnot_si128(_mm_cmpeq_epi8(text, lower), is_letter);
  invalid |= 0xFFFFU ^ static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)));
  upper |= static_cast<unsigned>(_mm_movemask_epi8(is_upper));
  const __m128i nibbles =
      _mm_or_si128(_mm_and_si128(is_digit, digit),
                   _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
  const __m128i joined = _mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8));
  const __m128i octets = _mm_and_si128(joined, _mm_set1_epi16(0x00FF));
  return _mm_packus_epi16(octets, octets);
}

}  // namespace detail

/// 32 digits at `text` to 16 octets at `out`.
inline HexScan scan_hex32(const std::uint8_t* text, std::uint8_t* out) noexcept {
  unsigned invalid = 0;
  unsigned upper = 0;
  const auto* const source = reinterpret_cast<const __m128i*>(text);
  const __m128i high = detail::hex16(_mm_loadu_si128(source), invalid, upper);
  const __m128i low = detail::hex16(_mm_loadu_si128(source + 1), invalid, upper);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_unpacklo_epi64(high, low));
  return {invalid == 0, upper != 0};
}

/// 8 digits at `text` to a number.
inline HexScan scan_hex8(const std::uint8_t* text, std::uint32_t& out) noexcept {
  unsigned invalid = 0;
  unsigned upper = 0;
  const __m128i source = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(text));
  const __m128i octets = detail::hex16(source, invalid, upper);
  out = __builtin_bswap32(static_cast<std::uint32_t>(_mm_cvtsi128_si32(octets)));
  return {(invalid & 0xFF) == 0, upper != 0};
}

#else

namespace detail {

inline HexScan hex_octet(const std::uint8_t* text, std::uint8_t& out) noexcept {
  const std::uint8_t high = hex_value(static_cast<char>(text[0]));
  const std::uint8_t low = hex_value(static_cast<char>(text[1]));
  out = static_cast<std::uint8_t>(high << 4 | (low & 0x0F));
  const auto is_upper = [](std::uint8_t digit) { return digit >= 'A' && digit <= 'F'; };
  return {(high | low) <= 0x0F, is_upper(text[0]) || is_upper(text[1])};
}

}  // namespace detail

inline HexScan scan_hex32(const std::uint8_t* text, std::uint8_t* out) noexcept {
  HexScan all{true, false};
  for (std::size_t i = 0; i < 16; ++i) {
    const HexScan one = detail::hex_octet(text + 2 * i, out[i]);
    all = {all.valid && one.valid, all.upper || one.upper};
  }
  return all;
}

inline HexScan scan_hex8(const std::uint8_t* text, std::uint32_t& out) noexcept {
  HexScan all{true, false};
  out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint8_t octet = 0;
    const HexScan one = detail::hex_octet(text + 2 * i, octet);
    all = {all.valid && one.valid, all.upper || one.upper};
    out = out << 8 | octet;
  }
  return all;
}

#endif

}  // namespace touchstone::keyring
