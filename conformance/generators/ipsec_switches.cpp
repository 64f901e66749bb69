#include "conformance/generators/ipsec_switches.h"

#include <fmt/format.h>

#include <random>

#include "conformance/generators/keyring.h"

namespace touchstone::conformance::generators {

namespace {

using oracle::ipsec::GatewayWish;

constexpr int level_counts[switch_count] = {2, 4, 5, 2, 3, 4, 2, 3, 2, 3, 3, 3, 2};
constexpr unsigned umasks[] = {022, 077, 0};

int level(const CoveringRow& row, Switch factor) {
  return row[static_cast<std::size_t>(factor)];
}

/// Values by a generator whose numbers are the same everywhere.
class Line {
 public:
  Line(const CoveringRow& row, std::uint32_t seed, unsigned number)
      : row_(row), random_(seed), number_(number) {}

  CreateLine run() && {
    name();
    ends();
    limits();
    extras();
    keys();
    if (at(Switch::start) == 1) option("start"), line_.start = true;
    line_.umask = umasks[at(Switch::umask)];
    return std::move(line_);
  }

 private:
  [[nodiscard]] int at(Switch factor) const { return level(row_, factor); }
  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  void option(std::string_view name) { line_.argv.push_back(fmt::format("--{}", name)); }
  void option(std::string_view name, std::string_view value) {
    line_.argv.push_back(fmt::format("--{}={}", name, value));
  }

  void name() {
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    line_.wish.name = fmt::format("c{}x", number_);
    const std::uint32_t more = below(4) == 0 ? 32 : 4 + below(20);
    while (line_.wish.name.size() < more)
      line_.wish.name += letters[below(letters.size())];
    option("create");
    option("name", line_.wish.name);
  }

  void ends() {
    GatewayWish& wish = line_.wish;
    const bool v6 = at(Switch::family) == 1;
    const auto host = 2 + below(200);
    wish.destination = v6 ? fmt::format("2001:db8:{}::{:x}", number_ + 1, host)
                          : fmt::format("192.168.{}.{}", number_ + 2, host);
    option("dst-address", wish.destination);
    wish.source = v6 ? "2001:db8:ff::1" : "192.168.1.100";
    if (at(Switch::source) == 1) {
      if (!v6) wish.source = "192.168.1.101";
      option("src-address", wish.source);
    }
    const auto third = below(250);
    switch (at(Switch::scope)) {
      case 0:
        return;
      case 1:
        wish.network = v6 ? fmt::format("2001:db8:{}:{:x}::/64", number_ + 200, third + 1)
                          : fmt::format("10.{}.{}.0/24", number_ + 1, third);
        break;
      case 2:
        wish.network = v6 ? fmt::format("2001:db8:{}::77/128", number_ + 200)
                          : fmt::format("10.{}.{}.77/32", number_ + 1, third);
        break;
      default:
        wish.network = v6 ? fmt::format("2001:db8:{}::/48", number_ + 1)
                          : fmt::format("192.168.{}.0/24", number_ + 2);
    }
    option("dst-network", wish.network);
  }

  void limits() {
    GatewayWish& wish = line_.wish;
    constexpr std::pair<std::string_view, std::uint64_t> protocols[] = {
        {"", 255}, {"6", 6}, {"udp", 17}, {"50", 50}, {"132", 132}};
    const auto& [text, number] = protocols[at(Switch::protocol)];
    wish.protocol = number;
    if (!text.empty()) option("ip-proto", text);
    if (at(Switch::source_port) == 1) {
      wish.source_port = 1024 + below(30000);
      option("src-port", std::to_string(wish.source_port));
    }
    if (at(Switch::far_port) == 0) return;
    const bool named = at(Switch::far_port) == 2;
    wish.destination_port = named ? 22 : 2816 + below(3);
    option("dst-port", named ? std::string("ssh") : std::to_string(wish.destination_port));
  }

