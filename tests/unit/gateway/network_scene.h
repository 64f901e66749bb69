#pragma once
// A gateway and its KMS on a network in memory, in time that the test moves. The nodes, the key
// service and the gateway are the ones that ship; only sockets and clock are made here.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "reference/gateway/join_session.h"
#include "reference/gateway/service.h"
#include "reference/kms/key_service.h"

namespace touchstone::gateway {

class SceneRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(state_ = state_ * 1103515245 + 12345, state_ >> 16);
  }

 private:
  std::uint32_t state_ = 1;
};

inline SecretKey<16> root_key(std::uint8_t value) {
  std::array<std::uint8_t, 16> octets;
  octets.fill(value);
  octets[0] = 1;
  return SecretKey<16>(octets);
}

inline keyring::Keyring keyring_with(const std::map<keyring::NodeId, std::uint8_t>& nodes,
                                     std::uint8_t network = 0) {
  keyring::Keyring keys;
  for (std::size_t i = 0; i < 24; ++i)
    keys.network.gateway.writable()[i] = static_cast<std::uint8_t>(7 * i + 1 + network);
  keys.network.gateway_cdld = root_key(static_cast<std::uint8_t>(0x40 + network));
  keys.network.base = root_key(0x50);
  keys.network.pwdh = root_key(0x51);
  for (const auto& [id, value] : nodes) {
    keyring::NodeRow row{id, 1, 0, {}};
    std::ranges::copy(root_key(value).view(), row.root_key.begin());
    keys.nodes.push_back(row);
  }
  return keys;
}

/// One KMS: a node of its own and the key service.
struct SceneKms {
  enum class State { up, down, silent };

  SceneKms(std::string host, keyring::Keyring keys, RandomSource& random)
      : name(std::move(host)),
        node({.host = name,
              .realm = "example",
              .addresses = {1},
              .product_name = "KMS",
              .applications = {diameter::application_mobile_ipv4},
              .served = {{diameter::application_mobile_ipv4, diameter::command_aa_mobile_node}}},
             {{.host = "gateway.example"}}, random),
        service(settings_of(name), snapshot(std::move(keys)), random) {}

  static kms::KeySnapshotPointer snapshot(keyring::Keyring keys) {
    return std::make_unique<const kms::KeySnapshot>(std::move(keys));
  }
  static kms::KeyServiceSettings settings_of(const std::string& host) {
    kms::KeyServiceSettings settings;
    settings.host = host;
    settings.realm = "example";
    return settings;
  }

  std::string name;
  State state = State::up;
  diameter::Node node;
  kms::KeyService service;
  std::map<diameter::ConnectionId, diameter::ConnectionId> to_gateway;
  int asked = 0;
};

class NetworkScene : public testing::Test, public KmsLink {
 protected:
  using Time = diameter::Time;

  /// Begins with `kms` and a gateway whose cache is `cache`.
  void begin(const std::vector<std::string>& kms, keyring::Keyring (*keys)(), Cache cache) {
    std::vector<diameter::PeerConfig> peers;
    for (const std::string& host : kms) {
      kms_.push_back(std::make_unique<SceneKms>(host, keys(), random_));
      peers.push_back({.host = host, .connect = true});
    }
    node_ = std::make_unique<diameter::Node>(
        diameter::NodeConfig{
            .host = "gateway.example",
            .realm = "example",
            .addresses = {2},
            .product_name = "KMC",
            .applications = {diameter::application_mobile_ipv4},
            .served = {{diameter::application_mobile_ipv4, diameter::command_home_agent_mip}}},
        peers, random_);
    ServiceSettings settings;
    settings.host = "gateway.example";
    settings.realm = "example";
    settings.kms = kms;
    service_ = std::make_unique<GatewayService>(std::move(cache), settings, *this, random_);
    keep(service_->start(now_));
    diameter::Effects effects;
    node_->start(now_, effects);
    carry_out_own(effects);
    settle();
  }

  static Cache empty_cache() {
    Cache cache;
    cache.realm = "example";
    return cache;
  }

  void advance(diameter::Duration by) {
    const Time end = now_ + by;
    while (const auto next = next_deadline()) {
      if (*next > end) break;
      now_ = std::max(now_, *next);
      fire();
    }
    now_ = end;
  }

