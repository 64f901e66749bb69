#include <algorithm>
#include <map>

#include "conformance/oracle/diameter/conf.h"
#include "conformance/oracle/diameter/conf_host.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

constexpr std::size_t longest_line = 1024;
constexpr std::size_t largest_file = 4 * 1024 * 1024;

const std::map<std::string, std::vector<std::string>, std::less<>>& groups() {
  static const std::map<std::string, std::vector<std::string>, std::less<>> members{
      {"SupportedApplicationIds", {"ApplicationIdType", "ApplicationId", "VendorId"}},
      {"InbandSecurityIds", {"SecurityId"}},
      {"PeerTable", {"URI", "Realm", "PeerConnecting"}}};
  return members;
}
const std::vector<std::string>& singles() {
  static const std::vector<std::string> names{"URI", "StackType", "Realm", "VendorId",
                                              "ProductName"};
  return names;
}

struct Value {
  std::string text;
  std::uint64_t line = 0;
};
using Entry = std::map<std::string, Value, std::less<>>;
/// A group's entries by index; the group "" has entry 0 alone.
using Table = std::map<std::string, std::map<std::uint32_t, Entry>, std::less<>>;

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool same_letters(std::string_view a, std::string_view b) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, low, low);
}

class ConfReader {
 public:
  explicit ConfReader(const ConfUse& use) : use_(use) {}

  ConfReading read(std::string_view file) {
    if (file.size() > largest_file)
      error("TOOLONG", 0);
    else
      read_lines(file);
    if (file.size() <= largest_file) {
      read_singles();
      read_applications();
      read_security();
      read_peers();
      judge_whole();
    }
    std::ranges::stable_sort(reading_.findings, {}, &Finding::line);
    const bool refused = std::ranges::any_of(
        reading_.findings, [](const Finding& one) { return one.severity == Severity::error; });
    if (refused)
      reading_.exit_code = 6;
    else if (use_.strict && !reading_.findings.empty())
      reading_.exit_code = 13;
    return std::move(reading_);
  }

 private:
  void error(std::string_view code, std::uint64_t line) {
    reading_.findings.push_back({code, Severity::error, line, 0, {}});
  }
  void warn(std::string_view code, std::uint64_t line) {
    reading_.findings.push_back({code, Severity::warning, line, 0, {}});
  }

  void read_lines(std::string_view file) {
    std::uint64_t number = 0;
    while (!file.empty()) {
      const auto end = file.find('\n');
      read_line(file.substr(0, end), ++number);
      file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
    }
  }

  void read_line(std::string_view line, std::uint64_t number) {
    if (line.size() > longest_line) return error("TOOLONG", number);
    if (line.ends_with('\r')) {
      warn("KL-CRLF", number);
      line.remove_suffix(1);
    }
    for (const char c : line)
      if (c != '\t' && (c < 0x20 || c > 0x7E)) return error("CHARSET", number);
    const std::string_view bare = trim(line);
    if (bare.empty()) return;
    if (bare[0] == '#') return;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return error("SYNTAX", number);
    const std::string_view name = trim(line.substr(0, equals));
    const std::string_view value = trim(line.substr(equals + 1));
    const bool spaced = name.size() + value.size() + 1 != line.size();
    if (spaced && !TOUCHSTONE_ORACLE_DEFECT("conf.space")) warn("KL-SPACE", number);
    if (name.empty() || value.empty()) return error("SYNTAX", number);
    store(name, {std::string(value), number});
  }

  void store(std::string_view name, const Value& value) {
    const auto dot = name.find('.');
    const auto group = groups().find(name.substr(0, dot));
    if (dot == std::string_view::npos || group == groups().end()) {
      if (std::ranges::find(singles(), name) == singles().end())
        return warn("KL-UNKNOWN", value.line);
      return put("", 0, std::string(name), value);
    }
    const auto second = name.find('.', dot + 1);
    const auto index = conf_number(name.substr(dot + 1, second - dot - 1));
    if (!index) return error("INDEX", value.line);
    if (second == std::string_view::npos) return error("SYNTAX", value.line);
    std::string member(name.substr(second + 1));
    if (member == "ApplicationID" && !TOUCHSTONE_ORACLE_DEFECT("conf.alias")) {
      warn("KL-ALIAS", value.line);
      member = "ApplicationId";
    }
    if (std::ranges::find(group->second, member) == group->second.end())
      return warn("KL-UNKNOWN", value.line);
    put(group->first, *index, member, value);
  }

