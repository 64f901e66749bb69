#include "conformance/generators/diameter_conf.h"

#include <algorithm>

#include "conformance/generators/keyring.h"

namespace touchstone::conformance::generators {

namespace {

using oracle::diameter::Conf;
using oracle::diameter::ConfUri;

constexpr std::string_view first_octets = "abcxyzABCXYZ0123456789";
constexpr std::string_view inner_octets = "abcxyzABCXYZ0123456789-";
constexpr std::string_view text_octets = "KMSgateway 0.1=#:/;,\"'~!";

char draw_of(std::string_view octets) {
  return octets[draw_below(static_cast<std::uint32_t>(octets.size()))];
}

/// Bounds as often as anything else: 0, 2, one less than a power of two.
std::uint32_t draw_number() {
  static constexpr std::uint32_t bounds[] = {0,          1,          2,          10,        27611,
                                             2147483647, 2147483648, 4294967294, 4294967295};
  if (draw_bool()) return bounds[draw_below(9)];
  return draw_below(100000);
}

std::string draw_label(bool last) {
  std::string label(1, draw_of(first_octets));
  for (std::uint32_t more = draw_below(8); more > 0; --more)
    label += draw_of(inner_octets);
  if (label.back() == '-') label.back() = 'z';
  if (last) label.insert(0, 1, 'k');  // a last label of digits would be a broken address
  return label;
}

ConfUri draw_uri() {
  static constexpr std::string_view addresses[] = {
      "127.0.0.1", "10.50.4.40", "255.255.255.0", "[::1]", "[2001:db8::5]", "[::ffff:192.0.2.1]"};
  static constexpr std::uint16_t ports[] = {1, 80, 2045, 3868, 5868, 65535};
  ConfUri uri;
  uri.secure = draw_bool();
  uri.host = draw_below(4) == 0 ? std::string(addresses[draw_below(6)]) : draw_domain_name();
  if (draw_bool()) uri.port = ports[draw_below(6)];
  return uri;
}

std::string draw_product() {
  std::string text(1, 'K');
  for (std::uint32_t more = draw_below(12); more > 0; --more)
    text += draw_of(text_octets);
  text += 'm';  // blanks at the ends would not be part of it
  return text;
}

void draw_applications(Conf& conf) {
  for (std::uint32_t more = draw_below(3); more > 0; --more)
    conf.applications.push_back({draw_bool() ? "Auth" : "Acct", draw_number(), draw_number()});
  const std::uint32_t at = draw_below(static_cast<std::uint32_t>(conf.applications.size()));
  std::swap(conf.applications.front(), conf.applications[at]);
}

}  // namespace

std::string draw_domain_name() {
  std::string name;
  for (std::uint32_t more = draw_below(4); more > 0; --more)
    name += draw_label(false) + ".";
  return name + draw_label(true);
}

Conf draw_conf() {
  Conf conf;
  conf.uri = draw_uri();
  const bool client = draw_bool();
  conf.stack_type = client ? "CLIENT" : "SERVER";
  conf.realm = draw_domain_name();
  conf.vendor_id = draw_number();
  conf.product_name = draw_bool() ? draw_product() : client ? "KMC" : "KMS";
  draw_applications(conf);
  if (draw_bool()) conf.inband_security.emplace_back("TLS");
  if (draw_bool()) conf.inband_security.emplace_back("NO_INBAND_SECURITY");
  // Beyond ten entries an order by text differs from the order by number.
  const std::uint32_t peers = draw_below(4) == 0 ? 12 : draw_below(4);
  for (std::uint32_t i = client ? 0 : 1; i < peers + 1; ++i)
    conf.peers.push_back({draw_uri(), draw_bool() ? draw_domain_name() : "", draw_bool()});
  return conf;
}

}  // namespace touchstone::conformance::generators
