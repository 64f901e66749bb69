#include "conformance/oracle/ipsec/gateway_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/keys_files.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

using Kind = EtcFile::Kind;

constexpr std::string_view common = "racoon/racoon.conf";
constexpr std::string_view common_link = "racoon.conf";
constexpr std::string_view keys_file = "racoon/psk.txt";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

bool is_include(const std::string& line) {
  const auto word = line.find_first_not_of(" \t");
  return word != std::string::npos && line.compare(word, 7, "include") == 0;
}

/// Whether `part` stands in `whole` in its order, and what else is there satisfies `rest`.
template <class Predicate>
bool is_kept(const std::vector<std::string>& part, const std::vector<std::string>& whole,
             Predicate rest) {
  std::size_t next = 0;
  for (const std::string& line : whole) {
    if (next < part.size() && line == part[next])
      ++next;
    else if (!rest(line))
      return false;
  }
  return next == part.size();
}

class TreeJudge {
 public:
  TreeJudge(const EtcTree& before, const std::vector<GatewayWish>& wishes, const EtcTree& after)
      : before_(before), wishes_(wishes), after_(after) {}

  GatewayFaults run(bool link_demanded) && {
    scripts_ = after_.contains("sysconfig/network-scripts") ? "sysconfig/network-scripts"
                                                            : "sysconf/network-scripts";
    common_file(link_demanded);
    for (const GatewayWish& wish : wishes_) {
      peer(wish);
      interface(wish);
    }
    keys();
    private_keys();
    others();
    return std::move(faults_);
  }

 private:
  void fault(std::string_view requirement, std::string expected, std::string observed) {
    faults_.push_back({std::string(requirement), std::move(expected), std::move(observed)});
  }

  /// A regular file, a link followed once; null with a fault where there is none.
  const EtcFile* file(std::string_view requirement, const std::string& name) {
    auto found = after_.find(name);
    if (found != after_.end() && found->second.kind == Kind::link) {
      const std::string& target = found->second.text;
      found = after_.find(target.starts_with("/etc/") ? target.substr(5) : target);
    }
    if (found != after_.end() && found->second.kind == Kind::regular) return &found->second;
    fault(requirement, fmt::format("a file /etc/{}", name), "there is none");
    return nullptr;
  }

  void common_file(bool link_demanded) {
    if (wishes_.empty() && !before_.contains(std::string(common))) return;
    const EtcFile* made = file("RF-01", std::string(common_link));
    if (link_demanded) made = file("RF-01", std::string(common));
    if (made == nullptr) return;
    if ((made->mode & 022) != 0)
      fault("RF-01", "a common file that root alone writes", fmt::format("{:04o}", made->mode));
    const auto reading = read_racoon(made->text);
    if (!reading.verdict.daemon_takes())
      fault("RF-01", "a common file that racoon takes", reading.verdict.remarks.back().code);
    paths(reading.conf);
    includes(reading.conf);
    const auto old = before_.find(std::string(common));
    if (old == before_.end()) return;
    if (!is_kept(lines_of(old->second.text), lines_of(made->text), is_include))
      fault("RF-03", "the common file as it was written by hand, with includes", "another one");
    if (old->second.mode != made->mode)
      fault("RF-03", fmt::format("the common file with mode {:04o}", old->second.mode),
            fmt::format("{:04o}", made->mode));
  }

  void paths(const RacoonConf& conf) {
    const auto expect = [&](const char* name, std::string_view path) {
      const auto found = conf.paths.find(name);
      const bool right = found != conf.paths.end() &&
                         (found->second == path || found->second == std::string(path) + "/");
      if (!right) fault("RF-01", fmt::format("path {} \"{}\"", name, path), "another one, or none");
    };
    if (before_.contains(std::string(common))) return;  // by hand
    if (std::ranges::any_of(wishes_, [](const auto& wish) { return !wish.certificates; }))
      expect("pre_shared_key", "/etc/racoon/psk.txt");
    if (std::ranges::any_of(wishes_, &GatewayWish::certificates))
      expect("certificate", "/etc/racoon/certs");
  }

  void includes(const RacoonConf& conf) {
    for (const GatewayWish& wish : wishes_) {
      const std::string name = "/etc/" + peer_file(wish.destination);
      const auto count = std::ranges::count(conf.includes, name);
      if (count != 1)
        fault("RF-02", fmt::format("{} included once", name), fmt::format("{} times", count));
    }
    for (const std::string& name : conf.includes)
      if (name.starts_with("/etc/") && name.find('*') == std::string::npos &&
          !after_.contains(name.substr(5)))
        fault("RF-06", fmt::format("no include of {}, which is not there", name), "one");
  }