  void put(const std::string& group, std::uint32_t index, const std::string& member,
           const Value& value) {
    const bool fresh = table_[group][index].emplace(member, value).second;
    if (!fresh && !TOUCHSTONE_ORACLE_DEFECT("conf.twice")) error("DUPLICATE", value.line);
  }

  const Value* find(const Entry& entry, std::string_view member) const {
    const auto found = entry.find(member);
    return found == entry.end() ? nullptr : &found->second;
  }

  ConfUri uri(const Entry& entry) {
    const Value* value = find(entry, "URI");
    if (value == nullptr) return {};
    const ConfUriReading read = read_conf_uri(value->text);
    if (read.has_options) warn("KL-URIOPT", value->line);
    if (read.is_address) warn("KL-IPURI", value->line);
    if (!read.good) error("URI", value->line);
    return read.uri;
  }

  std::string realm(const Entry& entry) {
    const Value* value = find(entry, "Realm");
    if (value == nullptr) return {};
    if (!is_conf_name(value->text)) error("REALM", value->line);
    return value->text;
  }

  std::uint32_t number(const Entry& entry, std::string_view member) {
    const Value* value = find(entry, member);
    if (value == nullptr) return 0;
    const auto read = conf_number(value->text);
    if (!read) error("NUMBER", value->line);
    return read.value_or(0);
  }

  std::string word(const Entry& entry, std::string_view member, std::string_view one,
                   std::string_view other, std::string_view absent) {
    const Value* value = find(entry, member);
    if (value == nullptr) return std::string(absent);
    if (value->text != one && value->text != other) error("CHOICE", value->line);
    return value->text;
  }

  void read_singles() {
    const Entry& entry = table_[""][0];
    Conf& conf = reading_.conf;
    for (const char* needed : {"URI", "Realm", "StackType"})
      if (find(entry, needed) == nullptr) error("MISSING", 0);
    conf.uri = uri(entry);
    conf.realm = realm(entry);
    conf.stack_type = word(entry, "StackType", "SERVER", "CLIENT", "SERVER");
    conf.vendor_id = number(entry, "VendorId");
    const Value* product = find(entry, "ProductName");
    conf.product_name = conf.stack_type == "CLIENT" ? "KMC" : "KMS";
    if (product != nullptr) conf.product_name = product->text;
  }

  /// The entries of a group in the order of their indices.
  std::vector<Entry> entries(const std::string& group) {
    std::vector<Entry> list;
    for (const auto& [index, entry] : table_[group]) {
      if (index > list.size() && !has_gap_.contains(group) &&
          !TOUCHSTONE_ORACLE_DEFECT("conf.gap")) {
        has_gap_[group] = true;
        warn("KL-INDEXGAP", first_line(entry));
      }
      list.push_back(entry);
    }
    return list;
  }

  /// The line of the member that the table of properties names first.
  std::uint64_t first_line(const Entry& entry) const {
    for (const char* member :
         {"ApplicationIdType", "ApplicationId", "VendorId", "SecurityId", "URI", "Realm"})
      if (const Value* value = find(entry, member)) return value->line;
    return entry.begin()->second.line;
  }

  void read_applications() {
    std::vector<ConfApplication> list;
    for (const Entry& entry : entries("SupportedApplicationIds")) {
      if (find(entry, "ApplicationId") == nullptr) error("MISSING", first_line(entry));
      list.push_back({word(entry, "ApplicationIdType", "Auth", "Acct", "Auth"),
                      number(entry, "ApplicationId"), number(entry, "VendorId")});
    }
    if (list.empty()) return;
    const bool served = std::ranges::any_of(list, [](const ConfApplication& one) {
      return one.id == 2 && (one.type == "Auth" || TOUCHSTONE_ORACLE_DEFECT("conf.acct"));
    });
    if (!served) error("APPLICATION", 0);
    reading_.conf.applications = list;
  }

