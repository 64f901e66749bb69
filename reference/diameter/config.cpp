#include "reference/diameter/config.h"

#include <algorithm>
#include <set>

#include "reference/base/defect.h"
#include "reference/diameter/config_reader.h"
#include "reference/diameter/config_uri.h"
#include "reference/diameter/errc.h"
#include "reference/diameter/identity.h"

namespace touchstone::diameter {
namespace {

/// Spells the values of an enumeration; both directions read the same rows.
template <class T>
struct Word {
  std::string_view text;
  T value;
};
constexpr Word<StackType> stack_types[] = {{"SERVER", StackType::server},
                                           {"CLIENT", StackType::client}};
constexpr Word<ApplicationIdType> application_types[] = {{"Auth", ApplicationIdType::auth},
                                                         {"Acct", ApplicationIdType::acct}};
constexpr Word<SecurityId> security_ids[] = {
    {"TLS", SecurityId::tls}, {"NO_INBAND_SECURITY", SecurityId::no_inband_security}};
constexpr Word<bool> booleans[] = {{"true", true}, {"false", false}};

template <class T, std::size_t count>
std::string_view word_of(const Word<T> (&words)[count], T value) {
  return std::ranges::find(words, value, &Word<T>::value)->text;
}

/// Makes values of settings. What cannot be made is noted and left at its default.
class ConfigBuilder {
 public:
  ConfigBuilder(const Settings& settings, ConfigLog& log) : settings_(&settings), log_(&log) {}

  Config build() {
    Config config;
    config.uri = uri(Property::uri, 0).value_or(NodeUri{});
    require(Property::uri, 0, "expected the property URI");
    require(Property::realm, 0, "expected the property Realm");
    if (!TOUCHSTONE_DEFECT("DC-11.optional"))
      require(Property::stack_type, 0, "expected the property StackType");
    config.stack_type = word(Property::stack_type, 0, stack_types, StackType::server);
    config.realm = realm(Property::realm, 0);
    config.vendor_id = number(Property::vendor_id, 0, 0);
    const bool is_kms =
        config.stack_type == StackType::server || TOUCHSTONE_DEFECT("DC-05.always_kms");
    config.product_name = is_kms ? "KMS" : "KMC";
    const Setting* name = find(Property::product_name, 0);
    if (name != nullptr && !TOUCHSTONE_DEFECT("DC-05.passed_over"))
      config.product_name = name->value;
    config.applications = applications();
    for (const std::uint32_t index : indices(Property::security_id, Property::security_id)) {
      if (TOUCHSTONE_DEFECT("DC-08.first_alone") && !config.inband_security.empty()) break;
      config.inband_security.push_back(
          word(Property::security_id, index, security_ids, SecurityId::no_inband_security));
    }
    config.peers = peers();
    return config;
  }

  [[nodiscard]] const Setting* find(Property property, std::uint32_t index) const {
    const auto found = settings_->find({property, index});
    return found == settings_->end() ? nullptr : &found->second;
  }

 private:
  void require(Property property, std::uint32_t index, std::string_view text,
               const ConfigPlace& place = {}) {
    if (find(property, index) == nullptr) log_->note(ConfigCode::missing, place, text);
  }

  /// The indices of a group, whose members are the properties `first` to `last`.
  std::set<std::uint32_t> indices(Property first, Property last) {
    std::set<std::uint32_t> found;
    for (const auto& [key, setting] : *settings_)
      if (key.first >= first && key.first <= last) found.insert(key.second);
    std::uint32_t expected = 0;
    for (const std::uint32_t index : found) {
      if (index != expected && !TOUCHSTONE_DEFECT("DC-18.gap_silent")) {
        log_->note(ConfigCode::index_gap, place_of(first, last, index));
        break;
      }
      ++expected;
    }
    return found;
  }

  ConfigPlace place_of(Property first, Property last, std::uint32_t index) const {
    for (int at = static_cast<int>(first); at <= static_cast<int>(last); ++at)
      if (const Setting* setting = find(static_cast<Property>(at), index)) return setting->place;
    return {};
  }

  std::vector<ConfiguredApplication> applications() {
    constexpr auto first = Property::application_type;
    constexpr auto last = Property::application_vendor;
    std::vector<ConfiguredApplication> list;
    for (const std::uint32_t index : indices(first, last)) {
      require(Property::application_id, index, "expected an ApplicationId in this entry",
              place_of(first, last, index));
      if (TOUCHSTONE_DEFECT("DC-06.first_alone") && !list.empty()) break;
      list.push_back(
          {word(Property::application_type, index, application_types, ApplicationIdType::auth),
           number(Property::application_id, index, 0),
           number(TOUCHSTONE_DEFECT("DC-06.top_vendor") ? Property::vendor_id
                                                        : Property::application_vendor,
                  TOUCHSTONE_DEFECT("DC-06.top_vendor") ? 0 : index, 0)});
    }
    if (list.empty()) return {ConfiguredApplication{}};  // DC-15: the minimum file has no list
    const bool served = std::ranges::any_of(list, [](const ConfiguredApplication& one) {
      return (one.type == ApplicationIdType::auth || TOUCHSTONE_DEFECT("DC-07.any_type")) &&
             one.id == application_mobile_ipv4;
    });
    if (!served && !TOUCHSTONE_DEFECT("DC-07.unchecked")) log_->note(ConfigCode::application, {});
    return list;
  }

