#include "reference/host/gateway_daemon.h"

#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "reference/gateway/cache_file.h"
#include "reference/gateway/service.h"
#include "reference/host/control.h"
#include "reference/host/datagram_port.h"
#include "reference/host/diameter_setup.h"
#include "reference/host/log_file.h"

namespace touchstone::host {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

/// Joins that come together are one write.
constexpr auto save_soon = 50ms;
/// A large cache takes a while to write: at most one part in twenty of the time goes into it.
constexpr int save_share = 20;
constexpr auto save_again = 10s;  ///< after a disk was full
/// How many ids `cache` lists; the rest is a number.
constexpr std::size_t max_listed = 10000;

std::string kms_realm(const diameter::Config& config) {
  return config.peers.empty() || config.peers[0].realm.empty() ? config.realm
                                                               : config.peers[0].realm;
}

std::vector<std::string> kms_hosts(const diameter::Config& config) {
  std::vector<std::string> hosts;
  for (const diameter::ConfiguredPeer& peer : config.peers)
    hosts.push_back(peer.uri.host);
  return hosts;
}

diameter::PortProfile port_profile(diameter::Profile profile) {
  return profile == diameter::Profile::rfc3588 ? diameter::PortProfile::rfc3588
                                               : diameter::PortProfile::rfc6733;
}

class GatewayDaemon final : DiameterHandler, gateway::KmsLink {
 public:
  static Result<std::unique_ptr<GatewayDaemon>> make(const GatewayOrder& order,
                                                     const GatewayMachine& machine) {
    TOUCHSTONE_TRY(diameter::NodeConfig node, node_config(order.config, machine.clock));
    node.served = {{diameter::application_mobile_ipv4, diameter::command_home_agent_mip}};
    node.profile = order.profile;
    node.tw = order.watchdog;
    node.tc = order.watchdog;
    TOUCHSTONE_TRY(auto tls, read_tls(machine.files, order.tls));
    TOUCHSTONE_TRY(gateway::CacheFile file, gateway::CacheFile::open(machine.files, order.cache));
    std::optional<Error> unusable;
    TOUCHSTONE_TRY(gateway::Cache cache, file.read_for_start(kms_realm(order.config), unusable));
    TOUCHSTONE_TRY(LogFile log, LogFile::open(order.log, machine.clock));
    if (unusable) {
      machine.warn(*unusable);
      log.line("cache unusable: " + unusable->code.message());
    }
    auto daemon = std::make_unique<GatewayDaemon>(order, machine, std::move(node), std::move(file),
                                                  std::move(cache), std::move(log), std::move(tls));
    TOUCHSTONE_TRY_VOID(daemon->begin(order));
    return daemon;
  }

  GatewayDaemon(const GatewayOrder& order, const GatewayMachine& machine, diameter::NodeConfig node,
                gateway::CacheFile file, gateway::Cache cache, LogFile log,
                std::optional<crypto::TlsContext> tls)
      : machine_(machine),
        tls_(std::move(tls)),
        log_(std::move(log)),
        file_(std::move(file)),
        service_(std::move(cache),
                 {.host = node.host,
                  .realm = node.realm,
                  .address = node.addresses[0],
                  .kms = kms_hosts(order.config)},
                 *this, machine.random),
        driver_(loop_, std::move(node), driver_peers(order.config, port_profile(order.profile)),
                machine.random, *this,
                {.tls = tls_ ? &*tls_ : nullptr, .is_protected_below = order.has_ipsec}),
        control_(loop_, [this](std::string_view word) { return obey(word); }),
        question_timer_(loop_),
        save_timer_(loop_) {}

  void run() { loop_.run(); }

 private:
  Result<void> begin(const GatewayOrder& order) {
    TOUCHSTONE_TRY(
        port_,
        DatagramPort::open(loop_, order.join, [this](OctetView octets, const Endpoint& sender) {
          apply(service_.receive(octets, encode_endpoint(sender), EventLoop::now()));
        }));
    if (!order.control.empty()) TOUCHSTONE_TRY_VOID(control_.listen(order.control));
    for (const int signal : {SIGTERM, SIGINT})
      loop_.on_signal(signal, [this] { stop(); });
    loop_.on_signal(SIGHUP, [this] { reload(); });
    apply(service_.start(EventLoop::now()));
    driver_.start();
    return {};
  }

  // What the service wants done.

  void apply(const gateway::ServiceOutput& output) {
    for (const gateway::Output::Datagram& datagram : output.send)
      port_->send(datagram.octets, decode_endpoint(datagram.to));
    for (const std::string& line : output.log)
      log_.line(line);
    if (output.save_cache && !is_dirty_) {
      is_dirty_ = true;
      save_at(std::max(EventLoop::now() + save_soon, next_save_));
    }
    if (output.save_now) save();
    if (const auto deadline = service_.next_deadline())
      question_timer_.at(*deadline, [this] { apply(service_.on_timer(EventLoop::now())); });
    if (!is_ready_ && service_.has_network_keys()) become_ready();
  }

  void become_ready() {
    is_ready_ = true;
    if (is_dirty_) save();
    machine_.ready(port_->local());
  }

