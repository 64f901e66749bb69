#include "conformance/oracle/keyring_text.h"

#include <algorithm>
#include <bit>
#include <map>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr std::string_view header_names[] = {"pwdh", "base", "gateway", "gateway_cdld"};
constexpr std::size_t longest_line = 256;                     // KR-25
constexpr std::uint64_t largest_file = 8589934592;            // KR-25, 8 GiB
constexpr std::uint64_t largest_number = 4294967295;          // KR-20
constexpr std::size_t most_rows = std::size_t{1} << 27;       // KR-25
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // UTF-8

/// FIPS 74: the four weak and twelve semi-weak DES keys, with odd parity.
constexpr std::uint64_t weak_des_parts[] = {
    0x0101010101010101, 0xFEFEFEFEFEFEFEFE, 0xE0E0E0E0F1F1F1F1, 0x1F1F1F1F0E0E0E0E,
    0x011F011F010E010E, 0x1F011F010E010E01, 0x01E001E001F101F1, 0xE001E001F101F101,
    0x01FE01FE01FE01FE, 0xFE01FE01FE01FE01, 0x1FE01FE00EF10EF1, 0xE01FE01FF10EF10E,
    0x1FFE1FFE0EFE0EFE, 0xFE1FFE1FFE0EFE0E, 0xE0FEE0FEF1FEF1FE, 0xFEE0FEE0FEF1FEF1};

struct Stop {
  std::string reject_class;
};

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// Reads one file from its first line to its last, or to its first error.
class FileReader {
 public:
  FileReader(OctetView file, KeyringMode mode) : text_(as_text(file)), mode_(mode) {}

  KeyringReading read(bool with_header, bool with_rows) {
    try {
      read_all(with_header, with_rows);
    } catch (const Stop& stop) {  // stays inside this function
      reading_.exit_code = 6;
      reading_.reject_class = stop.reject_class;
      return std::move(reading_);
    }
    if (mode_.strict && !reading_.findings.empty()) {
      reading_.exit_code = 13;
      reading_.reject_class = "unspecified";
    }
    return std::move(reading_);
  }

 private:
  void warn(std::string_view code, std::string_view at, std::string text) {
    reading_.findings.push_back({code, Severity::warning, line_, column(at), std::move(text)});
  }

  [[noreturn]] void stop(std::string_view code, std::string_view at, std::string_view reject_class,
                         std::string text) {
    reading_.findings.push_back({code, Severity::error, line_, column(at), std::move(text)});
    throw Stop{std::string(reject_class)};
  }

  /// Octets from 1 within the line, for a piece of that line.
  std::uint64_t column(std::string_view at) const {
    return at.data() == nullptr ? 0 : static_cast<std::uint64_t>(at.data() - line_begin_) + 1;
  }

  void read_all(bool with_header, bool with_rows) {
    line_begin_ = text_.data();
    if (text_.size() > largest_file) stop("TOOLONG", {}, "length", "at most 8 GiB");
    if (text_.starts_with(byte_order_mark) && !TOUCHSTONE_ORACLE_DEFECT("keyring.bom")) {
      line_ = 1;
      warn("KL-BOM", text_, "no byte order mark");
      text_.remove_prefix(byte_order_mark.size());
    }
    while (!text_.empty())
      read_line(next_line(), with_header, with_rows);
    line_ = 0;
    if (with_header && headers_ < 4) stop("HEADER", {}, "order", "four header lines");
    check_header_keys(with_header);
    order_rows();
  }

  std::string_view next_line() {
    ++line_;
    line_begin_ = text_.data();
    const auto end = text_.find('\n');
    std::string_view line = text_.substr(0, end);
    if (end == std::string_view::npos) {
      warn("KL-NOEOL", line.substr(line.size()), "a line feed after the last line");
      text_ = {};
    } else {
      text_.remove_prefix(end + 1);
    }
    // CR before LF alone is tolerated; at the end of the file it is a control octet like any other.
    const bool tolerated = end != std::string_view::npos || TOUCHSTONE_ORACLE_DEFECT("keyring.cr");
    const bool has_return = tolerated && line.ends_with('\r');
    if (has_return) line.remove_suffix(1);
    if (line.size() > longest_line) stop("TOOLONG", {}, "length", "at most 256 octets a line");
    if (has_return) warn("KL-CRLF", line.substr(line.size()), "a line feed alone");
    return line;
  }

  void read_line(std::string_view line, bool with_header, bool with_rows) {
    for (const char& c : line) {
      const auto octet = static_cast<std::uint8_t>(c);
      if ((octet < 0x20 && c != '\t') || octet > 0x7E || c == '"' || c == '\'')
        stop("CHARSET", {&c, 1}, "encoding", "printable ASCII without quotes");
    }
    if (trim(line).empty()) {
      warn("KL-BLANK", line, "no blank line");
      return;
    }
    if (with_header && headers_ < 4)
      read_header_line(line);
    else if (with_rows)
      read_row(line);
    else
      stop("SYNTAX", line, "syntax", "the four header lines alone");
  }

