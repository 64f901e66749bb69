#include "reference/gateway/cache.h"

#include <algorithm>
#include <charconv>

#include "reference/base/defect.h"
#include "reference/gateway/errc.h"

namespace touchstone::gateway {
namespace {

constexpr std::string_view first_line = "gateway-cache, 1";

/// Takes `prefix` off the front.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Exactly as many lower-case digits as the key has.
bool parse_key(std::string_view digits, std::span<std::uint8_t> key) {
  if (digits.size() != 2 * key.size()) return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char digit = digits[i];
    const std::uint8_t value = digit >= 'A' && digit <= 'F' ? 0xFF : hex_value(digit);
    if (value == 0xFF) return false;
    key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4 | value);
  }
  return true;
}

/// Lines of a cache, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// The line that stands next, without LF; nothing at the end, or if LF is missing.
  [[nodiscard]] std::optional<std::string_view> peek() const {
    const std::size_t end = text_.find('\n', offset_);
    if (end == std::string_view::npos) return std::nullopt;
    return text_.substr(offset_, end - offset_);
  }
  void advance() { offset_ = text_.find('\n', offset_) + 1; }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] bool at_end() const { return offset_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
};

/// The key of a line `name, 0x...` if that line stands next.
template <std::size_t size>
Result<void> read_named(Lines& lines, std::string_view name, std::optional<SecretKey<size>>& key) {
  std::string_view line = lines.peek().value_or(std::string_view{});
  if (!take(line, name)) return {};
  key.emplace();
  if (!parse_key(line, key->writable())) return fail(Errc::syntax, {}, lines.offset());
  lines.advance();
  return {};
}

/// `0xID, 0xKEY`, in ascending id.
bool read_node(std::string_view line, Cache& cache) {
  SecretKey<4> id;
  SecretKey<16> key;
  if (line.size() != 46 || !take(line, "0x") || !parse_key(line.substr(0, 8), id.writable()))
    return false;
  line.remove_prefix(8);
  if (!take(line, ", 0x") || !parse_key(line, key.writable())) return false;
  keyring::NodeId node = 0;
  for (const std::uint8_t octet : id.view())
    node = node << 8 | octet;
  if (!cache.nodes.empty() && cache.nodes.rbegin()->first >= node) return false;
  cache.nodes.emplace_hint(cache.nodes.end(), node, std::move(key));
  return true;
}

void put(SecretOctets& out, std::string_view text) {
  const OctetView octets = as_octets(text);
  out.insert(out.end(), octets.begin(), octets.end());
}

/// Digits of a secret, written where they are wiped.
void put_hex(SecretOctets& out, OctetView octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t octet : octets) {
    out.push_back(static_cast<std::uint8_t>(digits[octet >> 4]));
    out.push_back(static_cast<std::uint8_t>(digits[octet & 15]));
  }
}

}  // namespace

Result<Cache> parse_cache(OctetView file, std::string_view realm) {
  if (file.size() > max_cache_octets) return fail(Errc::syntax, "expected at most 64 MiB");
  Lines lines(as_text(file));
  Cache cache;
  if (lines.peek() != first_line) return fail(Errc::syntax, "expected gateway-cache, 1", 0);
  lines.advance();
  std::string_view line = lines.peek().value_or(std::string_view{});
  if (!take(line, "realm, ")) return fail(Errc::syntax, "expected the realm", lines.offset());
  if (line != realm && !TOUCHSTONE_DEFECT("GC-10.any_realm"))
    return fail(Errc::other_realm, {}, lines.offset());
  cache.realm = line;
  lines.advance();
  TOUCHSTONE_TRY_VOID(read_named(lines, "gateway, 0x", cache.gateway));
  TOUCHSTONE_TRY_VOID(read_named(lines, "gateway_cdld, 0x", cache.code_download));
  while (const auto row = lines.peek()) {
    if (row->starts_with("end, ")) break;
    if (!read_node(*row, cache)) return fail(Errc::syntax, {}, lines.offset());
    lines.advance();
  }
  if (lines.peek() != "end, " + std::to_string(cache.nodes.size()))
    return fail(Errc::truncated, {}, lines.offset());
  lines.advance();
  if (!lines.at_end()) return fail(Errc::syntax, "expected nothing after the end", lines.offset());
  if (TOUCHSTONE_DEFECT("GC-11.nodes_are_lost")) cache.nodes.clear();
  return cache;
}

SecretOctets print_cache(const Cache& cache) {
  SecretOctets out;
  out.reserve(256 + cache.realm.size() + 47 * cache.nodes.size());
  put(out, first_line);
  put(out, "\nrealm, ");
  put(out, cache.realm);
  if (cache.gateway) {
    put(out, "\ngateway, 0x");
    put_hex(out, cache.gateway->view());
  }
  if (cache.code_download) {
    put(out, "\ngateway_cdld, 0x");
    put_hex(out, cache.code_download->view());
  }
  for (const auto& [id, key] : cache.nodes) {
    put(out, "\n0x");
    const std::uint8_t octets[4] = {
        static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
        static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
    put_hex(out, octets);
    put(out, ", 0x");
    put_hex(out, key.view());
  }
  put(out, "\nend, ");
  put(out, std::to_string(cache.nodes.size()));
  put(out, "\n");
  return out;
}

}  // namespace touchstone::gateway
