#include "reference/keyring/manifest.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/keyring/line_reader.h"

namespace touchstone::keyring {
namespace {

constexpr std::size_t name_line_overhead = std::string_view("file, ").size();

/// `name, value` with the rest of the line as the value.
struct NamedLine {
  Line line;
  Field value;
};

Result<NamedLine> take_named(LineReader& lines, std::string_view name) {
  const std::string expected = fmt::format("expected manifest line {}", name);
  const Line nowhere{{}, lines.offset(), lines.line_number()};
  TOUCHSTONE_TRY(const std::optional<Line> line, lines.next());
  if (!line) return lines.refuse(nowhere, 0, Errc::syntax, Lint::syntax, expected);
  const std::size_t value_at = name.size() + 2;
  if (!line->text.starts_with(fmt::format("{}, ", name)))
    return lines.refuse(*line, 0, Errc::syntax, Lint::syntax, expected);
  return NamedLine{*line, {line->text.substr(value_at), value_at}};
}

Result<void> take_version(LineReader& lines) {
  TOUCHSTONE_TRY(const NamedLine at, take_named(lines, "manifest"));
  TOUCHSTONE_TRY(const std::uint32_t version, lines.decimal(at.line, at.value));
  if (version != 1)
    return lines.refuse(at.line, at.value.column, Errc::unknown_format, Lint::syntax,
                        "expected manifest version 1");
  return {};
}

Result<std::string> take_file_name(LineReader& lines) {
  TOUCHSTONE_TRY(const NamedLine at, take_named(lines, "file"));
  if (!is_manifest_file_name(at.value.text))
    return lines.refuse(at.line, at.value.column, Errc::syntax, Lint::syntax,
                        "expected the name of a file without a folder");
  return std::string(at.value.text);
}

Result<std::array<std::uint8_t, 32>> take_digest(LineReader& lines) {
  TOUCHSTONE_TRY(const NamedLine at, take_named(lines, "sha256"));
  TOUCHSTONE_TRY(const std::string_view digits, lines.hex(at.line, at.value, 64));
  std::array<std::uint8_t, 32> digest{};
  const std::optional<Octets> octets = from_hex(digits);
  TOUCHSTONE_CHECK(octets.has_value() && octets->size() == digest.size());
  std::copy(octets->begin(), octets->end(), digest.begin());
  return digest;
}

/// `0xID,batch,count` or `0xID`; no blanks anywhere.
Result<ManifestRow> parse_row(LineReader& lines, const Line& line) {
  const std::size_t comma = std::min(line.text.find(','), line.text.size());
  TOUCHSTONE_TRY(const std::string_view digits,
                 lines.hex(line, {line.text.substr(0, comma), 0}, 8));
  ManifestRow row;
  for (const char digit : digits)
    row.node_id = row.node_id << 4 | hex_value(digit);
  if (comma == line.text.size()) {
    if (!TOUCHSTONE_DEFECT("BK-19.ids_are_silent")) lines.log().note(Lint::manid, line.number, 0);
    return row;
  }
  const std::size_t second = line.text.find(',', comma + 1);
  if (second == std::string_view::npos)
    return lines.refuse(line, line.text.size(), Errc::syntax, Lint::syntax,
                        "expected 0xID,batch,count");
  const Field batch{line.text.substr(comma + 1, second - comma - 1), comma + 1};
  const Field count{line.text.substr(second + 1), second + 1};
  TOUCHSTONE_TRY(row.batch, lines.decimal(line, batch));
  TOUCHSTONE_TRY(row.count, lines.decimal(line, count));
  if (TOUCHSTONE_DEFECT("BK-19.columns_swapped")) std::swap(row.batch, row.count);
  return row;
}

std::unexpected<Error> mismatch(FindingLog& log, std::string detail, std::size_t offset) {
  log.refuse(Lint::manifest, 0, 0, detail);
  return fail(Errc::manifest_mismatch, std::move(detail), offset);
}

Result<void> take_rows(LineReader& lines, std::size_t expected, Manifest& manifest) {
  while (!lines.at_end()) {
    TOUCHSTONE_TRY(const std::optional<Line> line, lines.next());
    if (!line) break;
    if (manifest.rows.size() == expected)
      return mismatch(lines.log(), fmt::format("more rows than the count {}", expected),
                      line->offset);
    TOUCHSTONE_TRY(const ManifestRow row, parse_row(lines, *line));
    manifest.rows.push_back(row);
  }
  if (manifest.rows.size() != expected)
    return mismatch(lines.log(),
                    fmt::format("{} rows under the count {}", manifest.rows.size(), expected),
                    lines.offset());
  const auto by_id = [](const ManifestRow& a, const ManifestRow& b) {
    return a.node_id < b.node_id;
  };
  if (!std::is_sorted(manifest.rows.begin(), manifest.rows.end(), by_id))
    std::stable_sort(manifest.rows.begin(), manifest.rows.end(), by_id);
  const auto twice = std::adjacent_find(
      manifest.rows.begin(), manifest.rows.end(),
      [](const ManifestRow& a, const ManifestRow& b) { return a.node_id == b.node_id; });
  if (twice != manifest.rows.end() && !TOUCHSTONE_DEFECT("BK-21.manifest_twice"))
    return mismatch(lines.log(), fmt::format("node 0x{:08x} stands twice", twice->node_id),
                    Error::no_offset);
  return {};
}

Result<Manifest> read_manifest(OctetView text, std::size_t row_limit, FindingLog& log) {
  LineReader lines(text, log);
  Manifest manifest;
  TOUCHSTONE_TRY_VOID(take_version(lines));
  TOUCHSTONE_TRY(manifest.file, take_file_name(lines));
  TOUCHSTONE_TRY(manifest.sha256, take_digest(lines));
  TOUCHSTONE_TRY(const NamedLine at, take_named(lines, "count"));
  TOUCHSTONE_TRY(const std::uint32_t count, lines.decimal(at.line, at.value));
  if (count > row_limit)
    return mismatch(log,
                    fmt::format("the manifest counts {} nodes, the batch has {}", count, row_limit),
                    at.line.offset);
  manifest.rows.reserve(std::min<std::size_t>(count, text.size() / 10));
  TOUCHSTONE_TRY_VOID(take_rows(lines, count, manifest));
  return manifest;
}

}  // namespace

bool is_manifest_file_name(std::string_view name) noexcept {
  if (name.empty() || name == "." || name == ".." ||
      name.size() > max_line_octets - name_line_overhead)
    return false;
  return std::all_of(name.begin(), name.end(), [](char octet) {
    const auto value = static_cast<std::uint8_t>(octet);
    return octet != '/' && value >= 0x20 && value != 0x7F;
  });
}

Result<Manifest> parse_manifest(OctetView text, std::size_t row_limit, Findings& findings) {
  const std::size_t before = findings.size();
  FindingLog log(findings, Strictness::tolerant);
  Result<Manifest> result = read_manifest(text, row_limit, log);
  log.close();
  if (!result) return result;
  for (std::size_t i = before; i < findings.size(); ++i) {
    const std::string_view code = findings[i].code;
    if (code != lint_code(Lint::manid).code && code != lint_code(Lint::more).code)
      return fail(Errc::syntax, "expected the canonical layout of a manifest");
  }
  return result;
}

std::string print_manifest(const Manifest& manifest) {
  TOUCHSTONE_CHECK(is_manifest_file_name(manifest.file));
  std::string out = fmt::format(
      "manifest, 1\nfile, {}\nsha256, 0x{}\ncount, {}\n", manifest.file, to_hex(manifest.sha256),
      manifest.rows.size() - (TOUCHSTONE_DEFECT("BK-19.count_off_by_one") ? 1 : 0));
  out.reserve(out.size() + manifest.rows.size() * 24);
  for (const ManifestRow& row : manifest.rows) {
    fmt::format_to(std::back_inserter(out), "0x{:08x}", row.node_id);
    TOUCHSTONE_CHECK(row.batch.has_value() == row.count.has_value());
    if (row.batch) fmt::format_to(std::back_inserter(out), ",{},{}", *row.batch, *row.count);
    out.push_back('\n');
  }
  return out;
}

}  // namespace touchstone::keyring
