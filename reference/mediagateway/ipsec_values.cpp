#include "reference/mediagateway/ipsec_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/ipsec/config/setkey_checks.h"
#include "reference/ipsec/config/words_of_line.h"
#include "reference/mediagateway/ipsec_errc.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

constexpr std::size_t max_key = 1000;  // octets, PK-10
constexpr std::uint32_t max_range = 1024;
constexpr std::array<std::uint32_t, 4> with_ports = {6, 17, 33, 132};

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '+';
  });
}

/// The number that a line `name number alias...` gives; /etc/services has `number/protocol`.
std::optional<std::uint32_t> look_up(IpsecTree& tree, const char* path, std::string_view name) {
  const auto file = tree.read(path);
  if (!file || !*file) return std::nullopt;
  std::string_view text = as_text(**file);
  while (!text.empty()) {
    const std::string_view line = config::take_line(text);
    const auto words = config::words_of(line.substr(0, line.find('#')));
    if (words.size() < 2) continue;
    const bool named =
        words[0] == name || std::find(words.begin() + 2, words.end(), name) != words.end();
    if (!named) continue;
    return config::parse_number<std::uint32_t>(words[1].substr(0, words[1].find('/')));
  }
  return std::nullopt;
}

}  // namespace

std::unexpected<Error> refused(std::string_view option, std::string expected) {
  Result<void> failed = fail(IpsecErrc::usage, std::move(expected));
  return std::unexpected(located(option, std::move(failed)).error());
}

Result<config::Address> parse_host(std::string_view option, std::string_view text) {
  const auto address = config::parse_address(text, config::AddressForm::exact);
  if (!address) return refused(option, "expected an IP address such as 192.168.1.200");
  const bool many = address->v6 ? address->octets[0] == 0xFF
                                : address->octets[0] >= 224 || address->octets[0] == 0;
  if ((many && !TOUCHSTONE_DEFECT("IC-10.multicast")) ||
      *address == config::Address{.v6 = address->v6})
    return refused(option, "expected the address of one host");
  return *address;
}

Result<config::Network> parse_network(std::string_view option, std::string_view text,
                                      bool any_network) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return refused(option, "expected a network such as 192.168.2.0/24");
  const auto address = config::parse_address(text.substr(0, slash), config::AddressForm::exact);
  const auto prefix = config::parse_number<unsigned>(text.substr(slash + 1));
  if (!address || !prefix || *prefix > address->bits())
    return refused(option, "expected a network such as 192.168.2.0/24");
  const config::Address network = config::network_of(*address, *prefix);
  if (network != *address && !TOUCHSTONE_DEFECT("MO-19.command"))
    return refused(option, fmt::format("expected {}/{}, without host bits",
                                       config::print_address(network), *prefix));
  if (*prefix == 0 && !any_network)
    return refused(option, "a prefix of 0 is everything; expected --i-know beside it");
  return config::Network{*address, *prefix};
}

Result<std::uint32_t> parse_protocol(std::string_view text, IpsecTree& tree) {
  constexpr const char* expected = "expected a number from 0 to 255 or a name of /etc/protocols";
  if (const auto number = config::parse_number<std::uint32_t>(text)) {
    if (*number > 255) return refused("--ip-proto", expected);
    return *number;
  }
  if (!is_word(text)) return refused("--ip-proto", expected);
  if (const auto found = look_up(tree, "/etc/protocols", text); found && *found <= 255)
    return *found;
  const auto known = text == "tcp" ? 6 : config::upper_protocol(text);  // a word of its own there
  if (!known || *known > 255) return refused("--ip-proto", expected);
  return static_cast<std::uint32_t>(*known);
}

Result<std::uint32_t> parse_port(std::string_view option, std::string_view text, IpsecTree& tree) {
  constexpr const char* expected = "expected one port from 1 to 65535 or a name of /etc/services";
  if (TOUCHSTONE_DEFECT("IC-11.tail")) text = text.substr(0, text.find_first_not_of("0123456789"));
  auto number = config::parse_number<std::uint32_t>(text);
  if (!number && is_word(text)) number = look_up(tree, "/etc/services", text);
  const bool zero = number && *number == 0 && !TOUCHSTONE_DEFECT("MO-18.zero");
  if (!number || zero || *number > 65535) return refused(option, expected);
  return *number;
}

Result<std::pair<std::uint32_t, std::uint32_t>> parse_port_range(std::string_view option,
                                                                 std::string_view text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto low = config::parse_number<std::uint32_t>(text.substr(0, dash));
  const auto high =
      config::parse_number<std::uint32_t>(text.substr(std::min(dash + 1, text.size())));
  if (!low || !high || *low == 0 || *high > 65535 || *high < *low || *high - *low >= max_range)
    return refused(option, "expected ports such as 16384-16639, at most 1024 of them");
  return std::pair(*low, *high);
}

Result<void> check_key(std::string_view option, OctetView key) {
  const std::string_view text = as_text(key);
  if (key.empty()) return refused(option, "expected a key");
  if (key.size() > max_key) return refused(option, "expected a key of at most 1000 octets");
  if (std::ranges::any_of(key, [](std::uint8_t c) { return c < 0x20 || c == 0x7F; }) &&
      !TOUCHSTONE_DEFECT("IC-11.two_rows"))
    return refused(option, "expected a key of one line, without control characters");
  if ((text.front() == ' ' || text.back() == ' ') && !TOUCHSTONE_DEFECT("PK-10.blank"))
    return refused(option, "expected no blank before or behind the key");
  if (!text.starts_with("0x")) return {};
  const bool hex = text.size() > 2 && text.size() % 2 == 0 &&
                   std::ranges::all_of(text.substr(2), [](char c) { return hex_value(c) < 16; });
  if (!hex) return refused(option, "expected an even number of hexadecimal digits behind 0x");
  return {};
}

bool has_ports(std::uint32_t protocol) noexcept {
  if (protocol == 132 && TOUCHSTONE_DEFECT("MO-14.no_sctp")) return false;
  return std::ranges::find(with_ports, protocol) != with_ports.end();
}

}  // namespace touchstone::mediagateway