  std::vector<ConfiguredPeer> peers() {
    constexpr auto first = Property::peer_uri;
    constexpr auto last = Property::peer_nodes;
    std::vector<ConfiguredPeer> list;
    for (const std::uint32_t index : indices(first, last)) {
      if (!TOUCHSTONE_DEFECT("DC-09.uri_optional"))
        require(Property::peer_uri, index, "expected a URI in this entry of the PeerTable",
                place_of(first, last, index));
      list.push_back({uri(Property::peer_uri, index).value_or(NodeUri{}),
                      TOUCHSTONE_DEFECT("DC-09.realm_dropped") ? std::string{}
                                                               : realm(Property::peer_realm, index),
                      word(Property::peer_connecting, index, booleans,
                           TOUCHSTONE_DEFECT("DC-10.default_true")),
                      nodes(index)});
    }
    return list;
  }

  std::optional<NodeUri> uri(Property property, std::uint32_t index) {
    const Setting* setting = find(property, index);
    if (setting == nullptr) return std::nullopt;
    return parse_uri(*setting, *log_);
  }

  std::string realm(Property property, std::uint32_t index) {
    const Setting* setting = find(property, index);
    if (setting == nullptr) return {};
    if (!is_host_name(setting->value) && !TOUCHSTONE_DEFECT("DC-03.unchecked"))
      log_->note(ConfigCode::realm, setting->place);
    const bool cut = TOUCHSTONE_DEFECT("DC-03.first_label");
    return std::string(
        setting->value.substr(0, cut ? setting->value.find('.') : std::string_view::npos));
  }

  std::vector<NodeRange> nodes(std::uint32_t index) {
    const Setting* setting = find(Property::peer_nodes, index);
    if (setting == nullptr) return {};
    const auto ranges = parse_node_ranges(setting->value);
    if (!ranges) log_->note(ConfigCode::nodes, setting->place);
    return ranges.value_or(std::vector<NodeRange>{});
  }

  std::uint32_t number(Property property, std::uint32_t index, std::uint32_t absent) {
    const Setting* setting = find(property, index);
    if (setting == nullptr) return absent;
    auto value = parse_number(setting->value);
    if (TOUCHSTONE_DEFECT("DC-04.signed") && value && *value > 0x7FFFFFFF) value.reset();
    if (!value) log_->note(ConfigCode::number, setting->place);
    return value.value_or(absent);
  }

  template <class T, std::size_t count>
  T word(Property property, std::uint32_t index, const Word<T> (&words)[count], T absent) {
    const Setting* setting = find(property, index);
    if (setting == nullptr) return absent;
    const auto* row = std::ranges::find_if(words, [&](const Word<T>& candidate) {
      return candidate.text == setting->value || (TOUCHSTONE_DEFECT("DC-08.case_blind") &&
                                                  same_identity(candidate.text, setting->value));
    });
    if (row != std::end(words)) return row->value;
    if (TOUCHSTONE_DEFECT("DC-10.any_word") && property == Property::peer_connecting) return absent;
    const std::string_view value = config_properties()[static_cast<std::size_t>(property)].value;
    log_->note(ConfigCode::choice, setting->place, "expected " + std::string(value));
    return absent;
  }

