#include "reference/ipsec/config/setkey_checks.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "reference/base/defect.h"
#include "reference/base/octets.h"

namespace touchstone::ipsec::config {
namespace {

struct ProtocolRow {
  std::string_view name;
  std::uint64_t number;
};
// The names that /etc/protocols has on RHEL and Debian, as far as a policy can use them; ah, esp,
// ipcomp and tcp are words of setkey itself.
constexpr ProtocolRow protocols[] = {
    {"ip", 0},         {"icmp", 1},         {"igmp", 2},
    {"ggp", 3},        {"ipencap", 4},      {"ip4", 4},
    {"st", 5},         {"egp", 8},          {"igp", 9},
    {"pup", 12},       {"udp", 17},         {"hmp", 20},
    {"xns-idp", 22},   {"rdp", 27},         {"iso-tp4", 29},
    {"dccp", 33},      {"xtp", 36},         {"ddp", 37},
    {"idpr-cmtp", 38}, {"ipv6", 41},        {"ipv6-route", 43},
    {"ipv6-frag", 44}, {"idrp", 45},        {"rsvp", 46},
    {"gre", 47},       {"skip", 57},        {"ipv6-icmp", 58},
    {"icmp6", 58},     {"ipv6-nonxt", 59},  {"ipv6-opts", 60},
    {"rspf", 73},      {"vmtp", 81},        {"eigrp", 88},
    {"ospf", 89},      {"ax.25", 93},       {"ipip", 94},
    {"etherip", 97},   {"encap", 98},       {"pim", 103},
    {"vrrp", 112},     {"l2tp", 115},       {"isis", 124},
    {"sctp", 132},     {"fc", 133},         {"mobility-header", 135},
    {"udplite", 136},  {"mpls-in-ip", 137}, {"manet", 138},
    {"hip", 139},      {"shim6", 140},      {"wesp", 141},
    {"rohc", 142},
};

constexpr std::uint64_t with_ports[] = {6, 17, 33, 132, 136};
constexpr std::uint64_t icmp_like[] = {1, 58, 135};
constexpr std::uint64_t gre = 47;

bool has(std::span<const std::uint64_t> list, std::uint64_t value) {
  return std::ranges::find(list, value) != list.end();
}

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What tells two policies apart; nothing where a name hides the address.
using Key = std::tuple<Address, std::uint64_t, std::uint32_t, Address, std::uint64_t, std::uint32_t,
                       std::uint64_t, Direction>;
std::optional<Key> key_of(const Endpoint& from, const Endpoint& to, const Policy& policy,
                          Direction direction) {
  if (!from.address || !to.address) return std::nullopt;
  return Key(*from.address, from.prefix, from.port, *to.address, to.prefix, to.port,
             policy.protocol, direction);
}

bool protects(const Policy& policy) {
  return policy.action == PolicyAction::ipsec && !policy.requests.empty();
}

}  // namespace

SecretOctets read_key(const SetkeyToken& token, RuleLog& log) {
  SecretOctets key;
  std::string_view text = token.text;
  if (token.kind == "quoted") {
    if (!TOUCHSTONE_DEFECT("PK-10.text_key")) log.note(Rule::sk_text_key, token.place);
    const OctetView octets = as_octets(text.substr(1, text.size() - 2));
    key.assign(octets.begin(), octets.end());
    return key;
  }
  text.remove_prefix(2);
  if (text.size() % 2 != 0) {
    log.note(Rule::sk_odd_key, token.place);
    key.push_back(hex_value(text[0]));
    text.remove_prefix(1);
  }
  for (std::size_t i = 0; i < text.size(); i += 2)
    key.push_back(static_cast<std::uint8_t>(hex_value(text[i]) << 4 | hex_value(text[i + 1])));
  return key;
}

void check_key(const SetkeyAlgorithm& algorithm, std::size_t bits, const Place& place,
               RuleLog& log) {
  if (algorithm.most == 0) return log.note(Rule::sk_kernel, place);
  if ((bits < algorithm.least && !TOUCHSTONE_DEFECT("RS-05.short_key")) || bits > algorithm.most)
    return log.note(Rule::sk_key_length, place);
  if ((bits - algorithm.least) % algorithm.step != 0) log.note(Rule::sk_key_size, place);
}

void check_prefix(const Endpoint& end, const Place& place, RuleLog& log) {
  if (end.prefix > end.address->bits()) return log.note(Rule::sk_prefix, place);
  if (!TOUCHSTONE_DEFECT("MO-19.host_bits") &&
      network_of(*end.address, static_cast<unsigned>(end.prefix)) != *end.address)
    log.note(Rule::sk_host_bits, place);
}

void check_association(const Association& made, RuleLog& log) {
  const bool cipher = !made.cipher.empty();
  const bool compression = made.cipher == "deflate" || made.cipher == "lzs" || made.cipher == "oui";
  const bool auth = !made.auth.empty();
  const bool fits = made.protocol == SaProtocol::esp      ? cipher && !compression
                    : made.protocol == SaProtocol::ah     ? auth && !cipher
                    : made.protocol == SaProtocol::ipcomp ? compression
                                                          : made.protocol == SaProtocol::tcp;
  if (!fits && !TOUCHSTONE_DEFECT("MO-20.any_algorithm")) log.note(Rule::sk_algorithm, made.place);
  if (fits && made.protocol == SaProtocol::esp && !auth && !TOUCHSTONE_DEFECT("MO-12.no_auth"))
    log.note(Rule::sk_no_auth, made.place);
  if (!TOUCHSTONE_DEFECT("RF-04.soft_over_hard") && made.hard_seconds != 0 &&
      made.soft_seconds > made.hard_seconds)
    log.note(Rule::sk_lifetime, made.place);
}

void check_policy(const Policy& made, RuleLog& log) {
  if (!TOUCHSTONE_DEFECT("MO-01.families") && made.from.address && made.to.address &&
      made.from.address->v6 != made.to.address->v6)
    log.note(Rule::sk_families, made.place);
  const bool ports = made.from.port != 0 || made.to.port != 0;
  if (ports && !has(with_ports, made.protocol) && !TOUCHSTONE_DEFECT("MO-18.ports"))
    log.note(Rule::sk_no_ports, made.place);
  if (made.action == PolicyAction::ipsec && made.requests.empty())
    log.note(Rule::sk_empty, made.place);
}

/// The pairs of hosts between which a policy asks for associations.
std::set<std::pair<Address, Address>> protected_pairs(const SetkeyReading& reading) {
  std::set<std::pair<Address, Address>> pairs;
  for (const Policy& policy : reading.policies) {
    if (!protects(policy)) continue;
    for (const PolicyRequest& request : policy.requests) {
      if (request.from)
        pairs.emplace(*request.from, *request.to);
      else if (policy.from.address && policy.to.address)
        pairs.emplace(*policy.from.address, *policy.to.address);
    }
  }
  return pairs;
}

void check_policies(const SetkeyReading& reading, RuleLog& log) {
  std::set<Key> keys;
  for (const Policy& policy : reading.policies) {
    const auto key = key_of(policy.from, policy.to, policy, policy.direction);
    if (key && !keys.insert(*key).second) log.note(Rule::sk_twice, policy.place);
  }
  for (const Policy& policy : reading.policies) {
    if (!protects(policy) || policy.direction == Direction::forward) continue;
    const Direction other = policy.direction == Direction::in ? Direction::out : Direction::in;
    const auto mirror = key_of(policy.to, policy.from, policy, other);
    if (mirror && !keys.contains(*mirror) && !TOUCHSTONE_DEFECT("MO-16.no_mirror"))
      log.note(Rule::sk_mirror, policy.place);
  }
  const auto used = protected_pairs(reading);
  for (const Association& one : reading.associations)
    if (one.from.address && one.to.address && !used.contains({*one.from.address, *one.to.address}))
      log.note(Rule::sk_no_policy, one.place);
}

std::optional<std::uint64_t> upper_protocol(std::string_view name) {
  const auto same = [&](const ProtocolRow& row) {
    if (row.name == name) return true;
    // The aliases of /etc/protocols are the names in capitals.
    return std::ranges::equal(row.name, name, [](char a, char b) {
      return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
    });
  };
  const auto* row = std::ranges::find_if(protocols, same);
  if (row == std::end(protocols)) return std::nullopt;
  return row->number;
}

bool is_upper_detail(std::uint64_t protocol, std::string_view text) {
  const std::size_t comma = text.find(',');
  if (has(icmp_like, protocol))
    return comma != std::string_view::npos && are_digits(text.substr(0, comma)) &&
           are_digits(text.substr(comma + 1, text.find(',', comma + 1) - comma - 1));
  if (protocol != gre) return false;
  return are_digits(text.substr(0, text.find_first_of(".,")));
}

}  // namespace touchstone::ipsec::config
