#include "reference/mediagateway/ipsec_wish.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "reference/base/defect.h"
#include "reference/mediagateway/ipsec_errc.h"
#include "reference/mediagateway/ipsec_values.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

class WishCheck {
 public:
  WishCheck(const CreateWish& wish, IpsecTree& tree) : wish_(&wish), tree_(&tree) {}

  Result<CheckedWish> run() {
    TOUCHSTONE_TRY(made_.name, check_name(wish_->name));
    made_.on_boot = true;
    made_.of_gateway = true;
    TOUCHSTONE_TRY_VOID(algorithms());
    TOUCHSTONE_TRY_VOID(destination());
    TOUCHSTONE_TRY_VOID(scope());
    TOUCHSTONE_TRY_VOID(keys());
    TOUCHSTONE_TRY_VOID(source());
    TOUCHSTONE_TRY_VOID(together());
    TOUCHSTONE_TRY_VOID(method());
    TOUCHSTONE_TRY_VOID(neighbours());
    return CheckedWish{std::move(made_), std::move(log_).take()};
  }

 private:
  Result<void> algorithms() {
    made_.profile = wish_->profile.value_or("legacy");
    const bool modern = made_.profile == "modern";
    if (!modern && made_.profile != "legacy")
      return refused("--profile", "expected legacy or modern");
    const std::string proto =
        TOUCHSTONE_DEFECT("MO-20.always_esp") ? "esp" : wish_->proto.value_or("esp");
    if (proto != "esp" && proto != "ah") return refused("--proto", "expected esp or ah");
    const std::string auth = modern ? "sha2-256" : "sha1";
    made_.dh_group = modern ? 14 : 2;
    if (TOUCHSTONE_DEFECT("MO-02.tcp")) made_.protocol = 6;
    made_.ah = proto == "ah" ? auth : "none";
    made_.esp = proto == "esp" ? "aes-cbc" : "none";
    made_.esp_auth = proto == "esp" ? auth : "none";
    if (!modern) log_.note(config::Rule::weak_profile, {});
    return {};
  }

  Result<void> destination() {
    if (!wish_->destination && wish_->network && TOUCHSTONE_DEFECT("MO-17.alone"))
      made_.destination = config::parse_address("192.0.2.1", config::AddressForm::exact);
    if (!wish_->destination && !made_.destination)
      return refused("--dst-address", wish_->network
                                          ? "expected the peer that ends the tunnel (MO-17)"
                                          : "expected the address of the peer");
    if (wish_->destination) {
      TOUCHSTONE_TRY(made_.destination, parse_host("--dst-address", *wish_->destination));
    }
    if (!wish_->network) return {};
    TOUCHSTONE_TRY(made_.destination_network,
                   parse_network("--dst-network", *wish_->network, wish_->any_network));
    const bool one_host = made_.destination_network->prefix == made_.destination->bits();
    if (one_host && TOUCHSTONE_DEFECT("MO-09.host")) made_.destination_network.reset();
    return {};
  }

  Result<void> scope() {
    if (wish_->protocol) {
      TOUCHSTONE_TRY(made_.protocol, parse_protocol(*wish_->protocol, *tree_));
      if (made_.protocol == 0) made_.protocol = 255;
    }
    if (wish_->source_port) {
      TOUCHSTONE_TRY(made_.source_port, parse_port("--src-port", *wish_->source_port, *tree_));
    }
    if (wish_->destination_port) {
      TOUCHSTONE_TRY(made_.destination_port,
                     parse_port("--dst-port", *wish_->destination_port, *tree_));
    }
    const bool ports = made_.source_port != 0 || made_.destination_port != 0;
    if (ports && !has_ports(made_.protocol))
      return refused(wish_->source_port ? "--src-port" : "--dst-port",
                     "expected --ip-proto with tcp, udp, sctp or dccp beside a port");
    return {};
  }

  Result<void> keys() {
    for (const auto& [option, key] : {std::pair("--src-preshared-key", &wish_->source_key),
                                      std::pair("--dst-preshared-key", &wish_->destination_key)}) {
      if (!*key) continue;
      TOUCHSTONE_TRY_VOID(check_key(option, **key));
      if ((*key)->size() < config::min_psk) log_.note(config::Rule::psk_short, {}, told(option));
      if (as_text(**key).starts_with("0x")) log_.note(config::Rule::psk_text_hex, {});
    }
    if (wish_->source_key && wish_->destination_key &&
        !equal_in_constant_time(*wish_->source_key, *wish_->destination_key) &&
        !TOUCHSTONE_DEFECT("PK-08.silent"))
      log_.note(config::Rule::psk_differ, {});
    return {};
  }

  static std::string told(std::string_view option) {
    return fmt::format("expected 16 octets or more behind {}", option);
  }

