#pragma once
// Node ids as the exchange and the configuration spell them, and ranges of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::diameter {

/// `0x` and eight lower-case digits, the spelling of keyring.csv (KR-09); another one is no node
/// id.
[[nodiscard]] std::string print_node(std::uint32_t node_id);
[[nodiscard]] std::optional<std::uint32_t> parse_node(std::string_view text);

/// `first` to `last`, both of them inside.
struct NodeRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0xFFFFFFFF;

  [[nodiscard]] bool contains(std::uint32_t node_id) const noexcept {
    return first <= node_id && node_id <= last;
  }
  friend bool operator==(const NodeRange&, const NodeRange&) = default;
};

/// One or more of `NODE` and `FIRST-LAST`, with a comma between; nothing for any other text, nor
/// for a range that ends before it begins. parse_node_ranges(print_node_ranges(r)) == r unless r is
/// empty.
[[nodiscard]] std::optional<std::vector<NodeRange>> parse_node_ranges(std::string_view text);
[[nodiscard]] std::string print_node_ranges(const std::vector<NodeRange>& ranges);

}  // namespace touchstone::diameter