  void check_spacing(const std::vector<std::string_view>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view wanted_space = i == 1 ? " " : "";
      const std::string_view bare = trim(fields[i]);
      const auto before = fields[i].substr(0, fields[i].find(bare));
      if (TOUCHSTONE_ORACLE_DEFECT("keyring.space") && i == 1) continue;
      if (before != wanted_space || before.size() + bare.size() != fields[i].size())
        warn("KL-SPACE", fields[i], "one space after the first comma and no other");
    }
  }

  void read_header_line(std::string_view line) {
    const auto fields = split(line);
    const std::string_view name = header_names[headers_];
    if (trim(fields[0]) != name)
      stop("HEADER", fields[0], "order", "header line " + std::string(name));
    if (fields.size() != 2) stop("SYNTAX", line, "syntax", "a name and a value");
    check_spacing(fields);
    Network& network = reading_.keyring.network;
    switch (headers_++) {
      case 0:
        return read_hex(fields[1], network.pwdh, false);
      case 1:
        return read_hex(fields[1], network.base, mode_.accept_short_hex);
      case 2:
        return read_hex(fields[1], network.gateway, false);
      default:
        return read_hex(fields[1], network.gateway_cdld, false);
    }
  }

  template <std::size_t size>
  void read_hex(std::string_view field, std::array<std::uint8_t, size>& out, bool may_be_short) {
    const std::string_view bare = trim(field);
    if (!bare.starts_with("0x") && !bare.starts_with("0X"))
      stop("SYNTAX", bare, "syntax", "0x and hexadecimal digits");
    std::string digits(bare.substr(2));
    for (const char c : digits)
      if (hex_value(c) == 0xFF) stop("SYNTAX", bare, "syntax", "hexadecimal digits");
    if (digits.size() != 2 * size) {
      const bool pad = may_be_short && digits.size() == 2 * size - 1;
      if (!pad) stop("KL-HEXLEN", bare, "length", std::to_string(2 * size) + " digits");
      warn("KL-HEXLEN", bare, std::to_string(2 * size) + " digits");
      digits.insert(TOUCHSTONE_ORACLE_DEFECT("keyring.pad-right") ? digits.size() : 0, 1, '0');
    }
    const bool upper = std::ranges::any_of(digits, [](char c) { return c >= 'A' && c <= 'F'; });
    if (bare[1] == 'X' || (upper && !TOUCHSTONE_ORACLE_DEFECT("keyring.case")))
      warn("KL-CASE", bare, "lower-case digits");
    for (std::size_t i = 0; i < size; ++i)
      out[i] =
          static_cast<std::uint8_t>(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
  }

  std::uint32_t read_number(std::string_view field) {
    const std::string_view bare = trim(field);
    const bool all_digits = std::ranges::all_of(bare, [](char c) { return c >= '0' && c <= '9'; });
    if (bare.empty() || !all_digits) stop("SYNTAX", field, "syntax", "an unsigned decimal number");
    if (bare.size() > 1 && bare[0] == '0' && !TOUCHSTONE_ORACLE_DEFECT("keyring.leading-zero"))
      stop("SYNTAX", field, "syntax", "no leading zero");
    std::uint64_t value = 0;
    for (const char c : bare) {
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
      const auto limit = largest_number + (TOUCHSTONE_ORACLE_DEFECT("keyring.range") ? 1 : 0);
      if (value > limit) stop("RANGE", field, "range", "0..4294967295");
    }
    return static_cast<std::uint32_t>(value);
  }

  void read_row(std::string_view line) {
    const auto fields = split(line);
    if (fields.size() != 4) stop("SYNTAX", line, "syntax", "four columns");
    check_spacing(fields);
    Row row;
    std::array<std::uint8_t, 4> id{};
    read_hex(fields[0], id, false);
    for (const std::uint8_t octet : id)
      row.id = row.id << 8 | octet;
    read_hex(fields[1], row.key, false);
    row.batch = read_number(fields[2]);
    row.count = read_number(fields[3]);
    if (row.batch == 0) warn("KL-BATCH0", trim(fields[2]), "a batch number from 1");
    check_constant(row.key, fields[1]);
    add_row(row, line);
  }

  void check_constant(OctetView key, std::string_view at) {
    const bool constant = std::ranges::all_of(key, [&](auto octet) { return octet == key[0]; });
    if (constant && (key[0] == 0x00 || key[0] == 0xFF))
      stop("KL-CONSTKEY", at, "range", "a key that is not all zeros or all ones");
  }

  void add_row(const Row& row, std::string_view line) {
    if (const auto known = by_id_.find(row.id); known != by_id_.end()) {
      if (known->second != row) stop("KL-DUPDIFF", line, "duplicate", "one row a node");
      warn("KL-DUP", line, "each row once");
      return;
    }
    if (!by_key_.emplace(row.key, row.id).second)
      stop("KL-SAMEKEY", line, "duplicate", "a key of its own for each node");
    if (!by_id_.empty() && row.id < reading_.keyring.rows.back().id)
      warn("KL-ORDER", line, "ascending node ids");
    by_id_.emplace(row.id, row);
    reading_.keyring.rows.push_back(row);
    if (reading_.keyring.rows.size() > most_rows)
      stop("TOOLONG", line, "length", "at most 2^27 rows");
  }

  void check_header_keys(bool with_header) {
    if (!with_header) return;
    const Network& network = reading_.keyring.network;
    line_ = 1;
    for (const OctetView key : {OctetView(network.pwdh), OctetView(network.base),
                                OctetView(network.gateway), OctetView(network.gateway_cdld)}) {
      check_constant(key, {});
      ++line_;
    }
    line_ = 3;
    if (is_weak_3des_key(network.gateway))
      stop("KL-DESWEAK", {}, "range", "three DES keys that differ, none of them weak");
    if (!has_odd_parity(network.gateway)) warn("KL-PARITY", {}, "odd parity in every octet");
  }

  void order_rows() { std::ranges::sort(reading_.keyring.rows, {}, &Row::id); }

  std::string_view text_;
  KeyringMode mode_;
  KeyringReading reading_;
  std::uint64_t line_ = 0;
  const char* line_begin_ = nullptr;
  std::size_t headers_ = 0;
  std::map<std::uint32_t, Row> by_id_;
  std::map<Key16, std::uint32_t> by_key_;
};

}  // namespace

