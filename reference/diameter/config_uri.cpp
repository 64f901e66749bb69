#include "reference/diameter/config_uri.h"

#include <algorithm>
#include <charconv>

#include "reference/base/defect.h"

namespace touchstone::diameter {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return c == '-' || is_letter_or_digit(c); });
}

/// The number of 16-bit groups between single colons, the last of them perhaps an IPv4 address;
/// nothing when one is broken. Of empty text none.
std::optional<int> count_groups(std::string_view text, bool last) noexcept {
  int groups = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool is_last = colon == std::string_view::npos;
    if (is_last && last && is_ipv4(group)) return groups + 2;
    if (group.empty() || group.size() > 4 ||
        !std::ranges::all_of(group, [](char c) { return hex_value(c) != 0xFF; }))
      return std::nullopt;
    ++groups;
    if (is_last) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return groups;
}

/// Takes the options off the end. False at one that asks for what this stack does not do.
bool take_options(std::string_view& text, const ConfigPlace& place, ConfigLog& log) {
  const std::size_t options = text.find(';');
  if (options == std::string_view::npos) return true;
  std::string_view rest = text.substr(options);
  while (!rest.empty()) {
    const std::string_view option = rest.substr(1, rest.find(';', 1) - 1);
    const bool taken = option == "transport=tcp" || option == "protocol=diameter" ||
                       (TOUCHSTONE_DEFECT("DC-20.sctp_taken") && option == "transport=sctp");
    if (!taken || TOUCHSTONE_DEFECT("DC-20.tcp_refused")) {
      log.note(ConfigCode::uri, place.after(static_cast<std::size_t>(option.data() - text.data())),
               "expected no other option than transport=tcp");
      return false;
    }
    rest.remove_prefix(option.size() + 1);
  }
  if (!TOUCHSTONE_DEFECT("DC-20.option_silent"))
    log.note(ConfigCode::uri_option, place.after(options));
  text = text.substr(0, options);
  return true;
}

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

HostAndPort split_host(std::string_view text) noexcept {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    end = bracket == std::string_view::npos || bracket + 1 == text.size() ? std::string_view::npos
                                                                          : bracket + 1;
  }
  if (end == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, end), text.substr(end)};
}

bool is_bracketed_ipv6(std::string_view host) noexcept {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' &&
         is_ipv6(host.substr(1, host.size() - 2));
}

/// `:PORT`, 1..65535.
std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  if (!text.starts_with(':')) return std::nullopt;
  const auto number = parse_number(text.substr(1));
  const bool zero = number && *number == 0 && !TOUCHSTONE_DEFECT("DC-02.port_zero");
  if (!number || zero || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text) noexcept {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  if (text.size() > 1 && text.front() == '0' && !TOUCHSTONE_DEFECT("DC-04.leading_zero"))
    return std::nullopt;
  std::uint32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

bool is_host_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > 255) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !std::ranges::all_of(label, is_digit);
    text.remove_prefix(dot + 1);
  }
}

bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const auto number = parse_number(text.substr(0, dot));
    if (!number || *number > 255) return false;
    if (part == 3) return dot == std::string_view::npos;
    if (dot == std::string_view::npos) return false;
    text.remove_prefix(dot + 1);
  }
  return false;
}

bool is_ipv6(std::string_view text) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text, true) == 8;
  const auto before = count_groups(text.substr(0, gap), false);
  const auto after = count_groups(text.substr(gap + 2), true);
  return before && after && *before + *after <= 7;
}

std::optional<NodeUri> parse_uri(const Setting& setting, ConfigLog& log) {
  NodeUri uri;
  std::string_view text = setting.value;
  uri.secure = text.starts_with("aaas://");
  if (TOUCHSTONE_DEFECT("DC-02.no_aaas") && uri.secure) {
    log.note(ConfigCode::uri, setting.place);
    return std::nullopt;
  }
  if (!uri.secure && !text.starts_with("aaa://")) {
    log.note(ConfigCode::uri, setting.place);
    return std::nullopt;
  }
  const std::size_t scheme = uri.secure ? 7 : 6;
  text.remove_prefix(scheme);
  const ConfigPlace place = setting.place.after(scheme);
  if (!take_options(text, place, log)) return std::nullopt;
  const auto [host, port] = split_host(text);
  const bool address = is_ipv4(host) || is_bracketed_ipv6(host);
  if (!address && !is_host_name(host) && !TOUCHSTONE_DEFECT("DC-02.any_host")) {
    log.note(ConfigCode::uri, place, "expected a host name or an address");
    return std::nullopt;
  }
  uri.host = host;
  if (address && !TOUCHSTONE_DEFECT("DC-20.ip_silent")) log.note(ConfigCode::ip_uri, place);
  if (!port) return uri;
  uri.port = parse_port(*port);
  if (uri.port) return uri;
  log.note(ConfigCode::uri, place.after(host.size()), "expected a port from 1 to 65535");
  return std::nullopt;
}

std::optional<NodeUri> parse_uri(std::string_view text) {
  Findings unheard;
  ConfigLog log(unheard, false);
  return parse_uri(Setting{.value = text, .place = {}}, log);
}

}  // namespace touchstone::diameter
