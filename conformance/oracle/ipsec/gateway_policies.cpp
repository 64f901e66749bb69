#include "conformance/oracle/ipsec/gateway_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

constexpr std::uint64_t udp = 17;
constexpr std::uint64_t any = 255;

struct Network {
  IpAddress address;
  std::uint64_t prefix = 0;

  [[nodiscard]] bool holds(const IpAddress& host) const {
    return host.octets.size() == address.octets.size() && shares(address, host, prefix);
  }
};

Network network_of(const std::string& text) {
  const auto slash = text.find('/');
  Network made{*read_address(text.substr(0, slash)), 0};
  made.prefix = made.address.bits();
  if (slash != std::string::npos)
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), made.prefix);
  return made;
}

bool matches(const SetkeyEnd& end, const IpAddress& host, std::uint64_t port) {
  return end.address && end.address->octets.size() == host.octets.size() &&
         shares(*end.address, host, end.prefix) && (end.port == 0 || end.port == port);
}

bool same_selector(const SetkeyPolicy& a, const SetkeyPolicy& b) {
  return a.from == b.from && a.to == b.to && a.protocol == b.protocol && a.direction == b.direction;
}

Packet reversed(const Packet& packet) {
  return {!packet.out, packet.to, packet.from, packet.to_port, packet.from_port, packet.protocol};
}

std::string show(const Packet& packet) {
  return fmt::format("{} [{}] to {} [{}] protocol {} {}", print_address(packet.from),
                     packet.from_port, print_address(packet.to), packet.to_port, packet.protocol,
                     packet.out ? "out" : "in");
}

/// What one packet must meet.
struct Probe {
  std::string requirement;
  Packet packet;
  bool is_protected = true;
};

/// The packets that show what a configuration covers.
class Probes {
 public:
  explicit Probes(const GatewayWish& wish)
      : wish_(wish),
        far_(network_of(wish.tunnel() ? wish.network : wish.destination)),
        source_(*read_address(wish.source)),
        peer_(*read_address(wish.destination)) {}

  std::vector<Probe> run() && {
    // Ports mean something with four protocols alone.
    base_ = {.out = true,
             .from = source_,
             .to = inside(),
             .from_port = wish_.source_port != 0 ? wish_.source_port : 40000,
             .to_port = wish_.destination_port != 0 ? wish_.destination_port : 2816,
             .protocol = wish_.protocol != any ? wish_.protocol : 132};
    add(wish_.tunnel() ? "MO-07" : "MO-08", base_, true);
    if (far_.prefix == far_.address.bits() && wish_.tunnel()) add("MO-09", base_, true);
    add("MO-01", base_, true);
    limits();
    hosts();
    clear();
    return std::move(probes_);
  }

 private:
  void add(std::string requirement, const Packet& packet, bool is_protected) {
    probes_.push_back({std::move(requirement), packet, is_protected});
  }

  /// A host of the network that is not the peer.
  [[nodiscard]] IpAddress inside() const {
    IpAddress host = far_.address;
    if (far_.prefix == far_.address.bits()) return host;
    host.octets.back() ^= 1;
    if (host == peer_) host.octets.back() ^= 3;
    return host;
  }

  /// The network's neighbour.
  [[nodiscard]] IpAddress outside() const {
    IpAddress host = far_.address;
    const std::uint64_t bit = far_.prefix - 1;
    host.octets[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    return host;
  }

  void limits() {
    Packet other = base_;
    other.protocol = wish_.protocol == 6 ? 132 : 6;
    add(wish_.protocol == any ? "MO-02" : "MO-06", other, wish_.protocol == any);
    other = base_;
    other.from_port = 41001;
    add(wish_.source_port != 0 ? "MO-05" : "MO-02", other, wish_.source_port == 0);
    other = base_;
    other.to_port = 41003;
    add(wish_.destination_port != 0 ? "MO-05" : "MO-02", other, wish_.destination_port == 0);
  }

  void hosts() {
    Packet other = base_;
    other.to = outside();
    add(wish_.tunnel() ? "MO-11" : "MO-10", other, false);
    add("MO-04", other, false);
    other = base_;
    other.from.octets.back() ^= 4;
    add("MO-03", other, false);
    if (!wish_.tunnel()) return;
    other = base_;
    if (far_.prefix == far_.address.bits()) return;
    for (std::size_t i = far_.prefix / 8 + (far_.prefix % 8 == 0 ? 0 : 1);
         i < other.to.octets.size(); ++i)
      other.to.octets[i] = 0xEE;
    add("MO-11", other, true);
    other.to = peer_;
    if (!far_.holds(peer_)) add("MO-15", other, false);
  }

  void clear() {
    if (wish_.tunnel() && far_.holds(peer_))
      for (const std::uint64_t port : {500U, 4500U})
        add("MO-17", {true, source_, peer_, port, port, udp}, false);
    Packet media = base_;
    media.protocol = udp;
    if (!wish_.media.empty()) {
      media.from = *read_address(wish_.media);
      add("MO-13", media, false);
    }
    if (wish_.media_low == 0) return;
    media = base_;
    media.protocol = udp;
    for (const std::uint64_t port : {wish_.media_low, wish_.media_high}) {
      media.from_port = port;
      add("MO-13", media, false);
    }
    media.from_port = wish_.media_high + 1;
    const bool wide = wish_.protocol == any || wish_.protocol == udp;
    add("MO-13", media, wish_.source_port == 0 && wide);
  }

  const GatewayWish& wish_;
  Network far_;
  IpAddress source_, peer_;
  Packet base_;
  std::vector<Probe> probes_;
};

class PolicyJudge {
 public:
  PolicyJudge(const std::vector<GatewayWish>& active, const PolicyTable& table)
      : active_(active), table_(table) {}

