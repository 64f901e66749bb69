#pragma once
// The node lines. Internal to keyring.

#include <vector>

#include "reference/base/result.h"
#include "reference/keyring/line_reader.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

enum class Repeats {
  keep_once,  ///< identical rows are KL-DUP (KR-18)
  refuse,     ///< a batch names each node once (BK-21)
};

/// Reads all lines that are left. Lines in the fixed layout go through row_scan.h, the others
/// through LineReader.
class RowReader {
 public:
  RowReader(OctetView file, LineReader& lines, Repeats repeats)
      : file_(file),
        lines_(&lines),
        start_{lines.offset(), lines.line_number()},
        repeats_(repeats) {}

  /// Sorted by node id, one row a node, every root key once.
  Result<NodeRows> read();

 private:
  struct Place {
    std::size_t offset = 0;
    std::uint64_t line = 0;
  };
  struct Columns {  ///< of the fields, from 0
    std::size_t id = 0;
    std::size_t key = 0;
    std::size_t batch = 0;
  };

  Result<void> read_lines();
  bool scan_line();
  Result<void> read_line();
  Result<void> check_row(const Line& line, const Columns& columns);
  void note_layout(const std::uint8_t* text, std::size_t length, unsigned deviations);

  Result<void> settle();
  Result<void> settle_repeats(const std::vector<std::uint64_t>& order);
  Result<void> check_keys();
  [[nodiscard]] std::vector<Place> places_of(std::span<const std::uint32_t> rows) const;
  std::unexpected<Error> refuse_row(std::uint32_t row, std::size_t column, Errc code, Lint lint);

  OctetView file_;
  LineReader* lines_;
  Place start_;
  Repeats repeats_;
  NodeRows rows_;
  std::vector<std::uint32_t> original_;  ///< place in the file of each row, once they are sorted
  bool ascending_ = true;
};

}  // namespace touchstone::keyring
