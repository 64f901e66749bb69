#include "reference/keyring/line_reader.h"

#include <algorithm>
#include <cstring>

#include "reference/base/defect.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::keyring {
namespace {

bool is_blank(char octet) {
  return octet == ' ' || octet == '\t' || (TOUCHSTONE_DEFECT("KR-15.vertical") && octet == '\v');
}

bool is_digit(char octet) {
  return octet >= '0' && octet <= '9';
}

bool is_allowed(char octet) {
  if (octet == '"' || octet == '\'') return false;
  return (octet >= 0x20 && octet < 0x7F) || octet == '\t';
}

Field trim(std::string_view text, std::size_t column) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
    ++column;
  }
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return {text, column};
}

}  // namespace

std::size_t find_forbidden(std::string_view line) noexcept {
  const auto found = std::find_if_not(line.begin(), line.end(), is_allowed);
  return found == line.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - line.begin());
}

void LineReader::skip_byte_order_mark() {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (!file_.starts_with(mark)) return;
  if (!TOUCHSTONE_DEFECT("KR-15.bom")) log_->note(Lint::bom, 1, 1);
  offset_ = mark.size();
}

Result<std::optional<Line>> LineReader::next() {
  while (!at_end()) {
    const std::string_view rest = file_.substr(offset_, max_line_octets + 2);
    const std::size_t length = rest.find('\n');
    Line line{rest.substr(0, length), offset_, number_};
    const bool ends = length != std::string_view::npos;
    const bool has_return = !line.text.empty() && line.text.back() == '\r';
    if (has_return) line.text.remove_suffix(1);
    if (!TOUCHSTONE_DEFECT("KR-25.none") &&
        line.text.size() > max_line_octets + (TOUCHSTONE_DEFECT("KR-25.line") ? 1 : 0))
      return refuse(line, max_line_octets, Errc::limit, Lint::toolong);
    if (has_return && ends && !TOUCHSTONE_DEFECT("KR-14.crlf"))
      log_->note(Lint::crlf, number_, line.text.size() + 1);
    if (has_return && !ends) return refuse(line, line.text.size(), Errc::charset, Lint::charset);
    if (!ends && !TOUCHSTONE_DEFECT("KR-14.noeol"))
      log_->note(Lint::noeol, number_, line.text.size() + 1);
    offset_ += ends ? length + 1 : rest.size();
    ++number_;
    if (!std::all_of(line.text.begin(), line.text.end(), is_blank)) return line;
    log_->note(Lint::blank, line.number, 0);
  }
  return std::nullopt;
}

Fields LineReader::split(const Line& line) {
  Fields fields;
  bool canonical = true;
  std::size_t column = 0;
  while (fields.count < fields.at.size()) {
    const std::size_t comma = std::min(line.text.find(',', column), line.text.size());
    const std::string_view raw = line.text.substr(column, comma - column);
    const Field field = trim(raw, column);
    const bool after_first = fields.count == 1;
    const bool blank_in_front = field.column - column == (after_first ? 1U : 0U);
    const bool one_space = !after_first || raw.starts_with(' ');
    const bool none_behind = field.column - column + field.text.size() == raw.size();
    if (canonical && !(blank_in_front && one_space && none_behind) &&
        !TOUCHSTONE_DEFECT("KR-08.space") && !TOUCHSTONE_DEFECT("KR-15.space")) {
      canonical = false;
      log_->note(Lint::space, line.number, column + 1);
    }
    fields.at[fields.count++] = field;
    if (comma == line.text.size()) break;
    column = comma + 1;
  }
  return fields;
}

Result<std::string_view> LineReader::hex_of_any_length(const Line& line, const Field& field) {
  const bool lower = field.text.starts_with("0x");
  if (!lower && !field.text.starts_with("0X"))
    return refuse(line, field.column, Errc::syntax, Lint::syntax, "expected 0x");
  const std::string_view digits = field.text.substr(2);
  std::size_t upper = lower ? std::string_view::npos : 1;  // in the field, the first of them
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (hex_value(digits[i]) > 0x0F && !TOUCHSTONE_DEFECT("KR-09.digit"))
      return refuse(line, field.column + 2 + i, Errc::syntax, Lint::syntax,
                    "expected a hexadecimal digit");
    if (digits[i] >= 'A' && digits[i] <= 'F') upper = std::min(upper, i + 2);
  }
  if (upper != std::string_view::npos)
    log_->note(Lint::letter_case, line.number, field.column + upper + 1);
  return digits;
}

Result<std::string_view> LineReader::hex(const Line& line, const Field& field, std::size_t digits) {
  TOUCHSTONE_TRY(const std::string_view found, hex_of_any_length(line, field));
  const bool cut_off =
      (TOUCHSTONE_DEFECT("KR-02.longer") && digits == 32 && found.size() == digits + 1) ||
      (TOUCHSTONE_DEFECT("KR-04.longer") && digits == 48 && found.size() > digits) ||
      (TOUCHSTONE_DEFECT("KR-05.like-gateway") && digits == 32 && found.size() == 48);
  if (found.size() != digits && !cut_off)
    return refuse(line, field.column, Errc::length, Lint::hexlen,
                  "expected " + std::to_string(digits) + " hexadecimal digits after 0x");
  return found;
}

Result<std::uint32_t> LineReader::decimal(const Line& line, const Field& field) {
  if (field.text.empty() || !std::all_of(field.text.begin(), field.text.end(), is_digit))
    return refuse(line, field.column, Errc::syntax, Lint::syntax, "expected a decimal number");
  if (field.text.size() > 1 && field.text.front() == '0' && !TOUCHSTONE_DEFECT("KR-10.zero"))
    return refuse(line, field.column, Errc::syntax, Lint::syntax, "expected no leading zeros");
  std::uint64_t value = 0;
  for (const char digit : field.text.substr(0, 11))
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  if ((field.text.size() > 10 || value > 0xFFFFFFFF) && !TOUCHSTONE_DEFECT("KR-20.wrap"))
    return refuse(line, field.column, Errc::range, Lint::range);
  return static_cast<std::uint32_t>(value);
}

std::unexpected<Error> LineReader::refuse(const Line& line, std::size_t column, Errc code,
                                          Lint lint, std::string_view detail) {
  if (const std::size_t bad = find_forbidden(line.text); bad != std::string_view::npos) {
    code = Errc::charset;
    lint = Lint::charset;
    column = bad;
    detail = {};
  }
  log_->refuse(lint, line.number - (TOUCHSTONE_DEFECT("KR-26.line") ? 1 : 0), column + 1, detail);
  if (TOUCHSTONE_DEFECT("KR-26.leak")) return fail(code, std::string(line.text), line.offset);
  return fail(code, std::string(detail.empty() ? lint_code(lint).text : detail),
              line.offset + column);
}

}  // namespace touchstone::keyring
