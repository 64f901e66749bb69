#include "reference/ipsec/config/ifcfg.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/algorithms.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/setkey_lexer.h"
#include "reference/ipsec/config/shell_assignments.h"

namespace touchstone::ipsec::config {
namespace {

// Those that ifup-ipsec and ifdown-ipsec of RHEL 5 read, and what every ifcfg file may have.
constexpr std::string_view known[] = {"SRC",           "DST",
                                      "TYPE",          "ONBOOT",
                                      "SRCNET",        "DSTNET",
                                      "SRCGW",         "DSTGW",
                                      "DEVICE",        "USERCTL",
                                      "IKE_METHOD",    "IKE_PSK",
                                      "IKE_CERTFILE",  "IKE_PEER_CERTFILE",
                                      "IKE_DNSSEC",    "IKE_DHGROUP",
                                      "IKE_AUTH",      "IKE_ENC",
                                      "MYID_TYPE",     "MYID_VALUE",
                                      "AH_PROTO",      "ESP_PROTO",
                                      "AESP_PROTO",    "KEY_AH",
                                      "KEY_ESP",       "KEY_AESP",
                                      "KEY_AH_IN",     "KEY_AH_OUT",
                                      "KEY_ESP_IN",    "KEY_ESP_OUT",
                                      "KEY_AESP_IN",   "KEY_AESP_OUT",
                                      "SPI_AH_IN",     "SPI_AH_OUT",
                                      "SPI_ESP_IN",    "SPI_ESP_OUT",
                                      "KEYING",        "MGU_PROFILE",
                                      "MGU_PROTOCOL",  "MGU_SRC_PORT",
                                      "MGU_DST_PORT",  "MGU_MEDIA",
                                      "MGU_MEDIA_LOW", "MGU_MEDIA_HIGH",
                                      "MGU_SRC_KEY"};

bool is_secret(std::string_view name) {
  return name == "IKE_PSK" || name.starts_with("KEY_");
}

std::optional<std::uint64_t> number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reader {
 public:
  explicit Reader(const IfcfgFiles& files) : files_(&files), log_(Profile::strict) {
    assign(files.ifcfg, 0);
    if (files.keys) assign(*files.keys, 1);
  }

  IfcfgReading run() && {
    made_.name = files_->name;
    head();
    gateway();
    networks();
    if (files_->keys_mode && (*files_->keys_mode & 077) != 0 && !TOUCHSTONE_DEFECT("IP-08.mode"))
      log_.note(Rule::if_key_mode, {.file = 1});
    const bool automatic = has_prefix("IKE_");
    if (automatic && has_prefix("KEY_")) log_.note(Rule::if_both_keyings, place("IKE_METHOD"));
    if (automatic)
      exchange();
    else
      manual();
    protection();
    IfcfgReading reading;
    reading.interface = std::move(made_);
    reading.accepted = !log_.refused();
    reading.findings = std::move(log_).take();
    return reading;
  }

 private:
  void assign(OctetView text, std::uint32_t file) {
    for (Assignment& one : read_assignments(text, file, log_)) {
      if (std::ranges::find(known, one.name) == std::end(known))
        log_.note(Rule::if_unknown, one.place);
      if (is_secret(one.name) && file == 0 && !TOUCHSTONE_DEFECT("IP-08.place"))
        log_.note(Rule::if_key_place, one.place);
      const auto before = values_.find(one.name);
      if (before != values_.end() && before->second.place.file == file)
        log_.note(Rule::if_twice, one.place);
      values_.insert_or_assign(one.name, std::move(one));
    }
  }

  [[nodiscard]] std::string_view text(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string_view() : as_text(found->second.value);
  }
  [[nodiscard]] Place place(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? Place{} : found->second.place;
  }
  [[nodiscard]] bool has_prefix(std::string_view prefix) const {
    return std::ranges::any_of(values_, [&](const auto& row) {
      return row.first.starts_with(prefix) && !row.second.value.empty();
    });
  }

  void head() {
    if (text("TYPE") != "IPSEC") log_.note(Rule::if_type, place("TYPE"));
    made_.on_boot = text("ONBOOT") == "yes" && !TOUCHSTONE_DEFECT("IP-03.boot");
    if (!made_.on_boot) log_.note(Rule::if_boot, place("ONBOOT"));
    made_.destination = parse_address(text("DST"), AddressForm::exact);
    if (!made_.destination) log_.note(Rule::if_destination, place("DST"));
    made_.source = address("SRC");
    address("SRCGW");
    address("DSTGW");
  }

  /// The variables of the command `ipsec`.
  void gateway() {
    made_.profile = text("MGU_PROFILE");
    made_.of_gateway = !made_.profile.empty();
    made_.media = address("MGU_MEDIA");
    small_number("MGU_PROTOCOL", 255, made_.protocol);
    small_number("MGU_SRC_PORT", 65535, made_.source_port);
    small_number("MGU_DST_PORT", 65535, made_.destination_port);
    small_number("MGU_MEDIA_LOW", 65535, made_.media_low);
    small_number("MGU_MEDIA_HIGH", 65535, made_.media_high);
    made_.source_key = text("MGU_SRC_KEY") == "yes";
  }

  void small_number(const std::string& name, std::uint32_t most, std::uint32_t& made) {
    if (text(name).empty()) return;
    const auto value = number(text(name));
    if (value && *value <= most)
      made = static_cast<std::uint32_t>(*value);
    else
      log_.note(Rule::if_number, place(name));
  }

  std::optional<Address> address(const std::string& name) {
    if (text(name).empty()) return std::nullopt;
    const auto made = parse_address(text(name), AddressForm::exact);
    if (!made) log_.note(Rule::if_address, place(name));
    return made;
  }

  void networks() {
    made_.source_network = network("SRCNET");
    made_.destination_network = network("DSTNET");
    const bool source = !text("SRCNET").empty();
    const bool destination = !text("DSTNET").empty();
    if (source != destination && !TOUCHSTONE_DEFECT("MO-15.half"))
      log_.note(Rule::if_half_net, place(source ? "SRCNET" : "DSTNET"));
    if (made_.source_network && made_.source_network == made_.destination_network)
      log_.note(Rule::if_same_net, place("DSTNET"));
  }

  std::optional<Network> network(const std::string& name) {
    const std::string_view value = text(name);
    if (value.empty()) return std::nullopt;
    const std::size_t slash = value.find('/');
    const auto address = parse_address(value.substr(0, slash), AddressForm::exact);
    const auto bits = slash == std::string_view::npos ? std::optional<std::uint64_t>()
                                                      : number(value.substr(slash + 1));
    if (address && bits && *bits <= address->bits()) {
      const Network made{*address, static_cast<unsigned>(*bits)};
      if (network_of(*address, made.prefix) == *address || TOUCHSTONE_DEFECT("MO-19.any_net"))
        return made;
    }
    log_.note(Rule::if_net, place(name));
    return std::nullopt;
  }

  void exchange() {
    const std::string_view method = text("IKE_METHOD");
    made_.method = method == "X509"     ? IkeMethod::x509
                   : method == "GSSAPI" ? IkeMethod::gssapi
                                        : IkeMethod::psk;
    if (method != "PSK" && method != "X509" && method != "GSSAPI")
      log_.note(Rule::if_method, place("IKE_METHOD"));
    if (method == "PSK" && !made_.of_gateway) key();
    made_.certificate = text("IKE_CERTFILE");
    made_.peer_certificate = text("IKE_PEER_CERTFILE");
    if (method == "X509" && made_.certificate.empty())
      log_.note(Rule::if_no_certificate, place("IKE_METHOD"));
    group();
    const Algorithm* cipher = find_algorithm(text("IKE_ENC"));
    const Algorithm* hash = find_algorithm(text("IKE_AUTH"));
    if (!text("IKE_ENC").empty() &&
        (cipher == nullptr || cipher->in(AlgorithmClass::phase1_cipher) == 0))
      log_.note(Rule::if_algorithm, place("IKE_ENC"));
    if (!text("IKE_AUTH").empty() &&
        (hash == nullptr || hash->in(AlgorithmClass::phase1_hash) == 0))
      log_.note(Rule::if_algorithm, place("IKE_AUTH"));
  }

  void key() {
    const auto found = values_.find("IKE_PSK");
    if (found == values_.end() || found->second.value.empty()) {
      if (!TOUCHSTONE_DEFECT("IP-04.no_key")) log_.note(Rule::if_no_key, place("IKE_METHOD"));
      return;
    }
    if (found->second.value.size() < min_psk) log_.note(Rule::psk_short, found->second.place);
    made_.psk = copy_secret(found->second.value);
  }

  void group() {
    const std::string_view told = text("IKE_DHGROUP");
    if (told.empty()) return;
    const auto value = number(told);
    if (!value || *value > 18 ||
        find_algorithm(AlgorithmClass::phase1_group, static_cast<std::uint16_t>(*value)) == nullptr)
      return TOUCHSTONE_DEFECT("MO-12.any_group") ? void()
                                                  : log_.note(Rule::if_group, place("IKE_DHGROUP"));
    made_.dh_group = static_cast<unsigned>(*value);
  }

  /// Keys and SPIs by hand: both directions of AH or of ESP.
  void manual() {
    made_.method = IkeMethod::manual;
    bool whole = false;
    for (const std::string_view kind : {"AH", "ESP"}) {
      unsigned spis = 0;
      for (const std::string_view direction : {"IN", "OUT"}) {
        const std::string name = "SPI_" + std::string(kind) + "_" + std::string(direction);
        if (text(name).empty()) continue;
        const auto value = number(text(name));
        if (!value || *value < 256 || *value > 0xffffffff) log_.note(Rule::if_spi, place(name));
        ++spis;
      }
      const bool keys = has_prefix("KEY_" + std::string(kind));
      whole = whole || (spis == 2 && keys);
    }
    if (!whole) log_.note(Rule::if_no_keying, {});
  }

  void protection() {
    protocol("AH_PROTO", made_.ah, true);
    protocol("ESP_PROTO", made_.esp, false);
    protocol("AESP_PROTO", made_.esp_auth, true);
    if (made_.ah == "none" && made_.esp == "none" && !TOUCHSTONE_DEFECT("IP-11.none"))
      log_.note(Rule::if_none, place("ESP_PROTO"));
  }

  /// Names that initscripts puts behind hmac- or before -cbc.
  void protocol(const std::string& name, std::string& made, bool auth) {
    const std::string value(text(name));
    if (value.empty()) return;
    made = value;
    if (value == "none") return;
    const bool found = find_setkey_algorithm(auth, value) != nullptr ||
                       find_setkey_algorithm(auth, auth ? "hmac-" + value : value + "-cbc");
    if (!found) log_.note(Rule::if_algorithm, place(name));
  }

  const IfcfgFiles* files_;
  RuleLog log_;
  IpsecInterface made_;
  std::map<std::string, Assignment> values_;
};

void append(std::string& out, std::string_view name, std::string_view value) {
  out += as_text(print_assignment(name, as_octets(value)));
}

std::string print_network(const Network& network) {
  return print_address(network.address) + "/" + std::to_string(network.prefix);
}

void append_gateway(std::string& out, const IpsecInterface& interface) {
  append(out, "MGU_PROFILE", interface.profile);
  if (interface.protocol != 255) append(out, "MGU_PROTOCOL", std::to_string(interface.protocol));
  if (interface.source_port != 0)
    append(out, "MGU_SRC_PORT", std::to_string(interface.source_port));
  if (interface.destination_port != 0)
    append(out, "MGU_DST_PORT", std::to_string(interface.destination_port));
  if (interface.media) append(out, "MGU_MEDIA", print_address(*interface.media));
  if (interface.media_low != 0) {
    append(out, "MGU_MEDIA_LOW", std::to_string(interface.media_low));
    append(out, "MGU_MEDIA_HIGH", std::to_string(interface.media_high));
  }
  if (interface.source_key) append(out, "MGU_SRC_KEY", "yes");
}

}  // namespace

IfcfgReading read_ifcfg(const IfcfgFiles& files) {
  return Reader(files).run();
}

IfcfgText print_ifcfg(const IpsecInterface& interface) {
  IfcfgText out;
  if (interface.destination) append(out.ifcfg, "DST", print_address(*interface.destination));
  if (interface.source) append(out.ifcfg, "SRC", print_address(*interface.source));
  append(out.ifcfg, "TYPE", "IPSEC");
  append(out.ifcfg, "ONBOOT", interface.on_boot ? "yes" : "no");
  if (interface.source_network)
    append(out.ifcfg, "SRCNET", print_network(*interface.source_network));
  if (interface.destination_network)
    append(out.ifcfg, "DSTNET", print_network(*interface.destination_network));
  const bool certificates = interface.method == IkeMethod::x509;
  append(out.ifcfg, "IKE_METHOD", certificates ? "X509" : "PSK");
  if (certificates) append(out.ifcfg, "IKE_CERTFILE", interface.certificate);
  if (interface.dh_group != 2) append(out.ifcfg, "IKE_DHGROUP", std::to_string(interface.dh_group));
  if (interface.ah != "sha1") append(out.ifcfg, "AH_PROTO", interface.ah);
  if (interface.esp != "3des") append(out.ifcfg, "ESP_PROTO", interface.esp);
  if (interface.esp_auth != "sha1") append(out.ifcfg, "AESP_PROTO", interface.esp_auth);
  if (interface.of_gateway)
    append_gateway(out.ifcfg, interface);
  else
    out.keys = print_assignment("IKE_PSK", interface.psk);
  return out;
}

}  // namespace touchstone::ipsec::config