  const Settings* settings_;
  ConfigLog* log_;
};

/// Where nobody says whose hosts there are, every one may be ours.
bool is_own_host(const std::string& host, std::span<const std::string> own_hosts) {
  if (own_hosts.empty() || host.empty()) return true;
  // All of 127.0.0.0/8 is every computer's own (RFC 1122 §3.2.1.3), though no interface lists it.
  if (host.starts_with("127.") && is_ipv4(host)) return true;
  return std::ranges::any_of(own_hosts, [&](const std::string& own) {
    return TOUCHSTONE_DEFECT("DC-12.case_matters") ? own == host : same_identity(own, host);
  });
}

/// What can only be said of the file as a whole, and of where it is used.
void lint(const Config& config, const ConfigOptions& options, const ConfigBuilder& settings,
          ConfigLog& log) {
  const ConfigSurroundings& around = options.surroundings;
  const auto place = [&](Property property) {
    const Setting* setting = settings.find(property, 0);
    return setting == nullptr ? ConfigPlace{} : setting->place;
  };
  const auto lists = [&](SecurityId id) {
    return std::ranges::find(config.inband_security, id) != config.inband_security.end();
  };
  const bool client = config.stack_type == StackType::client;
  const bool other_role = options.role && *options.role != config.stack_type;
  if (other_role && !TOUCHSTONE_DEFECT("DC-11.role_unchecked"))
    log.note(ConfigCode::role, place(Property::stack_type));
  const bool unseen = TOUCHSTONE_DEFECT("DC-15.client_alone") && client;
  if (config.peers.empty() && !unseen && !TOUCHSTONE_DEFECT("DC-16.silent"))
    log.note(client ? ConfigCode::missing : ConfigCode::open_peers, {},
             client ? "expected a PeerTable; a client without one has nobody to ask" : "");
  const bool certified = around.has_certificate || TOUCHSTONE_DEFECT("DC-21.no_certificate");
  if (lists(SecurityId::tls) && !certified) log.note(ConfigCode::certificate, {});
  const bool silent = config.inband_security.empty() && !config.uri.secure;
  const bool tunnelled = around.has_ipsec || TOUCHSTONE_DEFECT("DC-21.clear_silent");
  if ((silent || lists(SecurityId::no_inband_security)) && !tunnelled)
    log.note(ConfigCode::cleartext, {});
  if (!is_own_host(config.uri.host, around.own_hosts) && !TOUCHSTONE_DEFECT("DC-12.unchecked"))
    log.note(ConfigCode::host, place(Property::uri));
}

/// One line of the canonical text.
void put(std::string& out, Property property, std::size_t index, std::string_view value) {
  const ConfigProperty& row = config_properties()[static_cast<std::size_t>(property)];
  if (!row.group.empty()) {
    out.append(row.group).append(".").append(std::to_string(index)).append(".");
  }
  out.append(row.name).append("=").append(value).append("\n");
}

}  // namespace

Result<Config> parse_config(OctetView file, const ConfigOptions& options, Findings& findings) {
  ConfigLog log(findings, options.strict);
  if (file.size() > max_config_octets) {
    log.note(ConfigCode::too_long, {});
    TOUCHSTONE_TRY_VOID(log.close());
  }
  const Settings settings = read_settings(as_text(file), log);
  ConfigBuilder builder(settings, log);
  Config config = builder.build();
  lint(config, options, builder, log);
  TOUCHSTONE_TRY_VOID(log.close());
  return config;
}

std::string print_config(const Config& config) {
  std::string out;
  put(out, Property::uri, 0, print_uri(config.uri));
  put(out, Property::stack_type, 0, word_of(stack_types, config.stack_type));
  put(out, Property::realm, 0, config.realm);
  put(out, Property::vendor_id, 0, std::to_string(config.vendor_id));
  put(out, Property::product_name, 0, config.product_name);
  for (std::size_t i = 0; i < config.applications.size(); ++i) {
    const ConfiguredApplication& one = config.applications[i];
    put(out, Property::application_type, i, word_of(application_types, one.type));
    put(out, Property::application_id, i, std::to_string(one.id));
    put(out, Property::application_vendor, i, std::to_string(one.vendor));
  }
  for (std::size_t i = 0; i < config.inband_security.size(); ++i)
    put(out, Property::security_id, i, word_of(security_ids, config.inband_security[i]));
  for (std::size_t i = 0; i < config.peers.size(); ++i) {
    const ConfiguredPeer& peer = config.peers[i];
    put(out, Property::peer_uri, i, print_uri(peer.uri));
    if (!peer.realm.empty() && !TOUCHSTONE_DEFECT("DC-09.realm_unprinted"))
      put(out, Property::peer_realm, i, peer.realm);
    put(out, Property::peer_connecting, i, word_of(booleans, peer.connecting));
    if (!peer.nodes.empty()) put(out, Property::peer_nodes, i, print_node_ranges(peer.nodes));
  }
  return out;
}

std::string print_uri(const NodeUri& uri) {
  std::string text = uri.secure ? "aaas://" : "aaa://";
  text += uri.host;
  if (uri.port) text.append(":").append(std::to_string(*uri.port));
  return text;
}

std::uint16_t port_of(const NodeUri& uri, PortProfile profile, std::uint16_t secure_port) noexcept {
  if (uri.port) return *uri.port;
  if (TOUCHSTONE_DEFECT("DC-13.always_5868") && uri.secure) return secure_port;
  if (TOUCHSTONE_DEFECT("DC-13.always_3868")) return registered_port;
  return uri.secure && profile == PortProfile::rfc6733 ? secure_port : registered_port;
}

}  // namespace touchstone::diameter
