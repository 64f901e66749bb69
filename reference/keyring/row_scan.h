#pragma once
// The node line in its fixed layout. Internal to keyring; the tokeniser is public to its bench.
//
//   0         1         2         3         4
//   01234567890123456789012345678901234567890123456
//   0xIIIIIIII, 0xKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK,batch,count LF

#include <cstring>

#include "reference/keyring/hex_scan.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

inline constexpr std::size_t row_id_at = 2;
inline constexpr std::size_t row_key_at = 14;
inline constexpr std::size_t row_batch_at = 47;
/// Octets that may be read at the start of a line: 47, two numbers of ten digits, a comma, CR LF.
inline constexpr std::size_t row_room = 72;

/// Where the fields of a line stand. `length` is 0 when the line has not the fixed layout.
struct RowFields {
  std::size_t count_at = 0;
  std::size_t end = 0;     ///< one past the last digit of count
  std::size_t length = 0;  ///< with the line end
};

/// A decimal number at `text`; gives its digits, or 0 if there are none, more than ten, one too
/// many zeros in front, or a value over 2^32-1.
inline std::size_t scan_decimal(const std::uint8_t* text, std::uint32_t& out) noexcept {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < 11) {
    const unsigned digit = static_cast<unsigned>(text[digits]) - '0';
    if (digit > 9) break;
    value = value * 10 + digit;
    ++digits;
  }
  if (digits == 0 || digits > 10 || value > 0xFFFFFFFF || (digits > 1 && text[0] == '0')) return 0;
  out = static_cast<std::uint32_t>(value);
  return digits;
}

/// Separators at their places and line end. `text` has row_room readable octets.
inline bool has_row_frame(const std::uint8_t* text) noexcept {
  std::uint16_t prefix = 0;
  std::uint32_t middle = 0;
  std::memcpy(&prefix, text, 2);
  std::memcpy(&middle, text + 10, 4);
  std::uint16_t expected_prefix = 0;
  std::uint32_t expected_middle = 0;
  std::memcpy(&expected_prefix, "0x", 2);
  std::memcpy(&expected_middle, ", 0x", 4);
  return prefix == expected_prefix && middle == expected_middle && text[46] == ',';
}

enum RowDeviation : unsigned {
  row_upper_id = 1,
  row_upper_key = 2,
  row_carriage_return = 4,
  row_blanks = 8,
};

/// Reads the line at `text`, which has row_room readable octets, into `row`. Gives its length with
/// the line end, or 0 if it has not the fixed layout, in which case `row` holds nothing of use.
/// Upper-case digits and CR LF keep the layout and are or-ed into `deviations`.
inline std::size_t scan_row(const std::uint8_t* text, NodeRow& row, unsigned& deviations) noexcept {
  if (!has_row_frame(text)) return 0;
  const HexScan id = scan_hex8(text + row_id_at, row.node_id);
  const HexScan key = scan_hex32(text + row_key_at, row.root_key.data());
  if (!(id.valid && key.valid)) return 0;
  const std::size_t batch = scan_decimal(text + row_batch_at, row.batch);
  std::size_t at = row_batch_at + batch;
  if (batch == 0 || text[at] != ',') return 0;
  const std::size_t count = scan_decimal(text + at + 1, row.count);
  at += 1 + count;
  if (count == 0) return 0;
  if (text[at] == '\r') {
    deviations |= row_carriage_return;
    ++at;
  }
  if (text[at] != '\n') return 0;
  if (id.upper) deviations |= row_upper_id;
  if (key.upper) deviations |= row_upper_key;
  return at + 1;
}

/// Reads a line with blanks round its fields, as scan_row does without; `end` is that of the file.
/// Nobody is told where the blanks are, so it serves once enough findings are listed.
inline std::size_t scan_loose_row(const std::uint8_t* text, const std::uint8_t* end, NodeRow& row,
                                  unsigned& deviations) noexcept {
  constexpr std::ptrdiff_t widest_field = 34;
  const std::uint8_t* at = text;
  const auto skip_blanks = [&] {
    while (at != end && (*at == ' ' || *at == '\t'))
      ++at;
    return end - at > widest_field;  // a field and what ends it can be read
  };
  const auto take = [&](std::uint8_t octet) {
    if (*at != octet) return false;
    ++at;
    return true;
  };
  if (!skip_blanks() || !take('0') || !take('x')) return 0;
  const HexScan id = scan_hex8(at, row.node_id);
  at += 8;
  if (!id.valid || !skip_blanks() || !take(',') || !skip_blanks() || !take('0') || !take('x'))
    return 0;
  const HexScan key = scan_hex32(at, row.root_key.data());
  at += 32;
  if (!key.valid || !skip_blanks() || !take(',') || !skip_blanks()) return 0;
  const std::size_t batch = scan_decimal(at, row.batch);
  at += batch;
  if (batch == 0 || !skip_blanks() || !take(',') || !skip_blanks()) return 0;
  const std::size_t count = scan_decimal(at, row.count);
  at += count;
  if (count == 0 || !skip_blanks()) return 0;
  if (take('\r')) deviations |= row_carriage_return;
  if (!take('\n')) return 0;
  deviations |= row_blanks;
  if (id.upper) deviations |= row_upper_id;
  if (key.upper) deviations |= row_upper_key;
  return static_cast<std::size_t>(at - text);
}

/// The same line cut into fields and nothing else: no digit is looked at.
inline RowFields split_row(const std::uint8_t* text) noexcept {
  RowFields fields;
  if (!has_row_frame(text)) return fields;
  std::size_t at = row_batch_at;
  while (at < row_room && text[at] != ',')
    ++at;
  fields.count_at = ++at;
  while (at < row_room && text[at] != '\n')
    ++at;
  if (at >= row_room) return fields;
  fields.end = at;
  fields.length = at + 1;
  return fields;
}

}  // namespace touchstone::keyring
