#include "reference/host/kms_daemon.h"

#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "reference/base/durable_write.h"
#include "reference/host/background.h"
#include "reference/host/control.h"
#include "reference/host/diameter_setup.h"
#include "reference/host/kms_role.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::host {
namespace {

using Json = nlohmann::ordered_json;

/// Gateways that a server without a PeerTable lets in (DC-16).
constexpr std::size_t max_open_peers = 65536;
/// Remarks about one keyring in the log; the rest is a number.
constexpr std::size_t max_remarks = 20;

struct Loaded {
  Result<kms::KeySnapshotPointer> keys;
  Findings findings;
};

Loaded load(Files& files, const std::string& path) {
  Loaded loaded{nullptr, {}};
  loaded.keys = kms::read_snapshot(files, path, loaded.findings);
  return loaded;
}

std::string print_fault(const Error& error) {
  std::string text = error.code.message();
  if (!error.detail.empty()) text += "; " + error.detail;
  return text;
}

diameter::NodeConfig serving(diameter::NodeConfig node, const KmsOrder& order) {
  node.served = {{diameter::application_mobile_ipv4, diameter::command_aa_mobile_node}};
  node.profile = order.profile;
  node.tw = order.watchdog;
  node.tc = order.watchdog;
  if (order.config.peers.empty()) node.max_strangers = max_open_peers;
  if (order.listen && order.listen->address != 0) node.addresses = {order.listen->address};
  return node;
}

KmsRoleSettings role_settings(const diameter::NodeConfig& node, const KmsOrder& order) {
  KmsRoleSettings settings;
  settings.service.host = node.host;
  settings.service.realm = node.realm;
  settings.service.address = node.addresses.front();
  settings.service.state_id = node.origin_state_id;
  settings.service.require_protection = order.require_protected;
  settings.service.reload_mode =
      order.compat_restart ? kms::ReloadMode::compat_restart : kms::ReloadMode::on_signal;
  settings.service.unknown_limit = order.unknown_limit;
  for (const diameter::ConfiguredPeer& peer : order.config.peers)
    if (!peer.nodes.empty()) settings.service.peer_nodes.push_back({peer.uri.host, peer.nodes});
  settings.audit_mode = order.audit_mode;
  return settings;
}

Json print_counters(const kms::ServiceCounters& counters) {
  return {{"served", counters.served},
          {"unknown", counters.unknown},
          {"limited", counters.limited},
          {"refused", counters.refused}};
}

class KmsDaemon {
 public:
  static Result<std::unique_ptr<KmsDaemon>> make(const KmsOrder& order, const KmsSite& site) {
    Loaded loaded = load(site.files, order.keyring);
    for (const Finding& finding : loaded.findings)
      site.remark(finding);
    if (!loaded.keys) return std::unexpected(loaded.keys.error());
    TOUCHSTONE_TRY(diameter::NodeConfig node, node_config(order.config, site.clock));
    TOUCHSTONE_TRY(LogFile log, LogFile::open(order.log, site.clock));
    std::optional<ServiceAudit> audit;
    if (!order.audit.empty()) {
      TOUCHSTONE_TRY(audit, ServiceAudit::open(order.audit));
    }
    TOUCHSTONE_TRY(auto tls, read_tls(site.files, order.tls));
    auto daemon = std::make_unique<KmsDaemon>(order, site, serving(std::move(node), order),
                                              *std::move(loaded.keys), std::move(log),
                                              std::move(audit), std::move(tls));
    TOUCHSTONE_TRY_VOID(daemon->begin());
    return daemon;
  }

