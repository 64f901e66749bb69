#include "reference/keyring/row_reader.h"

#include <algorithm>
#include <bit>

#include "reference/base/defect.h"
#include "reference/keyring/network_keys.h"
#include "reference/keyring/row_checks.h"
#include "reference/keyring/row_scan.h"

namespace touchstone::keyring {
namespace {

constexpr std::size_t shortest_row = 50;  // octets, with LF and without the canonical blank

bool same_row(const NodeRow& a, const NodeRow& b) {
  return a.batch == b.batch && (a.count == b.count || TOUCHSTONE_DEFECT("KR-18.count")) &&
         a.root_key == b.root_key;
}

bool is_constant_key(const RootKey& key) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, key.data(), 8);
  std::memcpy(&high, key.data() + 8, 8);
  return low == high && (low == 0 || low == ~std::uint64_t{0});
}

}  // namespace

Result<NodeRows> RowReader::read() {
  rows_.reserve(std::min(max_rows, (file_.size() - start_.offset) / shortest_row + 1));
  TOUCHSTONE_TRY_VOID(read_lines());
  if (!ascending_ && !TOUCHSTONE_DEFECT("KR-17.unsorted")) TOUCHSTONE_TRY_VOID(settle());
  TOUCHSTONE_TRY_VOID(check_keys());
  return std::move(rows_);
}

Result<void> RowReader::read_lines() {
  while (!lines_->at_end()) {
    const std::size_t at = lines_->offset();
    if (rows_.size() == max_rows) {
      lines_->log().refuse(Lint::toolong, lines_->line_number(), 1, "expected at most 2^27 rows");
      return fail(Errc::limit, "expected at most 2^27 rows", at);
    }
    if (scan_line()) continue;
    [[maybe_unused]] const std::size_t kept = rows_.size();
    const Result<void> read = read_line();
    if (!read && TOUCHSTONE_DEFECT("BK-24.bad_row_skipped") && repeats_ == Repeats::refuse) {
      rows_.resize(kept);
      continue;
    }
    if (!read) return read;
  }
  return {};
}

/// Takes a line that has the fixed layout and breaks no rule over values.
bool RowReader::scan_line() {
  const std::size_t at = lines_->offset();
  if (file_.size() - at < row_room) return false;
  const bool first = rows_.empty();
  const NodeId previous = first ? 0 : rows_.back().node_id;
  const std::uint8_t* const text = file_.data() + at;
  NodeRow& row = rows_.emplace_back();
  unsigned deviations = 0;
  std::size_t length = scan_row(text, row, deviations);
  if (length == 0 && lines_->log().is_full()) {
    deviations = 0;
    length = scan_loose_row(text, file_.data() + file_.size(), row, deviations);
    if (length > max_line_octets) length = 0;
  }
  if (TOUCHSTONE_DEFECT("KR-06.swapped")) std::swap(row.batch, row.count);
  if (TOUCHSTONE_DEFECT("KR-10.narrow")) row.node_id &= 0xFFFFFF;
  const bool in_order = first || row.node_id > previous;
  if (length == 0 || !in_order || row.batch == 0 || is_constant_key(row.root_key)) {
    rows_.pop_back();
    return false;
  }
  if (deviations != 0) note_layout(text, length, deviations);
  lines_->advance_line(length);
  return true;
}

void RowReader::note_layout(const std::uint8_t* text, std::size_t length, unsigned deviations) {
  FindingLog& log = lines_->log();
  if (log.is_full()) {
    log.count_only(static_cast<std::size_t>(std::popcount(deviations)));
    return;
  }
  const std::uint64_t line = lines_->line_number();
  const auto note_upper = [&](std::size_t from) {
    std::size_t at = from;
    while (text[at] < 'A' || text[at] > 'F')
      ++at;
    log.note(Lint::letter_case, line, at + 1);
  };
  if ((deviations & row_upper_id) != 0) note_upper(row_id_at);
  if ((deviations & row_upper_key) != 0) note_upper(row_key_at);
  if ((deviations & row_carriage_return) != 0) log.note(Lint::crlf, line, length - 1);
}

Result<void> RowReader::read_line() {
  TOUCHSTONE_TRY(const std::optional<Line> line, lines_->next());
  if (!line) return {};
  const Fields fields = lines_->split(*line);
  const Field& id = fields.at[0];
  if (TOUCHSTONE_DEFECT("KR-27.extra") && fields.count == 2) return {};
  if (fields.count == 2 && !id.text.starts_with("0x") && !id.text.starts_with("0X"))
    return lines_->refuse(*line, id.column, Errc::header, Lint::header,
                          "expected a node row; there are four header lines");
  if (fields.count != 4 && !(TOUCHSTONE_DEFECT("KR-06.more") && fields.count > 4))
    return lines_->refuse(*line, line->text.size(), Errc::syntax, Lint::syntax,
                          "expected four columns: 0xID, 0xKEY,batch,count");
  NodeRow& row = rows_.emplace_back();
  TOUCHSTONE_TRY(const std::string_view id_digits, lines_->hex(*line, id, 8));
  scan_hex8(as_octets(id_digits).data(), row.node_id);
  TOUCHSTONE_TRY(const std::string_view key_digits, lines_->hex(*line, fields.at[1], 32));
  scan_hex32(as_octets(key_digits).data(), row.root_key.data());
  TOUCHSTONE_TRY(row.batch, lines_->decimal(*line, fields.at[2]));
  TOUCHSTONE_TRY(row.count, lines_->decimal(*line, fields.at[3]));
  if (TOUCHSTONE_DEFECT("KR-06.swapped")) std::swap(row.batch, row.count);
  if (TOUCHSTONE_DEFECT("KR-10.narrow")) row.node_id &= 0xFFFFFF;
  return check_row(*line, {id.column, fields.at[1].column, fields.at[2].column});
}