  void put_down(std::size_t index) {
    kms_[index]->state = SceneKms::State::down;
    const auto connections = std::exchange(kms_[index]->to_gateway, {});
    for (const auto& [own, other] : connections) {
      events_.push_back([this, connection = other] { close_at_gateway(connection); });
      events_.push_back([this, index, connection = own] { close_at_kms(index, connection); });
    }
    settle();
  }
  void bring_up(std::size_t index) { kms_[index]->state = SceneKms::State::up; }

  /// One attempt of a node, without repetitions; none while the gateway waits for a KMS.
  JoinCode join(keyring::NodeId id, std::uint8_t key) {
    JoinSession session(id, root_key(key), random_);
    Octets said = session.start(JoinTime(0));
    const Sender sender = {10, 0, 0, 1, 0, 7};
    heard_.clear();
    while (!said.empty()) {
      keep(service_->receive(said, sender, now_));
      settle();
      said.clear();
      for (const Octets& octets : std::exchange(heard_, {})) {
        const Octets reply = session.receive(octets, JoinTime(0));
        if (!reply.empty()) said = reply;
      }
    }
    return session.heard();
  }

  // KmsLink.
  std::optional<diameter::RequestId> request(OctetView message) override {
    diameter::Effects effects;
    const auto id = node_->request(message, now_, effects);
    carry_out_own(effects);
    return id;
  }
  void answer(diameter::RequestId request, OctetView message) override {
    diameter::Effects effects;
    node_->answer(request, message, effects);
    carry_out_own(effects);
  }
  std::string next_session_id() override { return node_->next_session_id(); }

  void keep(ServiceOutput output) {
    for (Output::Datagram& datagram : output.send)
      heard_.push_back(std::move(datagram.octets));
    saves_ += output.save_cache ? 1 : 0;
    for (std::string& line : output.log)
      log_ += std::move(line) + "\n";
    if (output.save_now) keep(service_->on_saved(has_room_));
  }
  void settle() {
    while (!events_.empty()) {
      const auto event = std::move(events_.front());
      events_.pop_front();
      event();
    }
  }
  /// The KMS sends `message` to the gateway on its own.
  void push(std::size_t index, OctetView message) {
    diameter::Effects effects;
    kms_[index]->node.request(message, now_, effects);
    carry_out_kms(index, effects);
    settle();
  }

  SceneRandom random_;
  Time now_{std::chrono::hours(1)};
  std::vector<std::unique_ptr<SceneKms>> kms_;
  std::unique_ptr<diameter::Node> node_;
  std::unique_ptr<GatewayService> service_;
  std::vector<Octets> heard_;
  std::string log_;
  int saves_ = 0;
  bool has_room_ = true;            ///< the disk of the gateway
  std::vector<std::uint32_t> haa_;  ///< Result-Codes of the gateway to what the KMS pushed

 private:
  using Effect = diameter::Effect;
  using Connection = diameter::ConnectionId;

  std::optional<Time> next_deadline() {
    std::optional<Time> least = node_->next_deadline();
    const auto consider = [&](std::optional<Time> other) {
      if (other && (!least || *other < *least)) least = other;
    };
    consider(service_->next_deadline());
    for (const auto& kms : kms_)
      consider(kms->node.next_deadline());
    return least;
  }
  void fire() {
    diameter::Effects effects;
    node_->on_timer(now_, effects);
    carry_out_own(effects);
    keep(service_->on_timer(now_));
    for (std::size_t i = 0; i < kms_.size(); ++i) {
      diameter::Effects others;
      kms_[i]->node.on_timer(now_, others);
      carry_out_kms(i, others);
    }
    settle();
  }