  KmsDaemon(const KmsOrder& order, const KmsSite& site, diameter::NodeConfig node,
            kms::KeySnapshotPointer keys, LogFile log, std::optional<ServiceAudit> audit,
            std::optional<crypto::TlsContext> tls)
      : order_(order),
        site_(site),
        log_(std::move(log)),
        audit_(std::move(audit)),
        tls_(std::move(tls)),
        role_(loop_, role_settings(node, order), std::move(keys), site.random, log_, audit_),
        driver_(loop_, std::move(node), driver_peers(order.config, diameter::PortProfile::rfc6733),
                site.random, role_,
                {.tls = tls_ ? &*tls_ : nullptr, .is_protected_below = order.has_ipsec}),
        control_(loop_, [this](std::string_view word) { return obey(word); }) {
    role_.attach(driver_);
  }

  void run() { loop_.run(); }

 private:
  Result<void> begin() {
    const Endpoint wish = order_.listen.value_or(own_endpoint());
    TOUCHSTONE_TRY(at_, driver_.listen(wish, order_.config.uri.secure));
    if (order_.listen_tls) {
      TOUCHSTONE_TRY(at_tls_, driver_.listen(*order_.listen_tls, true));
    }
    if (!order_.control.empty()) TOUCHSTONE_TRY_VOID(control_.listen(order_.control));
    if (!order_.port_file.empty()) TOUCHSTONE_TRY_VOID(write_port());
    for (const int signal : {SIGTERM, SIGINT})
      loop_.on_signal(signal, [this] { stop(); });
    loop_.on_signal(SIGHUP, [this] { reload(); });
    if (const auto replaced = note_keys()) role_.remember(*replaced);
    driver_.start();
    log_.line(fmt::format("kms={} serves {} nodes at {}", order_.config.uri.host,
                          role_.service().keys().size(), print_endpoint(at_)));
    site_.ready(at_);
    return {};
  }

  [[nodiscard]] Endpoint own_endpoint() const {
    const auto profile = order_.profile == diameter::Profile::rfc3588
                             ? diameter::PortProfile::rfc3588
                             : diameter::PortProfile::rfc6733;
    const std::vector<std::uint32_t> addresses = addresses_of(order_.config.uri.host);
    return {addresses.empty() ? 0 : addresses.front(),
            diameter::port_of(order_.config.uri, profile)};
  }

  Result<void> write_port() {
    const std::string text = std::to_string(at_.port) + "\n";
    return write_file(site_.files, {.path = order_.port_file,
                                    .content = as_octets(text),
                                    .attributes = {.mode = 0644},
                                    .replace = true});
  }

  // The keyring again. It is read and parsed where it does not disturb; the swap is one pointer.

  void reload() {
    reopen("log", log_.reopen());
    if (audit_) reopen("audit", audit_->reopen());
    if (order_.compat_restart) {
      log_.line(kms::print_reload({.result = kms::ReloadResult::kept_until_restart, .old = nullptr},
                                  0, {}));
      return;
    }
    wants_reload_ = true;
    begin_reload();
  }

  void begin_reload() {
    if (is_reloading_ || !wants_reload_) return;
    is_reloading_ = true;
    wants_reload_ = false;
    background_.run([this] {
      auto loaded = std::make_shared<Loaded>(load(site_.files, order_.keyring));
      loop_.post([this, loaded] { finish_reload(*loaded); });
    });
  }

  void finish_reload(Loaded& loaded) {
    is_reloading_ = false;
    note(loaded.findings);
    const std::string fault = loaded.keys ? "" : print_fault(loaded.keys.error());
    auto done = std::make_shared<kms::Reload>(role_.reload(std::move(loaded.keys)));
    last_fault_ = fault;
    if (done->gateway_changed || done->code_download_changed) static_cast<void>(note_keys());
    if (done->result == kms::ReloadResult::swapped) ++reloads_;
    log_.line(kms::print_reload(*done, role_.service().keys().size(), fault));
    background_.run([done] { done->old.reset(); });
    begin_reload();
  }

  /// For the next process. Without it a gateway that is away now and comes after a restart keeps
  /// the keys that it has.
  Result<kms::ReplacedKeys> note_keys() {
    auto replaced = kms::note_served_keys(site_.files, order_.served, role_.service().keys());
    if (!replaced) log_.line("served keys not noted: " + print_fault(replaced.error()));
    return replaced;
  }