/// The rules over values that need no other row but the one before.
Result<void> RowReader::check_row(const Line& line, const Columns& columns) {
  const NodeRow& row = rows_.back();
  FindingLog& log = lines_->log();
  if (is_constant_key(row.root_key))
    return lines_->refuse(line, columns.key, Errc::weak_key, Lint::constkey);
  if (row.batch == 0) log.note(Lint::batch0, line.number, columns.batch + 1);
  if (TOUCHSTONE_DEFECT("KR-16.batch0") && row.batch == 0) rows_.back().batch = 1;
  if (rows_.size() < 2) return {};
  const NodeId previous = rows_[rows_.size() - 2].node_id;
  if (row.node_id < previous && !TOUCHSTONE_DEFECT("KR-16.order"))
    log.note(Lint::order, line.number, columns.id + 1);
  if (TOUCHSTONE_DEFECT("KR-17.signed") && row.node_id > 0x7FFFFFFF)
    log.note(Lint::order, line.number, columns.id + 1);
  if (row.node_id <= previous) ascending_ = false;
  return {};
}

/// Sorts by node id; rows of one node keep the order of the file.
Result<void> RowReader::settle() {
  std::vector<std::uint64_t> order(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i)
    order[i] = std::uint64_t{rows_[i].node_id} << 32 | i;
  std::sort(order.begin(), order.end());
  TOUCHSTONE_TRY_VOID(settle_repeats(order));
  NodeRows sorted;
  sorted.reserve(rows_.size());
  original_.reserve(rows_.size());
  for (const std::uint64_t entry : order) {
    const auto index = static_cast<std::uint32_t>(entry);
    if (!sorted.empty() && sorted.back().node_id == rows_[index].node_id) continue;
    sorted.push_back(rows_[index]);
    original_.push_back(index);
  }
  rows_ = std::move(sorted);
  return {};
}

Result<void> RowReader::settle_repeats(const std::vector<std::uint64_t>& order) {
  std::vector<std::uint32_t> repeats;
  std::optional<std::uint32_t> refused;
  std::size_t kept = 0;  // index in `order` of the row that stays of this node
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i] >> 32 != order[kept] >> 32) {
      kept = i;
      continue;
    }
    const auto row = static_cast<std::uint32_t>(order[i]);
    const auto first = static_cast<std::uint32_t>(order[kept]);
    if ((repeats_ == Repeats::refuse && !TOUCHSTONE_DEFECT("BK-21.node_twice")) ||
        (!same_row(rows_[first], rows_[row]) && !TOUCHSTONE_DEFECT("KM-13.first_row_counts")) ||
        TOUCHSTONE_DEFECT("KR-18.twins"))
      refused = std::min(refused.value_or(row), row);
    else
      repeats.push_back(row);
  }
  if (refused) {
    const bool differ = repeats_ == Repeats::keep_once;
    return refuse_row(*refused, 0, Errc::duplicate, differ ? Lint::dupdiff : Lint::dup);
  }
  std::sort(repeats.begin(), repeats.end());
  FindingLog& log = lines_->log();
  const std::size_t listed =
      std::min(repeats.size(), FindingLog::limit - std::min(FindingLog::limit, log.count()));
  for (const Place& place : places_of(std::span(repeats).first(listed)))
    log.note(Lint::dup, place.line, 1);
  log.count_only(repeats.size() - listed);
  return {};
}

Result<void> RowReader::check_keys() {
  const std::optional<SameKey> same = find_same_key(rows_);
  if (!same || TOUCHSTONE_DEFECT("KR-19.shared")) return {};
  std::uint32_t row = static_cast<std::uint32_t>(same->second);
  if (!original_.empty()) row = std::max(original_[same->first], original_[same->second]);
  return refuse_row(row, row_key_at - 2, Errc::weak_key, Lint::samekey);
}

/// Where rows stand in the file; `rows` ascending. Rows are told apart from blank lines alone,
/// since every line was read well before.
std::vector<RowReader::Place> RowReader::places_of(std::span<const std::uint32_t> rows) const {
  std::vector<Place> places;
  const std::string_view text = as_text(file_);
  Place at = start_;
  std::uint32_t row = 0;
  while (places.size() < rows.size() && at.offset < text.size()) {
    const std::size_t end = std::min(text.find('\n', at.offset), text.size());
    const std::string_view line = text.substr(at.offset, end - at.offset);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && row++ == rows[places.size()])
      places.push_back(at);
    at = {end + 1, at.line + 1};
  }
  return places;
}

std::unexpected<Error> RowReader::refuse_row(std::uint32_t row, std::size_t column, Errc code,
                                             Lint lint) {
  const std::vector<Place> places = places_of(std::span(&row, 1));
  TOUCHSTONE_CHECK(places.size() == 1);
  lines_->log().refuse(lint, places[0].line, column + 1);
  return fail(code, std::string(lint_code(lint).text), places[0].offset + column);
}

}  // namespace touchstone::keyring