  // The gateway's end. Views of effects are used before the next call of the node.
  void carry_out_own(diameter::Effects& effects) {
    for (Effect& effect : effects.list())
      carry_out_one(effect);
  }
  void carry_out_one(Effect& effect) {
    switch (effect.kind) {
      case Effect::Kind::connect:
        peer_of_[effect.connection] = effect.peer;
        events_.push_back([this, connection = effect.connection] { connect(connection); });
        break;
      case Effect::Kind::send:
        events_.push_back([this, connection = effect.connection,
                           octets = std::make_shared<SecretOctets>(std::move(effect.octets))] {
          deliver_to_kms(connection, *octets);
        });
        break;
      case Effect::Kind::close:
      case Effect::Kind::abort:
        events_.push_back([this, connection = effect.connection] { gateway_closed(connection); });
        break;
      case Effect::Kind::request:
        keep(service_->on_request(effect.request, effect.message));
        break;
      case Effect::Kind::answer:
        keep(service_->on_answer(effect.request, effect.message, now_));
        break;
      case Effect::Kind::failure:
        keep(service_->on_failure(effect.request, effect.result, now_));
        break;
      case Effect::Kind::peer_up:
        keep(service_->on_peer_up(kms_[effect.peer]->name, now_));
        break;
      case Effect::Kind::peer_down:
        keep(service_->on_peer_down(kms_[effect.peer]->name));
        break;
      default:
        break;
    }
  }
  void connect(Connection connection) {
    SceneKms& kms = *kms_[peer_of_[connection]];
    diameter::Effects own;
    if (kms.state == SceneKms::State::down) {
      node_->on_connect_failed(connection, now_, own);
    } else {
      diameter::Effects theirs;
      const Connection other = kms.node.on_accepted(false, now_, theirs);
      to_kms_[connection] = other;
      kms.to_gateway[other] = connection;
      node_->on_connected(connection, false, now_, own);
    }
    carry_out_own(own);
  }
  void deliver_to_kms(Connection connection, OctetView octets) {
    const std::size_t index = peer_of_[connection];
    if (kms_[index]->state != SceneKms::State::up || !to_kms_.contains(connection)) return;
    diameter::Effects effects;
    kms_[index]->node.on_octets(to_kms_[connection], octets, now_, effects);
    carry_out_kms(index, effects);
  }
  void gateway_closed(Connection connection) {
    const std::size_t index = peer_of_[connection];
    if (to_kms_.contains(connection)) close_at_kms(index, to_kms_[connection]);
    to_kms_.erase(connection);
  }
  void close_at_gateway(Connection connection) {
    to_kms_.erase(connection);
    diameter::Effects effects;
    node_->on_closed(connection, now_, effects);
    carry_out_own(effects);
  }
  void close_at_kms(std::size_t index, Connection connection) {
    kms_[index]->to_gateway.erase(connection);
    diameter::Effects effects;
    kms_[index]->node.on_closed(connection, now_, effects);
    carry_out_kms(index, effects);
  }

  // The end of a KMS.
  void carry_out_kms(std::size_t index, diameter::Effects& effects) {
    SceneKms& kms = *kms_[index];
    for (Effect& effect : effects.list()) {
      if (effect.kind == Effect::Kind::send) {
        deliver_to_gateway(kms, effect);
      } else if (effect.kind == Effect::Kind::close || effect.kind == Effect::Kind::abort) {
        const auto other = kms.to_gateway.find(effect.connection);
        if (other == kms.to_gateway.end()) continue;
        events_.push_back([this, connection = other->second] { close_at_gateway(connection); });
        kms.to_gateway.erase(other);
      } else if (effect.kind == Effect::Kind::request) {
        serve(index, effect);
      } else if (effect.kind == Effect::Kind::answer) {
        haa_.push_back(effect.result);
      }
    }
  }
  void deliver_to_gateway(SceneKms& kms, Effect& effect) {
    const auto other = kms.to_gateway.find(effect.connection);
    if (other == kms.to_gateway.end()) return;
    events_.push_back([this, connection = other->second,
                       octets = std::make_shared<SecretOctets>(std::move(effect.octets))] {
      diameter::Effects effects;
      if (to_kms_.contains(connection)) node_->on_octets(connection, *octets, now_, effects);
      carry_out_own(effects);
    });
  }
  void serve(std::size_t index, const Effect& effect) {
    SceneKms& kms = *kms_[index];
    ++kms.asked;
    SecretOctets out;
    kms.service.answer(effect.message, {"gateway.example", false}, now_.time_since_epoch(), out);
    diameter::Effects effects;
    kms.node.answer(effect.request, out, effects);
    carry_out_kms(index, effects);
  }

  std::deque<std::function<void()>> events_;
  std::map<Connection, std::size_t> peer_of_;
  std::map<Connection, Connection> to_kms_;
};

}  // namespace touchstone::gateway
