#include "conformance/adapters/sim/sim_adapter.h"

#include <algorithm>
#include <array>
#include <set>

#include "conformance/adapters/sim/simulated_kms.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/network.h"

namespace touchstone::conformance::adapters::sim {
namespace {

using harness::Json;
using harness::NetEvent;
using harness::RejectClass;
using harness::Response;
using harness::Status;
using std::chrono::milliseconds;
using touchstone::sim::Moment;

constexpr NodeIndex kms_node = 1;
constexpr NodeIndex runner_node = 2;
constexpr std::uint16_t first_port = 40000;
constexpr std::chrono::seconds patience{10};

Response failed(std::string detail) {
  Response response;
  response.detail = std::move(detail);
  return response;
}

Response refused(RejectClass why) {
  Response response;
  response.status = Status::reject;
  response.reject_class = why;
  return response;
}

Octets octets_of(const Json& base64) {
  const auto octets = harness::from_base64(base64.get<std::string>());
  return octets.value_or(Octets{});
}

touchstone::sim::Topology one_network() {
  using touchstone::sim::Role;
  touchstone::sim::TopologyBuilder builder;
  const auto root = builder.add("root", Role::router, {});
  builder.add("kms", Role::kms, root, {.delay = milliseconds(2)});
  builder.add("runner", Role::gateway, root, {.delay = milliseconds(3)});
  return builder.build();
}

/// The network of one case: the side of the harness, and the KMS.
class Network final : public touchstone::sim::WorldEvents {
 public:
  explicit Network(std::unique_ptr<touchstone::sim::World> world) : world_(std::move(world)) {
    world_->attach(*this);
  }

  Response start(const Json& args) {
    Findings findings;
    const std::string text = args.at("config");
    const auto config = diameter::parse_config(as_octets(text), {}, findings);
    if (!config) return refused(RejectClass::syntax);
    auto keys = kms::load_snapshot(octets_of(args.at("keyring_b64")), findings);
    if (!keys) return refused(RejectClass::syntax);
    const KmsPlace place{.node = kms_node, .peers = world_->topology().nodes[runner_node].address};
    kms_ = std::make_unique<SimulatedKms>(*world_, place, *config, *std::move(keys), args);
    kms_->start();
    return done({{"host", config->uri.host}, {"realm", config->realm}});
  }

  Response open(const Json& args) {
    const std::uint16_t port =
        args.value("protected", false) ? KmsPlace().protected_port : KmsPlace().port;
    const Endpoint kms{world_->topology().nodes[kms_node].address, port};
    const StreamId stream = world_->connect(runner_node, kms, patience);
    opening_ = stream;
    world_->run_until(world_->now() + patience + milliseconds(1));
    if (opening_) return refused(RejectClass::io);
    const auto found = std::ranges::find(connections_, stream, &Connection::stream);
    return done({{"connection", found - connections_.begin()}});
  }

  Response listen(const Json& args) {
    const auto number = static_cast<std::int64_t>(listeners_.size()) + 1;
    auto port = static_cast<std::uint16_t>(first_port + number);
    if (args.contains("port")) port = args.at("port").get<std::uint16_t>();
    if (std::ranges::find(listeners_, port, &Listener::port) == listeners_.end())
      world_->listen(runner_node, port);
    listeners_.push_back({.port = port});
    return done({{"listener", number}, {"host", args.at("host")}, {"port", port}});
  }

  Response send(const Json& args) {
    const Connection* connection = find(args.at("connection"));
    if (connection == nullptr) return refused(RejectClass::state);
    world_->send(connection->stream, octets_of(args.at("octets_b64")));
    return done();
  }

  Response await(const Json& args) {
    const Moment until = milliseconds(args.at("until_ms").get<std::int64_t>());
    awaited_ = args;
    while (!harness::is_awaited(events_, args) && world_->now() < until)
      world_->run_until(until);
    awaited_ = nullptr;
    return done({{"events", std::exchange(events_, {})}});
  }

  Response advance(const Json& args) {
    const Moment until = world_->now() + milliseconds(args.at("ms").get<std::int64_t>());
    while (world_->now() < until)
      world_->run_until(until);
    return done();
  }

  Response close(const Json& args) {
    if (args.contains("listener")) {
      listeners_.at(args.at("listener").get<std::size_t>() - 1).is_open = false;
      return done();
    }
    Connection* connection = find(args.at("connection"));
    if (connection == nullptr) return refused(RejectClass::state);
    connection->is_over = true;
    if (args.value("how", "fin") == "rst")
      world_->abort(connection->stream);
    else
      world_->close(connection->stream);
    return done();
  }

  Response reload(const Json& args) {
    return kms_->reload(octets_of(args.at("keyring_b64"))) ? done() : refused(RejectClass::state);
  }

  Response stop(const Json&) {
    kms_->stop();
    return done();
  }

  [[nodiscard]] bool is_started() const { return kms_ != nullptr; }