  void note(const Findings& findings) {
    for (std::size_t i = 0; i < findings.size() && i < max_remarks; ++i)
      log_.add("keyring: " + print_finding(order_.keyring, findings[i]));
    if (findings.size() > max_remarks)
      log_.add(fmt::format("keyring: {} more remarks", findings.size() - max_remarks));
  }

  void reopen(std::string_view what, const Result<void>& done) {
    if (!done)
      log_.line(fmt::format("{}: the old file is kept: {}", what, print_fault(done.error())));
  }

  void stop() {
    if (is_stopping_) return loop_.stop();
    is_stopping_ = true;
    log_.line("stop");
    driver_.stop(diameter::DisconnectCause::rebooting, stop_patience, [this] {
      log_.line("stopped");
      loop_.stop();
    });
  }

  // The operator.

  Json obey(std::string_view word) {
    if (word == "status") return status();
    if (word == "peers") return peers();
    if (word == "reload") {
      if (order_.compat_restart) return {{"ok", false}, {"error", "compat-restart: restart it"}};
      reload();
      return Json::object();
    }
    if (word == "stop") {
      loop_.post([this] { stop(); });
      return Json::object();
    }
    return nullptr;
  }

  [[nodiscard]] Json status() const {
    const auto up = std::chrono::duration_cast<std::chrono::seconds>(EventLoop::now() - begun_);
    const DriverCounters& driver = driver_.counters();
    Json status = {{"role", "kms"},
                   {"host", order_.config.uri.host},
                   {"realm", order_.config.realm},
                   {"listen", print_endpoint(at_)},
                   {"listen_tls", at_tls_.port == 0 ? "" : print_endpoint(at_tls_)},
                   {"seconds", up.count()},
                   {"nodes", role_.service().keys().size()},
                   {"reloading", is_reloading_},
                   {"reloads", reloads_},
                   {"reload_error", last_fault_},
                   {"connections", driver_.node().connection_count()},
                   {"accepted", driver.accepted},
                   {"turned_away", driver.turned_away},
                   {"audit", role_.audit_state()},
                   {"unaudited", role_.unaudited()},
                   {"rotations_pending", role_.rotations_pending()}};
    status.update(print_counters(role_.service().counters()));
    return status;
  }

  [[nodiscard]] Json peers() const {
    const diameter::Node& node = driver_.node();
    Json list = Json::array();
    for (diameter::PeerIndex i = 0; i < node.peer_count(); ++i) {
      Json one = {{"host", node.peer_host(i)},
                  {"state", diameter::print_state(node.peer_state(i))},
                  {"watchdog", diameter::print_state(node.watchdog_state(i))}};
      one.update(print_counters(role_.service().counters_of(node.peer_host(i))));
      list.push_back(std::move(one));
    }
    return {{"peers", std::move(list)}};
  }

  const KmsOrder& order_;
  const KmsSite& site_;
  EventLoop loop_;
  LogFile log_;
  std::optional<ServiceAudit> audit_;
  std::optional<crypto::TlsContext> tls_;
  KmsRole role_;
  DiameterDriver driver_;
  ControlServer control_;
  Endpoint at_;
  Endpoint at_tls_;
  LoopTime begun_ = EventLoop::now();
  bool is_reloading_ = false;
  bool wants_reload_ = false;
  bool is_stopping_ = false;
  std::uint64_t reloads_ = 0;
  std::string last_fault_;
  Background background_;  // last: its thread uses what is above, and ends first
};

}  // namespace

Result<void> run_kms(const KmsOrder& order, const KmsSite& site) {
  TOUCHSTONE_TRY(const auto daemon, KmsDaemon::make(order, site));
  daemon->run();
  return {};
}

}  // namespace touchstone::host