  void read_security() {
    for (const Entry& entry : entries("InbandSecurityIds"))
      reading_.conf.inband_security.push_back(
          word(entry, "SecurityId", "TLS", "NO_INBAND_SECURITY", ""));
  }

  void read_peers() {
    for (const Entry& entry : entries("PeerTable")) {
      if (find(entry, "URI") == nullptr) error("MISSING", first_line(entry));
      const bool connecting = word(entry, "PeerConnecting", "true", "false", "false") == "true";
      reading_.conf.peers.push_back({uri(entry), realm(entry), connecting});
    }
  }

  void judge_whole() {
    const Conf& conf = reading_.conf;
    const bool client = conf.stack_type == "CLIENT";
    const Value* stack = find(table_[""][0], "StackType");
    if (!use_.role.empty() && (use_.role == "client") != client)
      error("ROLE", stack == nullptr ? 0 : stack->line);
    if (conf.peers.empty() && client) error("MISSING", 0);
    if (conf.peers.empty() && !client) warn("KL-OPENPEERS", 0);
    const auto lists = [&](std::string_view id) {
      return std::ranges::find(conf.inband_security, id) != conf.inband_security.end();
    };
    if (lists("TLS") && !use_.certificate) error("CERTIFICATE", 0);
    const bool clear =
        lists("NO_INBAND_SECURITY") || (conf.inband_security.empty() && !conf.uri.secure);
    if (clear && !use_.ipsec) warn("KL-CLEARTEXT", 0);
    if (use_.hosts.empty() || conf.uri.host.empty()) return;
    const bool own = std::ranges::any_of(
        use_.hosts, [&](const std::string& host) { return same_letters(host, conf.uri.host); });
    // 127.0.0.0/8 belongs to every computer (RFC 1122 §3.2.1.3).
    const bool loopback = conf.uri.host.starts_with("127.") && is_conf_address(conf.uri.host);
    if (!own && !loopback) warn("HOST", find(table_[""][0], "URI")->line);
  }

  const ConfUse& use_;
  Table table_;
  std::map<std::string, bool> has_gap_;
  ConfReading reading_;
};

}  // namespace

ConfReading read_conf(OctetView file, const ConfUse& use) {
  return ConfReader(use).read(as_text(file));
}

std::string print_conf_uri(const ConfUri& uri) {
  const std::string port = uri.port ? ":" + std::to_string(*uri.port) : "";
  return (uri.secure ? "aaas://" : "aaa://") + uri.host + port;
}

std::string print_conf(const Conf& conf) {
  std::string text = "URI=" + print_conf_uri(conf.uri) + "\nStackType=" + conf.stack_type +
                     "\nRealm=" + conf.realm + "\nVendorId=" + std::to_string(conf.vendor_id) +
                     "\nProductName=" + conf.product_name + "\n";
  for (std::size_t i = 0; i < conf.applications.size(); ++i) {
    const ConfApplication& one = conf.applications[i];
    const std::string start = "SupportedApplicationIds." + std::to_string(i) + ".";
    text += start + "ApplicationIdType=" + one.type + "\n";
    text += start + "ApplicationId=" + std::to_string(one.id) + "\n";
    text += start + "VendorId=" + std::to_string(one.vendor) + "\n";
  }
  for (std::size_t i = 0; i < conf.inband_security.size(); ++i)
    text +=
        "InbandSecurityIds." + std::to_string(i) + ".SecurityId=" + conf.inband_security[i] + "\n";
  for (std::size_t i = 0; i < conf.peers.size(); ++i) {
    const ConfPeer& peer = conf.peers[i];
    const std::string start = "PeerTable." + std::to_string(i) + ".";
    text += start + "URI=" + print_conf_uri(peer.uri) + "\n";
    if (!peer.realm.empty()) text += start + "Realm=" + peer.realm + "\n";
    text += start + "PeerConnecting=" + (peer.connecting ? "true" : "false") + "\n";
  }
  return text;
}

std::uint16_t port_of(const ConfUri& uri, std::string_view profile) {
  if (uri.port) return *uri.port;
  const std::uint16_t secure = TOUCHSTONE_ORACLE_DEFECT("conf.port-5658") ? 5658 : 5868;
  return uri.secure && profile == "6733" ? secure : 3868;
}

}  // namespace touchstone::conformance::oracle::diameter