  void save_at(LoopTime moment) {
    save_timer_.at(moment, [this] { save(); });
  }

  /// What waits for it is answered, whether it is written or not.
  void save() {
    const bool is_saved = write_cache();
    apply(service_.on_saved(is_saved));
  }

  bool write_cache() {
    const LoopTime begun = EventLoop::now();
    const Result<void> written = file_.write(service_.cache());
    const LoopTime ended = EventLoop::now();
    if (!written) {
      log_.line("cache not written: " + written.error().code.message());
      save_at(ended + save_again);
      return false;
    }
    is_dirty_ = false;
    save_timer_.cancel();
    next_save_ = ended + save_share * (ended - begun);
    return true;
  }

  void stop() {
    if (is_stopping_) return loop_.stop();
    is_stopping_ = true;
    log_.line("stop");
    if (is_dirty_) save();
    driver_.stop(diameter::DisconnectCause::rebooting, stop_patience, [this] { loop_.stop(); });
  }

  /// The configuration takes effect on a restart alone (DC-17).
  void reload() {
    const Result<void> opened = log_.reopen();
    log_.line(opened ? "log begun" : "log kept: " + opened.error().code.message());
  }

  // DiameterHandler.

  void on_request(const DiameterRequest& request) override {
    apply(service_.on_request(request.id, request.message));
  }
  void on_answer(diameter::RequestId request, std::uint32_t /*result*/,
                 const diameter::MessageView& message) override {
    apply(service_.on_answer(request, message, EventLoop::now()));
  }
  void on_failure(diameter::RequestId request, std::uint32_t result) override {
    apply(service_.on_failure(request, result, EventLoop::now()));
  }
  void on_peer_up(diameter::PeerIndex peer) override {
    apply(service_.on_peer_up(driver_.node().peer_host(peer), EventLoop::now()));
  }
  void on_peer_down(diameter::PeerIndex peer) override {
    apply(service_.on_peer_down(driver_.node().peer_host(peer)));
  }

  // KmsLink.

  std::optional<diameter::RequestId> request(OctetView message) override {
    return driver_.request(message);
  }
  void answer(diameter::RequestId request, OctetView message) override {
    driver_.answer(request, message);
  }
  std::string next_session_id() override { return driver_.next_session_id(); }

  // The operator.

  Json obey(std::string_view word) {
    if (word == "status") return status();
    if (word == "peers") return peers();
    if (word == "cache") return cache();
    if (word == "reload") {
      reload();
      return Json::object();
    }
    if (word == "stop") {
      loop_.post([this] { stop(); });
      return Json::object();
    }
    return nullptr;
  }

  Json status() const {
    const gateway::ServiceCounters& counters = service_.counters();
    const auto up = std::chrono::duration_cast<std::chrono::seconds>(EventLoop::now() - begun_);
    return {{"role", "gateway"},
            {"ready", is_ready_},
            {"realm", service_.cache().realm},
            {"join", print_endpoint(port_->local())},
            {"network_keys", service_.has_network_keys()},
            {"nodes", service_.cache().nodes.size()},
            {"saved", !is_dirty_},
            {"admitted", counters.admitted},
            {"refused", counters.refused},
            {"later", counters.later},
            {"asked", counters.asked},
            {"rotations", counters.rotations},
            {"seconds", up.count()}};
  }

  Json peers() const {
    Json list = Json::array();
    for (diameter::PeerIndex i = 0; i < driver_.node().peer_count(); ++i)
      list.push_back({{"host", driver_.node().peer_host(i)},
                      {"state", diameter::print_state(driver_.node().peer_state(i))},
                      {"watchdog", diameter::print_state(driver_.node().watchdog_state(i))}});
    return {{"peers", std::move(list)}};
  }

  /// Ids and never a key.
  Json cache() const {
    const gateway::Cache& cache = service_.cache();
    Json ids = Json::array();
    for (const auto& [id, key] : cache.nodes) {
      if (ids.size() == max_listed) break;
      ids.push_back(fmt::format("0x{:08x}", id));
    }
    return {{"realm", cache.realm},
            {"gateway", cache.gateway.has_value()},
            {"gateway_cdld", cache.code_download.has_value()},
            {"nodes", cache.nodes.size()},
            {"ids", std::move(ids)}};
  }

  const GatewayMachine& machine_;
  EventLoop loop_;
  std::optional<crypto::TlsContext> tls_;
  LogFile log_;
  gateway::CacheFile file_;
  gateway::GatewayService service_;
  DiameterDriver driver_;
  std::unique_ptr<DatagramPort> port_;
  ControlServer control_;
  LoopTimer question_timer_;
  LoopTimer save_timer_;
  LoopTime begun_ = EventLoop::now();
  LoopTime next_save_{};
  bool is_dirty_ = false;
  bool is_ready_ = false;
  bool is_stopping_ = false;
};

}  // namespace

Result<void> run_gateway(const GatewayOrder& order, const GatewayMachine& machine) {
  TOUCHSTONE_TRY(const auto daemon, GatewayDaemon::make(order, machine));
  daemon->run();
  return {};
}

}  // namespace touchstone::host