  void peer(const GatewayWish& wish) {
    const bool v6 = wish.destination.find(':') != std::string::npos;
    const EtcFile* made = file(v6 ? "RF-08" : "RF-02", peer_file(wish.destination));
    if (made == nullptr) return;
    const auto reading = read_racoon(made->text);
    if (!reading.verdict.daemon_takes())
      return fault("RF-02", "a file of the peer that racoon takes",
                   reading.verdict.remarks.back().code);
    if (reading.conf.remotes.size() != 1 ||
        reading.conf.remotes[0].address != print_address(*read_address(wish.destination)))
      return fault("RF-02", fmt::format("one remote, for {}", wish.destination), "another one");
    remote(wish, reading.conf.remotes[0]);
    if (reading.conf.sainfos.size() != 1)
      return fault("RF-02", "one sainfo", fmt::format("{}", reading.conf.sainfos.size()));
    sainfo(wish, reading.conf.sainfos[0]);
  }

  void remote(const GatewayWish& wish, const RacoonRemote& made) {
    if (made.modes != std::vector<std::string>{"main"})
      fault("MO-20", "exchange_mode main", fmt::format("{} modes", made.modes.size()));
    if (made.proposals.size() != 1)
      return fault("MO-12", "one proposal", fmt::format("{}", made.proposals.size()));
    const RacoonProposal& proposal = made.proposals[0];
    const std::uint32_t bits = wish.modern ? 256 : 128;
    const int hash = wish.modern ? 4 : 2;  // RFC 2409 appendix A: SHA-1 is 2, SHA2-256 4
    const int group = wish.modern ? 14 : TOUCHSTONE_ORACLE_DEFECT("gateway.group") ? 5 : 2;
    const bool right = proposal.cipher == 7 && (proposal.key_bits == bits) &&
                       proposal.hash == hash && proposal.group == group;
    if (!right)
      fault("MO-12", fmt::format("AES-{}, hash {}, group {}", bits, hash, group),
            fmt::format("cipher {} of {} bits, hash {}, group {}", proposal.cipher,
                        proposal.key_bits, proposal.hash, proposal.group));
    const int method = wish.certificates ? 3 : 1;
    if (proposal.method != method)
      fault("CE-06", fmt::format("authentication method {}", method),
            fmt::format("{}", proposal.method));
    if (wish.certificates && (made.certificate.empty() || made.key.empty()))
      fault("CE-06", "the certificate and key of the gateway", "none");
  }

  static std::string sainfo_end(const std::string& address, const std::string& network,
                                std::uint64_t port, std::uint64_t protocol) {
    const auto slash = network.find('/');
    const auto host = read_address(network.empty() ? address : network.substr(0, slash));
    const std::string bits =
        network.empty() ? std::to_string(host->bits()) : network.substr(slash + 1);
    return fmt::format("{}/{}[{}]{}", print_address(*host), bits, port, protocol);
  }

  void sainfo(const GatewayWish& wish, const RacoonSainfo& made) {
    const std::string local = sainfo_end(wish.source, "", wish.source_port, wish.protocol);
    if (made.local != local && made.local != "anonymous")
      fault("MO-03", fmt::format("a sainfo for {}", local), made.local);
    const std::string far =
        sainfo_end(wish.destination, wish.network, wish.destination_port, wish.protocol);
    if (made.peer != far && made.peer != "anonymous")
      fault("MO-04", fmt::format("a sainfo for {}", far), made.peer);
    const RacoonTransform cipher{12, wish.modern ? 256 : 128};  // RFC 2407 §4.4.4
    const RacoonTransform auth{wish.modern ? 5 : 2, 0};
    if (made.ciphers != std::vector{cipher} || made.auths != std::vector{auth})
      fault("MO-12", "AES and HMAC of the profile in the sainfo", "others");
  }

  void interface(const GatewayWish& wish) {
    const EtcFile* made = file("IC-01", fmt::format("{}/ifcfg-{}", scripts_, wish.name));
    if (made == nullptr) return;
    const auto values = read_ifcfg({made->text, std::nullopt, std::nullopt}).values;
    const auto expect = [&](std::string_view requirement, const char* name,
                            const std::string& value) {
      const auto found = values.find(name);
      if (found == values.end() || found->second != value)
        fault(requirement, fmt::format("{}={} in ifcfg-{}", name, value, wish.name),
              found == values.end() ? "none" : found->second);
    };
    expect("OR-08", "ONBOOT", "yes");
    expect("IC-01", "TYPE", "IPSEC");
    expect("RF-02", "DST", wish.destination);
    if ((made->mode & 022) != 0)
      fault("RF-02", "an ifcfg file that root alone writes", fmt::format("{:04o}", made->mode));
  }

