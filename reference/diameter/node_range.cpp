#include "reference/diameter/node_range.h"

#include "reference/base/octets.h"

namespace touchstone::diameter {

std::string print_node(std::uint32_t node_id) {
  const std::uint8_t octets[4] = {
      static_cast<std::uint8_t>(node_id >> 24), static_cast<std::uint8_t>(node_id >> 16),
      static_cast<std::uint8_t>(node_id >> 8), static_cast<std::uint8_t>(node_id)};
  return "0x" + to_hex(octets);
}

std::optional<std::uint32_t> parse_node(std::string_view text) {
  if (text.size() != 10 || !text.starts_with("0x")) return std::nullopt;
  std::uint32_t node_id = 0;
  for (const char digit : text.substr(2)) {
    const std::uint8_t value = digit >= 'A' && digit <= 'F' ? 0xFF : hex_value(digit);
    if (value == 0xFF) return std::nullopt;
    node_id = node_id << 4 | value;
  }
  return node_id;
}

std::optional<std::vector<NodeRange>> parse_node_ranges(std::string_view text) {
  std::vector<NodeRange> ranges;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    const std::size_t dash = one.find('-');
    const auto first = parse_node(one.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_node(one.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    ranges.push_back({*first, *last});
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return ranges;
}

std::string print_node_ranges(const std::vector<NodeRange>& ranges) {
  std::string out;
  for (const NodeRange& range : ranges) {
    if (!out.empty()) out += ',';
    out += print_node(range.first);
    if (range.last != range.first) out.append("-").append(print_node(range.last));
  }
  return out;
}

}  // namespace touchstone::diameter