  void on_accepted(StreamId stream, std::uint16_t port, Endpoint) override {
    if (stream.node == kms_node) return kms_->on_accepted(stream, port);
    const auto open = std::ranges::find_if(
        listeners_, [&](const Listener& one) { return one.is_open && one.port == port; });
    if (open == listeners_.end()) return world_->abort(stream);
    connections_.push_back({.stream = stream});
    add({.kind = NetEvent::Kind::accepted,
         .connection = static_cast<std::int64_t>(connections_.size()) - 1,
         .listener = open - listeners_.begin() + 1});
  }
  void on_connected(StreamId stream) override {
    if (stream.node == kms_node) return kms_->on_connected(stream);
    connections_.push_back({.stream = stream});
    opening_.reset();
    world_->stop();
  }
  void on_connect_failed(StreamId stream) override {
    if (stream.node == kms_node) return kms_->on_connect_failed(stream);
    world_->stop();
  }
  void on_octets(StreamId stream, OctetView octets) override {
    if (stream.node == kms_node) return kms_->on_octets(stream, octets);
    add({.kind = NetEvent::Kind::octets,
         .connection = number_of(stream),
         .octets = Octets(octets.begin(), octets.end())});
  }
  void on_closed(StreamId stream) override {
    if (stream.node == kms_node) return kms_->on_closed(stream);
    const std::int64_t number = number_of(stream);
    connections_[static_cast<std::size_t>(number)].is_over = true;
    add({.kind = NetEvent::Kind::fin, .connection = number});
  }
  void on_datagram(NodeIndex, std::uint16_t, Endpoint, OctetView) override {}

 private:
  struct Connection {
    StreamId stream;
    bool is_over = false;
  };
  struct Listener {
    std::uint16_t port = 0;
    bool is_open = true;
  };

  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<milliseconds>(world_->now()).count();
  }
  Response done(Json obs = Json::object()) const {
    obs["now_ms"] = now_ms();
    return {.status = Status::ok, .obs = std::move(obs), .detail = {}};
  }
  void add(NetEvent event) {
    event.at_ms = now_ms();
    events_.push_back(std::move(event));
    if (!awaited_.is_null() && harness::is_awaited(events_, awaited_)) world_->stop();
  }
  Connection* find(const Json& number) {
    const auto index = number.get<std::size_t>();
    if (index >= connections_.size() || connections_[index].is_over) return nullptr;
    return &connections_[index];
  }
  [[nodiscard]] std::int64_t number_of(StreamId stream) const {
    return std::ranges::find(connections_, stream, &Connection::stream) - connections_.begin();
  }

  std::unique_ptr<touchstone::sim::World> world_;
  std::unique_ptr<SimulatedKms> kms_;
  std::vector<Connection> connections_{{}};  // 0 is no connection
  std::vector<Listener> listeners_;
  std::vector<NetEvent> events_;
  std::optional<StreamId> opening_;
  Json awaited_;
};

struct Row {
  std::string_view op;
  Response (Network::*call)(const Json& args);
};

constexpr std::array<Row, 9> rows{{
    {"net.start", &Network::start},
    {"net.open", &Network::open},
    {"net.listen", &Network::listen},
    {"net.send", &Network::send},
    {"net.await", &Network::await},
    {"net.advance", &Network::advance},
    {"net.close", &Network::close},
    {"net.reload", &Network::reload},
    {"net.stop", &Network::stop},
}};

class SimAdapter final : public harness::Adapter {
 public:
  explicit SimAdapter(touchstone::sim::WorldFactory make) : make_(std::move(make)) {}

  harness::IutDescription describe() override {
    harness::IutDescription description{"touchstone-sim", TOUCHSTONE_VERSION, {}};
    for (const Row& row : rows)
      description.ops.emplace_back(row.op);
    return description;
  }
  void begin(const harness::CaseStart&) override { network_.reset(); }
  void end() override { network_.reset(); }
  void reset() override { network_.reset(); }

  Response call(const harness::Request& request) override {
    const auto row = std::ranges::find(rows, request.op, &Row::op);
    if (row == rows.end()) {
      Response response;
      response.status = Status::unsupported;
      return response;
    }
    try {
      return carry_out(*row, request.args);
    } catch (const std::exception& bad) {
      return failed(bad.what());
    }
  }

 private:
  Response carry_out(const Row& row, const Json& args) {
    if (!network_) {
      auto world = make_(one_network(), {});
      if (!world) return failed(world.error().detail);
      network_ = std::make_unique<Network>(*std::move(world));
    }
    const bool needs_kms = row.op != "net.start" && row.op != "net.listen";
    if (needs_kms && !network_->is_started()) return failed("net.start comes first");
    return (*network_.*row.call)(args);
  }

  touchstone::sim::WorldFactory make_;
  std::unique_ptr<Network> network_;
};

}  // namespace

std::unique_ptr<harness::Adapter> make_sim_adapter(touchstone::sim::WorldFactory make) {
  return std::make_unique<SimAdapter>(std::move(make));
}

}  // namespace touchstone::conformance::adapters::sim
