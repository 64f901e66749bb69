#pragma once
// Lines and fields of a key file, read with patience: every deviation that a tolerant reader allows
// is noted, every other one is the end. Internal to keyring.

#include <array>
#include <optional>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/keyring/finding_log.h"

namespace touchstone::keyring {

/// A line without its end, and where it stands.
struct Line {
  std::string_view text;
  std::size_t offset = 0;
  std::uint64_t number = 0;
};

/// A field without the blanks around it; `column` counts octets of the line from 0.
struct Field {
  std::string_view text;
  std::size_t column = 0;
};

/// The fields of a line between its commas; one more than the format knows is enough to refuse it.
struct Fields {
  std::array<Field, 5> at{};
  std::size_t count = 0;
};

class LineReader {
 public:
  LineReader(OctetView file, FindingLog& log) : file_(as_text(file)), log_(&log) {}

  [[nodiscard]] bool at_end() const noexcept { return offset_ == file_.size(); }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::uint64_t line_number() const noexcept { return number_; }
  /// Another reader took `octets`, which were exactly one line.
  void advance_line(std::size_t octets) noexcept {
    offset_ += octets;
    ++number_;
  }

  void skip_byte_order_mark();
  /// The next line that is not blank, or nothing at the end. Notes KL-BLANK, KL-CRLF and KL-NOEOL;
  /// refuses a line over max_line_octets.
  Result<std::optional<Line>> next();

  /// Cuts at the commas. Notes KL-SPACE unless a single blank stands after the first comma and no
  /// other anywhere.
  Fields split(const Line& line);
  /// 0x and exactly `digits` digits. Notes KL-CASE. The digits are given without the prefix.
  Result<std::string_view> hex(const Line& line, const Field& field, std::size_t digits);
  /// The same, without a look at how many digits there are.
  Result<std::string_view> hex_of_any_length(const Line& line, const Field& field);
  /// Unsigned decimal without leading zeros, up to 2^32-1.
  Result<std::uint32_t> decimal(const Line& line, const Field& field);

  /// Refuses the line: a finding, and an Error at that octet. An octet that no key file may hold
  /// goes before any other reason.
  [[nodiscard]] std::unexpected<Error> refuse(const Line& line, std::size_t column, Errc code,
                                              Lint lint, std::string_view detail = {});

  [[nodiscard]] FindingLog& log() noexcept { return *log_; }

 private:
  std::string_view file_;
  FindingLog* log_;
  std::size_t offset_ = 0;
  std::uint64_t number_ = 1;
};

/// The first octet of a line that KR-15 allows nowhere, or npos.
[[nodiscard]] std::size_t find_forbidden(std::string_view line) noexcept;

}  // namespace touchstone::keyring
