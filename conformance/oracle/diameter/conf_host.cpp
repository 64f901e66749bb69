#include "conformance/oracle/diameter/conf_host.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

bool all_of_class(std::string_view text, int (*is_class)(int)) {
  return std::ranges::all_of(
      text, [&](char c) { return is_class(static_cast<unsigned char>(c)) != 0 && c > 0; });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  std::string bare(label);
  std::erase(bare, '-');
  return all_of_class(bare, std::isalnum);
}

bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           return conf_number(part).value_or(256) < 256;
         });
}

/// OpenSSL's reader of addresses, which is nobody's of ours.
bool is_ipv6(const std::string& text) {
  ASN1_OCTET_STRING* address =
      text.find(':') == std::string::npos ? nullptr : a2i_IPADDRESS(text.c_str());
  const bool good = address != nullptr && ASN1_STRING_length(address) == 16;
  ASN1_OCTET_STRING_free(address);
  return good;
}

}  // namespace

std::optional<std::uint32_t> conf_number(std::string_view text) {
  if (text.empty() || text.size() > 10 || !all_of_class(text, std::isdigit)) return std::nullopt;
  if (text.size() > 1 && text[0] == '0' && !TOUCHSTONE_ORACLE_DEFECT("conf.leading-zero"))
    return std::nullopt;
  const std::uint64_t value = std::stoull(std::string(text));
  if (value > 0xFFFFFFFF) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

bool is_conf_name(std::string_view text) {
  const auto labels = split(text, '.');
  return text.size() <= 255 && std::ranges::all_of(labels, is_label) &&
         !all_of_class(labels.back(), std::isdigit);
}

bool is_conf_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']') && text.size() > 2)
    return is_ipv6(std::string(text.substr(1, text.size() - 2)));
  return is_ipv4(text);
}

ConfUriReading read_conf_uri(std::string_view text) {
  ConfUriReading reading;
  const auto scheme = text.find("://");
  const std::string_view word = text.substr(0, scheme);
  if (scheme == std::string_view::npos || (word != "aaa" && word != "aaas")) return reading;
  reading.uri.secure = word == "aaas";
  const auto parts = split(text.substr(scheme + 3), ';');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool other = parts[i] != "transport=tcp" && parts[i] != "protocol=diameter";
    if (other && !TOUCHSTONE_ORACLE_DEFECT("conf.sctp")) return reading;
    reading.has_options = true;
  }
  // A colon inside brackets belongs to the address.
  const std::string_view place = parts[0];
  const auto bracket = place.rfind(']');
  const auto colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  reading.uri.host = place.substr(0, colon);
  reading.is_address = is_conf_address(reading.uri.host);
  if (!reading.is_address && !is_conf_name(reading.uri.host)) return reading;
  reading.good = true;
  if (colon == std::string_view::npos) return reading;
  const auto port = conf_number(place.substr(colon + 1));
  const std::uint32_t most = TOUCHSTONE_ORACLE_DEFECT("conf.port") ? 65536 : 65535;
  reading.good = port && *port >= 1 && *port <= most;
  if (reading.good) reading.uri.port = static_cast<std::uint16_t>(*port);
  return reading;
}

}  // namespace touchstone::conformance::oracle::diameter
