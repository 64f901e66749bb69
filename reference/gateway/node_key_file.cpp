#include "reference/gateway/node_key_file.h"

#include "reference/gateway/errc.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::gateway {
namespace {

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// `digits` as a key; false when it is anything else.
bool read_key(std::string_view digits, keyring::RootKey& key) {
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  if (digits.size() != 2 * key.size()) return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint8_t value = hex_value(digits[i]);
    if (value == 0xFF) return false;
    key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4 | value);
  }
  return true;
}

}  // namespace

Result<keyring::NodeRows> parse_node_key_file(OctetView file, keyring::NodeId node_id) {
  std::string_view text = as_text(file);
  if (text.find(',') == std::string_view::npos) {
    keyring::NodeRows rows(1);
    rows[0].node_id = node_id;
    rows[0].batch = 1;
    if (!read_key(without_line_end(text), rows[0].root_key))
      return fail(Errc::not_a_key, "expected node lines, or 32 hexadecimal digits alone");
    return rows;
  }
  while (text.starts_with("gateway"))
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  Findings findings;
  return keyring::parse_rows(as_octets(text), {}, findings);
}

}  // namespace touchstone::gateway
