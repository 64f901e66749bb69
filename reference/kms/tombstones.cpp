#include "reference/kms/tombstones.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "reference/base/defect.h"

namespace touchstone::kms {
namespace {

constexpr std::uint64_t max_tombstone_octets = std::uint64_t{1} << 30;
constexpr std::string_view head = "tombstones, 1\n";

struct Text {
  std::vector<Tombstone> stones;  ///< in the order of the file
  std::size_t whole_octets = 0;   ///< what follows is a torn line
};

std::optional<std::uint32_t> number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, value, base);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// `0x00010200,3,2026-11-20T13:00:00Z,stolen`.
std::optional<Tombstone> parse_line(std::string_view line) {
  constexpr std::size_t id_octets = 10;
  if (!line.starts_with("0x") || line.size() <= id_octets || line[id_octets] != ',')
    return std::nullopt;
  const auto node_id = number(line.substr(2, id_octets - 2), 16);
  line.remove_prefix(id_octets + 1);
  const auto count = number(line.substr(0, line.find(',')), 10);
  if (!node_id || !count || std::ranges::count(line, ',') < 2) return std::nullopt;
  return Tombstone{*node_id, *count};
}

Result<Text> parse(std::string_view text) {
  Text parsed;
  if (text.size() < head.size() && head.starts_with(text)) return parsed;  // torn at once
  if (!text.starts_with(head)) return fail(Errc::tombstones_broken, "line 1");
  parsed.whole_octets = head.size();
  for (std::uint64_t line = 2;; ++line) {
    const std::size_t end = text.find('\n', parsed.whole_octets);
    if (end == std::string_view::npos) return parsed;
    const auto stone = parse_line(text.substr(parsed.whole_octets, end - parsed.whole_octets));
    if (!stone) return fail(Errc::tombstones_broken, fmt::format("line {}", line));
    parsed.stones.push_back(*stone);
    parsed.whole_octets = end + 1;
  }
}

struct Read {
  Text text;
  std::size_t octets = 0;
};

Result<Read> read(Files& files, const std::string& path) {
  const Result<SecretOctets> content = files.read(path, max_tombstone_octets, Access::secret);
  if (!content && content.error().code == make_error_code(FileErrc::not_found)) return Read{};
  if (!content) return std::unexpected(content.error());
  TOUCHSTONE_TRY(Text text, located(path, parse(as_text(*content))));
  return Read{std::move(text), content->size()};
}

/// Ascending, one a node.
void order(std::vector<Tombstone>& stones) {
  std::ranges::sort(stones, [](const Tombstone& a, const Tombstone& b) {
    return a.node_id != b.node_id ? a.node_id < b.node_id : a.count > b.count;
  });
  const auto doubled = std::ranges::unique(stones, {}, &Tombstone::node_id);
  stones.erase(doubled.begin(), doubled.end());
}

bool covers(const std::vector<Tombstone>& stones, const Tombstone& stone) {
  const auto found = std::ranges::lower_bound(stones, stone.node_id, {}, &Tombstone::node_id);
  return found != stones.end() && found->node_id == stone.node_id && found->count >= stone.count;
}

}  // namespace

Result<TombstoneFile> parse_tombstones(OctetView file) {
  TOUCHSTONE_TRY(Text text, parse(as_text(file)));
  order(text.stones);
  return TombstoneFile{std::move(text.stones), text.whole_octets != file.size()};
}

Result<TombstoneFile> read_tombstones(Files& files, const std::string& master) {
  TOUCHSTONE_TRY(Read content, read(files, tombstones_name(master)));
  order(content.text.stones);
  return TombstoneFile{std::move(content.text.stones), content.text.whole_octets != content.octets};
}

Result<void> append_tombstones(Files& files, const std::string& master,
                               const FileAttributes& attributes, std::span<const Tombstone> stones,
                               const std::string& time, const std::string& reason) {
  const std::string path = tombstones_name(master);
  TOUCHSTONE_TRY(Read content, read(files, path));
  if (content.text.whole_octets != content.octets)
    TOUCHSTONE_TRY_VOID(files.truncate(path, content.text.whole_octets));
  order(content.text.stones);
  std::string lines(content.text.whole_octets == 0 ? head : "");
  for (const Tombstone& stone : stones)
    if (!covers(content.text.stones, stone))
      lines += fmt::format("0x{:08x},{},{},{}\n", stone.node_id, stone.count, time, reason);
  if (lines.empty() || TOUCHSTONE_DEFECT("KU-27.unburied")) return {};
  return files.append(path, as_octets(lines), attributes);
}

std::string tombstones_name(const std::string& master) {
  return master + ".tombstones";
}

}  // namespace touchstone::kms