  /// The latest key of each host.
  [[nodiscard]] PskRows wanted_rows() const {
    PskRows rows;
    const auto set = [&](const std::string& host, const std::optional<std::string>& key) {
      if (!key) return;
      const auto found = std::ranges::find(rows, host, &PskRows::value_type::first);
      if (found == rows.end())
        rows.emplace_back(host, *key);
      else if (!TOUCHSTONE_ORACLE_DEFECT("gateway.first_key"))
        found->second = *key;
    };
    for (const GatewayWish& wish : wishes_) {
      set(wish.source, wish.source_key);
      set(wish.destination, wish.destination_key);
    }
    return rows;
  }

  void keys() {
    const PskRows wanted = wanted_rows();
    const auto found = after_.find(std::string(keys_file));
    const auto old = before_.find(std::string(keys_file));
    if (found == after_.end()) {
      if (!wanted.empty()) fault("PK-03", "a file /etc/racoon/psk.txt", "there is none");
      if (old != before_.end()) fault("PK-05", "psk.txt, which was there before", "none");
      return;
    }
    if (found->second.kind != Kind::regular || (found->second.mode & 077) != 0)
      fault("PK-04", "psk.txt for root alone", fmt::format("mode {:04o}", found->second.mode));
    rows(wanted, found->second.text);
    if (old == before_.end()) return;
    std::vector<std::string> foreign;
    for (const std::string& line : lines_of(old->second.text))
      if (!is_row_of(line, wanted)) foreign.push_back(line);
    if (!is_kept(foreign, lines_of(found->second.text),
                 [&](const std::string& line) { return is_row_of(line, wanted); }))
      fault("PK-05", "comments and rows of others as they were, in their order", "others");
  }

  static bool is_row_of(const std::string& line, const PskRows& rows) {
    const std::string host = line.substr(0, line.find_first_of(" \t"));
    return std::ranges::any_of(rows, [&](const auto& row) { return row.first == host; });
  }

  void rows(const PskRows& wanted, const std::string& text) {
    const PskRows found = read_psk(text).rows;
    for (const auto& [host, key] : wanted) {
      const auto right = read_psk(host + " " + key + "\n").rows;
      const auto count = std::ranges::count(found, host, &PskRows::value_type::first);
      if (count != 1)
        fault(count == 0 ? "PK-03" : "PK-02", fmt::format("one row of {}", host),
              fmt::format("{}", count));
      else if (std::ranges::find(found, right.front()) == found.end())
        fault("PK-02", fmt::format("the latest key of {}", host), "another one");
    }
    for (const auto& [host, key] : found) {
      const bool known = is_row_of(host, wanted) || was_there(host);
      if (!known) fault("PK-02", "no row but those that were asked for", host);
    }
  }

  [[nodiscard]] bool was_there(const std::string& host) const {
    const auto old = before_.find(std::string(keys_file));
    return old != before_.end() &&
           std::ranges::any_of(read_psk(old->second.text).rows,
                               [&](const auto& row) { return row.first == host; });
  }

  void private_keys() {
    for (const auto& [name, one] : after_)
      if (one.kind == Kind::regular && one.text.find("PRIVATE KEY") != std::string::npos &&
          (one.mode & 077) != 0)
        fault("PK-04", fmt::format("/etc/{} for root alone", name),
              fmt::format("mode {:04o}", one.mode));
  }

  /// Nothing else is made, changed or lost in the folders of these files.
  void others() {
    std::set<std::string> own{std::string(common), std::string(common_link),
                              std::string(keys_file)};
    for (const GatewayWish& wish : wishes_) {
      own.insert(peer_file(wish.destination));
      own.insert(fmt::format("{}/ifcfg-{}", scripts_, wish.name));
    }
    const auto mine = [&](const std::string& name) {
      return own.contains(name) || name.starts_with("racoon/certs/");
    };
    for (const auto& [name, one] : after_) {
      const auto old = before_.find(name);
      const bool watched = name.starts_with("racoon/") || name.starts_with(scripts_ + "/");
      if (one.kind == Kind::folder || mine(name)) continue;
      if (old == before_.end() && watched)
        fault("RF-06", "no file but those of the configurations", "/etc/" + name);
      if (old != before_.end() && one != old->second)
        fault("RF-06", fmt::format("/etc/{} as it was", name), "changed");
    }
    for (const auto& [name, one] : before_)
      if (!after_.contains(name) && !mine(name))
        fault("RF-06", fmt::format("/etc/{} still there", name), "gone");
  }

  const EtcTree& before_;
  const std::vector<GatewayWish>& wishes_;
  const EtcTree& after_;
  std::string scripts_;
  GatewayFaults faults_;
};

}  // namespace

std::string peer_file(std::string_view destination) {
  std::string name(destination);
  std::ranges::replace(name, ':', '_');
  return fmt::format("racoon/{}.conf", name);
}

GatewayFaults judge_gateway_tree(const EtcTree& before, const std::vector<GatewayWish>& wishes,
                                 const EtcTree& after, bool link_demanded) {
  return TreeJudge(before, wishes, after).run(link_demanded);
}

}  // namespace touchstone::conformance::oracle::ipsec
