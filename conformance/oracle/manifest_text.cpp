#include "conformance/oracle/manifest_text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <set>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr std::size_t header_lines = 4;
constexpr std::size_t longest_name = 250;

std::optional<std::vector<std::string_view>> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// What follows `label` and a comma and a space.
std::optional<std::string_view> value_of(std::string_view line, std::string_view label) {
  if (!line.starts_with(label) || line.substr(label.size(), 2) != ", ") return std::nullopt;
  return line.substr(label.size() + 2);
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 10 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > 4294967295) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

bool is_plain_name(std::string_view name) {
  if (TOUCHSTONE_ORACLE_DEFECT("manifest.path")) return true;
  return !name.empty() && name.size() <= longest_name && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) {
           const auto octet = static_cast<std::uint8_t>(c);
           return c == '/' || octet < 0x20 || octet == 0x7F;
         });
}

bool has_upper_case(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<std::uint32_t> id_of(std::string_view field) {
  if (field.size() != 10 || !field.starts_with("0x")) return std::nullopt;
  const auto octets = from_hex(field.substr(2));
  if (!octets || has_upper_case(field)) return std::nullopt;
  return std::uint32_t{(*octets)[0]} << 24 | std::uint32_t{(*octets)[1]} << 16 |
         std::uint32_t{(*octets)[2]} << 8 | std::uint32_t{(*octets)[3]};
}

std::optional<ManifestRow> row_of(std::string_view line) {
  const auto first = line.find(',');
  const auto id = id_of(line.substr(0, first));
  if (!id) return std::nullopt;
  if (first == std::string_view::npos) return ManifestRow{*id, std::nullopt, std::nullopt};
  const auto second = line.find(',', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto batch = number_of(line.substr(first + 1, second - first - 1));
  const auto count = number_of(line.substr(second + 1));
  if (!batch || !count) return std::nullopt;
  return ManifestRow{*id, batch, count};
}

}  // namespace

Judged<ManifestReading> read_manifest(OctetView text) {
  const auto lines = lines_of(as_text(text));
  if (!lines || lines->size() < header_lines)
    return refuse(6, "syntax", "four header lines, each line ended");
  const auto version = value_of((*lines)[0], "manifest");
  const auto file = value_of((*lines)[1], "file");
  const auto digest = value_of((*lines)[2], "sha256");
  const auto count = value_of((*lines)[3], "count");
  if (!version || *version != "1" || !file || !digest || !count)
    return refuse(6, "syntax", "manifest, 1 / file / sha256 / count");
  if (!is_plain_name(*file)) return refuse(6, "syntax", "a plain file name");
  const auto octets = digest->starts_with("0x") ? from_hex(digest->substr(2)) : std::nullopt;
  if (!octets || octets->size() != 32 || has_upper_case(*digest))
    return refuse(6, "length", "0x and 64 digits");
  const auto claimed = number_of(*count);
  if (!claimed) return refuse(6, "syntax", "a decimal count");

  ManifestReading reading;
  reading.manifest.file = *file;
  std::ranges::copy(*octets, reading.manifest.sha256.begin());
  std::set<std::uint32_t> seen;
  bool twice = false;
  for (std::size_t i = header_lines; i < lines->size(); ++i) {
    const auto row = row_of((*lines)[i]);
    if (!row) return refuse(6, "syntax", "0xID,batch,count");
    twice |= !seen.insert(row->id).second;
    if (!row->batch && !has_finding(reading.findings, "KL-MANID"))
      reading.findings.push_back({"KL-MANID", Severity::warning, i + 1, 0, "batch and count"});
    reading.manifest.rows.push_back(*row);
  }
  if (twice && !TOUCHSTONE_ORACLE_DEFECT("manifest.twice"))
    return refuse(7, "manifest", "each node id once");
  if (*claimed != reading.manifest.rows.size() && !TOUCHSTONE_ORACLE_DEFECT("manifest.count"))
    return refuse(7, "manifest", "a count that is that of the rows");
  return reading;
}

std::string print_manifest(const Manifest& manifest) {
  std::string text = "manifest, 1\nfile, " + manifest.file + "\nsha256, 0x" +
                     to_hex(manifest.sha256) + "\ncount, " + std::to_string(manifest.rows.size()) +
                     "\n";
  for (const ManifestRow& row : manifest.rows) {
    std::array<std::uint8_t, 4> id{};
    for (std::size_t i = 0; i < 4; ++i)
      id[i] = static_cast<std::uint8_t>(row.id >> (24 - 8 * i));
    text += "0x" + to_hex(id);
    if (row.batch && row.count)
      text += "," + std::to_string(*row.batch) + "," + std::to_string(*row.count);
    text += "\n";
  }
  return text;
}

Manifest manifest_of(const Rows& rows, std::string_view file, OctetView encrypted) {
  Manifest manifest{std::string(file), sha256(encrypted), {}};
  for (const Row& row : rows)
    manifest.rows.push_back({row.id, row.batch, row.count});
  return manifest;
}

Sha256 sha256(OctetView octets) {
  Sha256 digest{};
  unsigned int size = 0;
  EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace touchstone::conformance::oracle