  void extras() {
    GatewayWish& wish = line_.wish;
    if (at(Switch::proto) != 0) option("proto", at(Switch::proto) == 1 ? "esp" : "ah");
    wish.ah = at(Switch::proto) == 2;
    if (at(Switch::profile) != 0) option("profile", at(Switch::profile) == 1 ? "legacy" : "modern");
    wish.modern = at(Switch::profile) == 2;
    const bool v6 = at(Switch::family) == 1;
    if (at(Switch::media) == 1) {
      wish.media = v6 ? "2001:db8:ff::2" : "192.168.1.150";
      option("media-address", wish.media);
    } else if (at(Switch::media) == 2) {
      wish.media_low = 50000 + below(1000);
      wish.media_high = wish.media_low + below(4);
      option("media-ports", fmt::format("{}-{}", wish.media_low, wish.media_high));
    }
  }

  std::string key() {
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 #;'\"$(){}\\/`|&<>*?!";
    std::string text = "k";
    const std::uint32_t size = 17 + below(30);
    while (text.size() < size)
      text += letters[below(letters.size())];
    return text + "z";
  }

  void keys() {
    GatewayWish& wish = line_.wish;
    const int method = at(Switch::method);
    wish.certificates = method >= 2;
    line_.installs = method == 2;
    line_.needs_certificates = method == 3;
    if (line_.installs) {
      option("install-certs");
      option("ca-cert-file", "ca.pem");
      option("cert-file-public", "mgu.pem");
      option("cert-file-private", "mgu_key.pem");
    }
    if (wish.certificates) return;
    wish.destination_key = key();
    if (method == 1) wish.source_key = key();
    const bool in_file = at(Switch::key_file) == 1;
    if (in_file) {
      option("dst-preshared-key-file", "peer.key");
      line_.key_in_file = *wish.destination_key;
      if (wish.source_key) option("src-preshared-key-file", "own.key");
      line_.own_key_in_file = wish.source_key.value_or("");
      return;
    }
    option("dst-preshared-key", *wish.destination_key);
    if (wish.source_key) option("src-preshared-key", *wish.source_key);
  }

  const CoveringRow& row_;
  std::mt19937 random_;
  unsigned number_;
  CreateLine line_;
};

}  // namespace

std::vector<int> switch_levels(bool extended) {
  std::vector<int> levels(std::begin(level_counts), std::end(level_counts));
  if (!extended)
    for (std::size_t i = static_cast<std::size_t>(Switch::umask) + 1; i < switch_count; ++i)
      levels[i] = 1;
  return levels;
}

bool switches_fit(const CoveringRow& row) {
  const auto is = [&](Switch factor, int wanted) { return level(row, factor) == wanted; };
  const auto more = [&](Switch factor) { return level(row, factor) > 0; };
  const bool ports = more(Switch::source_port) || more(Switch::far_port);
  if (ports && (is(Switch::protocol, 0) || is(Switch::protocol, 3))) return false;
  // The address of eth0 in a tree is one of IPv4.
  if (is(Switch::family, 1) && is(Switch::source, 0)) return false;
  const bool certificates = is(Switch::method, 2) || is(Switch::method, 3);
  return !certificates || !more(Switch::key_file);
}

const std::vector<CoveringRow>& switch_rows(bool extended) {
  static const auto wide = covering_array(switch_levels(true), switches_fit);
  static const auto narrow = covering_array(switch_levels(false), switches_fit);
  return extended ? wide : narrow;
}

CreateLine create_line(const CoveringRow& row, std::uint32_t seed, unsigned number) {
  return Line(row, seed, number).run();
}

CoveringRow draw_switches(bool extended) {
  const std::vector<int> levels = switch_levels(extended);
  for (;;) {
    CoveringRow row;
    for (const int count : levels)
      row.push_back(static_cast<int>(draw_below(static_cast<std::uint32_t>(count))));
    if (switches_fit(row)) return row;
  }
}

}  // namespace touchstone::conformance::generators