KeyringReading read_keyring(OctetView file, KeyringMode mode) {
  return FileReader(file, mode).read(true, true);
}

KeyringReading read_batch_body(OctetView body, bool strict) {
  auto reading = FileReader(body, {.strict = strict}).read(false, true);
  if (reading.exit_code == 6) return reading;
  const bool twice = has_finding(reading.findings, "KL-DUP");
  if (reading.keyring.rows.empty() || twice) {
    reading.exit_code = 6;
    reading.reject_class = twice ? "duplicate" : "syntax";
  }
  return reading;
}

KeyringReading read_header_lines(OctetView text) {
  auto reading = FileReader(text, {}).read(true, false);
  if (reading.exit_code == 0 && as_text(text) != print_header(reading.keyring.network)) {
    reading.exit_code = 6;
    reading.reject_class = "syntax";
  }
  return reading;
}

std::string print_header(const Network& network) {
  return "pwdh, 0x" + to_hex(network.pwdh) + "\nbase, 0x" + to_hex(network.base) + "\ngateway, 0x" +
         to_hex(network.gateway) + "\ngateway_cdld, 0x" + to_hex(network.gateway_cdld) + "\n";
}

std::string print_row(const Row& row) {
  std::string id = "00000000";
  for (int digit = 0; digit < 8; ++digit)
    id[static_cast<std::size_t>(digit)] = "0123456789abcdef"[row.id >> (28 - 4 * digit) & 0xF];
  const std::string_view comma = TOUCHSTONE_ORACLE_DEFECT("keyring.print-space") ? ", " : ",";
  return "0x" + id + ", 0x" + to_hex(row.key) + std::string(comma) + std::to_string(row.batch) +
         "," + std::to_string(row.count) + "\n";
}

std::string print_keyring(const Keyring& keyring) {
  std::string text = print_header(keyring.network);
  for (const Row& row : keyring.rows)
    text += print_row(row);
  return text;
}

bool is_weak_3des_key(const Key24& key) {
  constexpr std::uint64_t no_parity = 0xFEFEFEFEFEFEFEFE;
  std::array<std::uint64_t, 3> parts{};
  for (std::size_t i = 0; i < key.size(); ++i)
    parts[i / 8] = parts[i / 8] << 8 | (key[i] & 0xFE);
  if (parts[0] == parts[1] || (parts[1] == parts[2] && !TOUCHSTONE_ORACLE_DEFECT("keyring.k2k3")))
    return true;
  for (const std::uint64_t part : parts)
    for (const std::uint64_t weak : weak_des_parts)
      if (part == (weak & no_parity)) return true;
  return false;
}

bool has_odd_parity(OctetView key) {
  if (TOUCHSTONE_ORACLE_DEFECT("keyring.parity")) key = key.subspan(1);
  return std::ranges::all_of(key, [](std::uint8_t octet) { return std::popcount(octet) % 2 == 1; });
}

}  // namespace touchstone::conformance::oracle
