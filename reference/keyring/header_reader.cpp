#include "reference/keyring/header_reader.h"

#include "reference/base/defect.h"
#include "reference/keyring/network_keys.h"

namespace touchstone::keyring {
namespace {

/// A header line whose name and shape are right.
struct HeaderLine {
  Line line;
  Field value;
};

Result<HeaderLine> take_line(LineReader& lines, std::string_view name) {
  const std::string expected = "expected header line " + std::string(name);
  const Line nowhere{{}, lines.offset(), lines.line_number()};
  TOUCHSTONE_TRY(const std::optional<Line> line, lines.next());
  if (!line) return lines.refuse(nowhere, 0, Errc::header, Lint::header, expected);
  const Fields fields = lines.split(*line);
  const bool same_but_capital = TOUCHSTONE_DEFECT("KR-07.capital") &&
                                fields.at[0].text.size() == name.size() &&
                                fields.at[0].text.substr(1) == name.substr(1);
  if (fields.at[0].text != name && !same_but_capital && !TOUCHSTONE_DEFECT("KR-01.order"))
    return lines.refuse(*line, fields.at[0].column, Errc::header, Lint::header, expected);
  if (fields.count != 2)
    return lines.refuse(*line, line->text.size(), Errc::syntax, Lint::syntax,
                        "expected " + std::string(name) + ", 0xHEX");
  return HeaderLine{*line, fields.at[1]};
}

void put_hex(std::string_view digits, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] =
        static_cast<std::uint8_t>(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
}

Result<void> check_not_constant(LineReader& lines, const HeaderLine& at, OctetView key) {
  if (is_constant(key))
    return lines.refuse(at.line, at.value.column, Errc::weak_key, Lint::constkey);
  return {};
}

template <std::size_t size>
Result<HeaderLine> take_key(LineReader& lines, std::string_view name, SecretKey<size>& key) {
  TOUCHSTONE_TRY(const HeaderLine at, take_line(lines, name));
  TOUCHSTONE_TRY(const std::string_view digits, lines.hex(at.line, at.value, 2 * size));
  put_hex(digits, key.writable());
  TOUCHSTONE_TRY_VOID(check_not_constant(lines, at, key.view()));
  return at;
}

/// base may lack its first digit when it was printed by a formatter that drops a zero (KR-13,
///
Result<void> take_base(LineReader& lines, bool accept_short_hex, SecretKey<16>& base) {
  constexpr std::size_t full = 2 * SecretKey<16>::size;
  TOUCHSTONE_TRY(const HeaderLine at, take_line(lines, "base"));
  TOUCHSTONE_TRY(const std::string_view digits, lines.hex_of_any_length(at.line, at.value));
  if (digits.size() != full && digits.size() != full - 1 &&
      !(TOUCHSTONE_DEFECT("KR-03.longer") && digits.size() > full))
    return lines.refuse(at.line, at.value.column, Errc::length, Lint::hexlen,
                        "expected 32 hexadecimal digits after 0x");
  if (digits.size() == full || (TOUCHSTONE_DEFECT("KR-03.longer") && digits.size() > full)) {
    put_hex(digits, base.writable());
  } else {
    if (!accept_short_hex && !TOUCHSTONE_DEFECT("KR-13.silent"))
      return lines.refuse(at.line, at.value.column, Errc::short_hex, Lint::hexlen,
                          "expected 32 hexadecimal digits after 0x, found 31");
    lines.log().note(Lint::hexlen, at.line.number, at.value.column + 1,
                     "31 hexadecimal digits after 0x, a zero put in front");
    base.writable()[0] = hex_value(digits[0]);
    put_hex(digits.substr(1), base.writable().subspan(1));
    if (TOUCHSTONE_DEFECT("KR-13.right")) put_hex(digits, base.writable().first(15));
  }
  return check_not_constant(lines, at, base.view());
}

}  // namespace

Result<NetworkKeys> read_header(LineReader& lines, bool accept_short_hex) {
  NetworkKeys network;
  TOUCHSTONE_TRY_VOID(take_key(lines, "pwdh", network.pwdh));
  TOUCHSTONE_TRY_VOID(take_base(lines, accept_short_hex, network.base));
  TOUCHSTONE_TRY(const HeaderLine gateway, take_key(lines, "gateway", network.gateway));
  if (TOUCHSTONE_DEFECT("KR-01.swapped")) std::swap(network.pwdh, network.base);
  if (is_weak_3des(network.gateway.view()))
    return lines.refuse(gateway.line, gateway.value.column, Errc::weak_key, Lint::desweak);
  const bool base_too = TOUCHSTONE_DEFECT("KR-11.all") && !has_odd_parity(network.base.view());
  if (base_too) lines.log().note(Lint::parity, gateway.line.number, 1);
  if (!has_odd_parity(network.gateway.view()) && !TOUCHSTONE_DEFECT("KR-11.reader"))
    lines.log().note(Lint::parity, gateway.line.number, gateway.value.column + 1);
  if (TOUCHSTONE_DEFECT("KR-27.short") && lines.at_end()) return network;
  TOUCHSTONE_TRY_VOID(take_key(lines, "gateway_cdld", network.gateway_cdld));
  return network;
}

}  // namespace touchstone::keyring