  Result<void> source() {
    if (wish_->source) {
      TOUCHSTONE_TRY(made_.source, parse_host("--src-address", *wish_->source));
      return {};
    }
    made_.source = tree_->address_of(TOUCHSTONE_DEFECT("MO-03.eth1") ? "eth1" : "eth0");
    if (!made_.source) made_.source = wish_->eth0;
    if (!made_.source)
      return located("--src-address", Result<void>(fail(IpsecErrc::no_address,
                                                        "expected it, or IPADDR in ifcfg-eth0")));
    return {};
  }

  /// What the values have to do with each other.
  Result<void> together() {
    if (*made_.source == *made_.destination)
      return refused("--dst-address", "expected another address than that of this end");
    if (made_.source->v6 != made_.destination->v6)
      return refused("--dst-address", "expected an address of the same IP version as ours");
    if (made_.destination_network) {
      if (made_.destination_network->address.v6 != made_.source->v6)
        return refused("--dst-network", "expected a network of the same IP version");
      made_.source_network = config::Network{*made_.source, made_.source->bits()};
      if (*made_.destination_network == *made_.source_network)
        return refused("--dst-network", "expected another network than this end itself");
    }
    return media();
  }

  Result<void> media() {
    if (wish_->media_ports) {
      TOUCHSTONE_TRY(const auto ports, parse_port_range("--media-ports", *wish_->media_ports));
      std::tie(made_.media_low, made_.media_high) = ports;
    }
    if (wish_->media) {
      TOUCHSTONE_TRY(made_.media, parse_host("--media-address", *wish_->media));
    } else if (made_.destination_network) {
      made_.media = tree_->address_of("eth1");
    }
    if (!made_.media) return {};
    if (TOUCHSTONE_DEFECT("MO-13.forgets")) made_.media.reset();
    if (!made_.media) return {};
    if (made_.media->v6 != made_.source->v6)
      return refused("--media-address", "expected an address of the same IP version");
    if (*made_.media == *made_.source) {
      if (wish_->media)
        return refused("--media-address", "expected another address than that of this end");
      made_.media.reset();
    }
    return {};
  }

  /// A key means pre-shared keys, certificates mean RSA signatures; both or neither is refused.
  Result<void> method() {
    const bool keys = wish_->source_key || wish_->destination_key;
    const bool installed = tree_->has(ipsec_places::private_key);
    if (keys && wish_->certificates)
      return refused("--install-certs", "expected a pre-shared key or certificates, not both");
    if (!keys && !wish_->certificates && !installed && !TOUCHSTONE_DEFECT("CE-06.none_there"))
      return refused("--create",
                     "expected --dst-preshared-key, or certificates by --install-certs");
    made_.method = keys ? config::IkeMethod::psk : config::IkeMethod::x509;
    made_.source_key = wish_->source_key.has_value();
    if (!keys) made_.certificate = ipsec_places::certificate;
    if (!keys || wish_->destination_key) return {};
    TOUCHSTONE_TRY(const auto text, tree_->read(ipsec_places::psk));
    const std::string peer = config::print_address(*made_.destination);
    const bool known =
        text && config::read_psk(*text, config::Profile::daemon).find(peer) != nullptr;
    if (!known)
      return refused("--dst-preshared-key", "expected the key of the peer, which IKE uses");
    return {};
  }

  Result<void> neighbours() {
    TOUCHSTONE_TRY(const auto others, tree_->connections());
    for (const Connection& one : others)
      if (one.name == made_.name && !TOUCHSTONE_DEFECT("IC-08.replaces"))
        return located("--name", Result<void>(fail(IpsecErrc::name_exists)));
    for (const Connection& one : others)
      if (one.destination == made_.destination && !TOUCHSTONE_DEFECT("RF-05.second_peer"))
        return located(
            "--dst-address",
            Result<void>(fail(IpsecErrc::peer_exists,
                              fmt::format("expected another peer: {} is that of "
                                          "configuration {}",
                                          config::print_address(*made_.destination), one.name))));
    for (const std::string& path : {tree_->ifcfg_path(made_.name), peer_path(*made_.destination)})
      if (tree_->has(path) && !TOUCHSTONE_DEFECT("RF-05.second_peer") &&
          !TOUCHSTONE_DEFECT("IC-08.replaces"))
        return located(path, Result<void>(fail(IpsecErrc::hand_made)));
    return {};
  }

  const CreateWish* wish_;
  IpsecTree* tree_;
  Connection made_;
  config::RuleLog log_{config::Profile::strict};
};

}  // namespace

Result<std::string> check_name(const std::optional<std::string>& text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c == ',' && TOUCHSTONE_DEFECT("IC-02.comma"));
  };
  if (!text || text->empty() || text->size() > (TOUCHSTONE_DEFECT("IC-02.long") ? 33U : 32U) ||
      !std::ranges::all_of(*text, letter))
    return refused("--name", "expected 1 to 32 letters a-z, A-Z and digits");
  return *text;
}

Result<CheckedWish> check_create(const CreateWish& wish, IpsecTree& tree) {
  return WishCheck(wish, tree).run();
}

}  // namespace touchstone::mediagateway
