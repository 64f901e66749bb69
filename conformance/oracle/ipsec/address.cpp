#include "conformance/oracle/ipsec/address.h"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <charconv>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

/// RFC 4291 §2.2, by OpenSSL.
std::vector<std::uint8_t> six(const std::string& text) {
  ASN1_OCTET_STRING* read = a2i_IPADDRESS(text.c_str());
  if (read == nullptr) return {};
  std::vector<std::uint8_t> octets(ASN1_STRING_get0_data(read),
                                   ASN1_STRING_get0_data(read) + ASN1_STRING_length(read));
  ASN1_OCTET_STRING_free(read);
  return octets;
}

/// One number of inet_aton: decimal, 0 octal, 0x hexadecimal.
std::optional<std::uint64_t> part(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One to four numbers; the last fills what is left.
std::vector<std::uint8_t> four(std::string_view text) {
  std::vector<std::uint64_t> parts;
  for (;;) {
    const auto dot = text.find('.');
    const auto value = part(text.substr(0, dot));
    if (!value) return {};
    parts.push_back(*value);
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  if (parts.size() > 4) return {};
  const std::size_t rest = 4 - (parts.size() - 1);
  if (parts.back() >> (8 * rest) != 0) return {};
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] > 255) return {};
    octets.push_back(static_cast<std::uint8_t>(parts[i]));
  }
  for (std::size_t i = rest; i > 0; --i)
    octets.push_back(static_cast<std::uint8_t>(parts.back() >> (8 * (i - 1))));
  return octets;
}

}  // namespace

std::optional<IpAddress> read_address(std::string_view text) {
  const std::string bare(text.substr(0, text.find('%')));
  IpAddress made;
  if (bare.find(':') != std::string::npos) {
    made.octets = six(bare);
    if (made.octets.size() != 16) return std::nullopt;
    return made;
  }
  made.octets = four(text);
  if (made.octets.empty()) return std::nullopt;
  made.exact = print_address(made) == text || TOUCHSTONE_ORACLE_DEFECT("ipsec.short-address");
  return made;
}

std::string print_address(const IpAddress& address) {
  const auto& o = address.octets;
  if (o.size() == 4) return fmt::format("{}.{}.{}.{}", o[0], o[1], o[2], o[3]);
  const auto group = [&](std::size_t i) { return (o[2 * i] << 8) | o[2 * i + 1]; };
  std::size_t from = 8;
  std::size_t longest = 1;  // one group alone is not shortened
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t size = 0;
    while (i + size < 8 && group(i + size) == 0)
      ++size;
    if (size > longest) {
      from = i;
      longest = size;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == from) {
      text += "::";
      i += longest - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ":";
    text += fmt::format("{:x}", group(i));
  }
  return text;
}

bool has_host_bits(const IpAddress& address, std::uint64_t prefix) {
  for (std::uint64_t bit = prefix; bit < address.bits(); ++bit)
    if ((address.octets[bit / 8] >> (7 - bit % 8) & 1) != 0) return true;
  return false;
}

bool shares(const IpAddress& a, const IpAddress& b, std::uint64_t prefix) {
  if (a.octets.size() != b.octets.size()) return false;
  for (std::uint64_t bit = 0; bit < prefix && bit < a.bits(); ++bit)
    if (((a.octets[bit / 8] ^ b.octets[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

}  // namespace touchstone::conformance::oracle::ipsec