  GatewayFaults run() && {
    for (const GatewayWish& wish : active_) {
      for (const Probe& probe : Probes(wish).run()) {
        expect(wish, probe.requirement, probe.packet, probe.is_protected);
        const bool alone = probe.requirement != "MO-07" && probe.requirement != "MO-08";
        expect(wish, alone ? probe.requirement : "MO-16", reversed(probe.packet),
               probe.is_protected);
      }
      if (!wish.media.empty()) bypass(wish);
    }
    if (active_.empty() && !table_.empty())
      fault("IC-05", "no policy", fmt::format("{}", table_.size()));
    return std::move(faults_);
  }

 private:
  void fault(std::string_view requirement, std::string expected, std::string observed) {
    faults_.push_back({std::string(requirement), std::move(expected), std::move(observed)});
  }

  void expect(const GatewayWish& wish, const std::string& requirement, const Packet& packet,
              bool is_protected) {
    const SetkeyPolicy* policy = policy_of(table_, packet);
    const bool found = policy != nullptr && policy->action == "ipsec";
    if (found != is_protected)
      return fault(requirement,
                   fmt::format("{} {}", show(packet), is_protected ? "protected" : "in clear"),
                   found ? "protected" : "in clear");
    if (found) protection(wish, requirement, packet, *policy);
  }

  void protection(const GatewayWish& wish, const std::string& requirement, const Packet& packet,
                  const SetkeyPolicy& policy) {
    const std::string protocol = wish.ah ? "ah" : "esp";
    if (policy.requests.size() != 1 || policy.requests[0].protocol != protocol)
      return fault("MO-20", fmt::format("{} alone", protocol), "another protection");
    const SetkeyRequest& request = policy.requests[0];
    if (request.level != "require" && request.level != "unique")
      fault("MO-11", "the level require", request.level);
    const std::string mode = wish.tunnel() ? "tunnel" : "transport";
    if (request.mode != mode) fault(requirement, mode, request.mode);
    if (!wish.tunnel()) return;
    const auto near = read_address(wish.source);
    const auto far = read_address(wish.destination);
    if (request.from != (packet.out ? near : far) || request.to != (packet.out ? far : near))
      fault("MO-15", "a tunnel between both ends", "another one");
  }

  /// Media has an entry of its own, before what protects.
  void bypass(const GatewayWish& wish) {
    const auto media = read_address(wish.media);
    const auto is_bypass = [&](const SetkeyPolicy& policy) {
      return policy.action == "none" &&
             (policy.from.address == media || policy.to.address == media);
    };
    const auto is_protecting = [](const SetkeyPolicy& policy) { return policy.action == "ipsec"; };
    const auto first = std::ranges::find_if(table_, is_protecting);
    const auto before = std::count_if(table_.begin(), first, is_bypass);
    if (before < 2 && !TOUCHSTONE_ORACLE_DEFECT("gateway.no_bypass"))
      fault("MO-13", "entries for media, both ways, before those that protect",
            fmt::format("{}", before));
  }

  const std::vector<GatewayWish>& active_;
  const PolicyTable& table_;
  GatewayFaults faults_;
};

/// One command as a policy without action: what spddelete and spdadd have in common.
std::optional<SetkeyPolicy> deleted_policy(std::string_view command) {
  const auto reading =
      read_setkey(fmt::format("spdadd{} none;", command.substr(command.find("spddelete") + 9)));
  return reading.policies.size() == 1 ? std::optional(reading.policies[0]) : std::nullopt;
}

bool apply_command(PolicyTable& table, std::string_view command) {
  if (command.find("spdflush") != std::string_view::npos) return table.clear(), true;
  if (command.find("spddelete") != std::string_view::npos) {
    const auto gone = deleted_policy(command);
    if (!gone) return false;
    std::erase_if(table, [&](const SetkeyPolicy& one) { return same_selector(one, *gone); });
    return true;
  }
  if (command.find("spdadd") == std::string_view::npos) return true;
  const auto reading = read_setkey(fmt::format("{};", command));
  // setkey keeps what is there: spdadd of a selector that exists fails.
  for (const SetkeyPolicy& added : reading.policies)
    if (std::ranges::none_of(table, [&](const auto& one) { return same_selector(one, added); }))
      table.push_back(added);
  return reading.verdict.daemon_takes();
}

}  // namespace

bool apply_script(PolicyTable& table, std::string_view script) {
  while (!script.empty()) {
    const auto end = std::min(script.find(';'), script.size());
    if (!apply_command(table, script.substr(0, end))) return false;
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return true;
}

const SetkeyPolicy* policy_of(const PolicyTable& table, const Packet& packet) {
  for (const SetkeyPolicy& one : table)
    if ((one.direction == "out") == packet.out &&
        matches(one.from, packet.from, packet.from_port) &&
        matches(one.to, packet.to, packet.to_port) &&
        (one.protocol == any || one.protocol == packet.protocol))
      return &one;
  return nullptr;
}

GatewayFaults judge_policies(const std::vector<GatewayWish>& active, const PolicyTable& table) {
  return PolicyJudge(active, table).run();
}

}  // namespace touchstone::conformance::oracle::ipsec
