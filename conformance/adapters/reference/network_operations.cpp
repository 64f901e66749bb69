#include "conformance/adapters/reference/network_operations.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "conformance/adapters/reference/client_role.h"
#include "conformance/adapters/reference/server_role.h"
#include "reference/base/exit_class.h"

namespace touchstone::conformance::adapters::reference {

using harness::Status;
using std::chrono::milliseconds;

/// An operation and who carries it out.
struct NetworkRow {
  std::string_view op;
  Response (NetworkOperations::*call)(const Json& args);

  static const std::array<NetworkRow, 13>& all() {
    static constexpr std::array<NetworkRow, 13> rows{{
        {"net.start", &NetworkOperations::start},
        {"net.open", &NetworkOperations::open},
        {"net.listen", &NetworkOperations::listen},
        {"net.send", &NetworkOperations::send},
        {"net.await", &NetworkOperations::await},
        {"net.close", &NetworkOperations::close},
        {"net.stall", &NetworkOperations::stall},
        {"net.advance", &NetworkOperations::advance},
        {"net.trigger", &NetworkOperations::trigger},
        {"net.access_point", &NetworkOperations::access_point},
        {"net.datagram", &NetworkOperations::datagram},
        {"net.reload", &NetworkOperations::reload},
        {"net.stop", &NetworkOperations::stop},
    }};
    return rows;
  }
};

namespace {

constexpr std::uint16_t first_port = 40000;
constexpr const char* keyring_file = "keyring.csv";
constexpr const char* cache_file = "gateway.cache";

void put(const char* name, const Octets& content, std::uint32_t mode) {
  std::ofstream(name, std::ios::binary | std::ios::trunc) << as_text(content);
  std::filesystem::permissions(name, static_cast<std::filesystem::perms>(mode));
}

// A program that cannot start says why and ends.
Response not_started(const Error& error, const Findings& findings = {}) {
  Response response = rejected(error, findings);
  response.obs["exit"] = exit_code(error);
  return response;
}

Response gone() {
  Response response;
  response.status = Status::reject;
  response.reject_class = RejectClass::state;
  return response;
}

diameter::Time at(const Json& ms) {
  return diameter::Time(milliseconds(ms.get<std::int64_t>()));
}

}  // namespace

bool has_network_operation(std::string_view op) {
  return std::ranges::find(NetworkRow::all(), op, &NetworkRow::op) != NetworkRow::all().end();
}

Response NetworkOperations::call(std::string_view op, const Json& args) {
  const auto row = std::ranges::find(NetworkRow::all(), op, &NetworkRow::op);
  return (this->*row->call)(args);
}

Response NetworkOperations::done(Json obs) const {
  obs["now_ms"] = world_.now_ms();
  return accepted(std::move(obs));
}

SimulatedRole& NetworkOperations::role() {
  if (!role_) throw BadRequest{"net.start comes first"};
  return *role_;
}

Response NetworkOperations::start(const Json& args) {
  Findings findings;
  const std::string text = text_argument(args, "config");
  const auto config = diameter::parse_config(as_octets(text), {}, findings);
  if (!config) return not_started(config.error(), findings);
  role_.reset();
  const bool is_client = text_argument(args, "role") == "client";
  Response response = is_client ? start_client(*config, args) : start_server(*config, args);
  if (!response.ok()) return response;
  role_->start();
  return done({{"host", config->uri.host}, {"realm", config->realm}});
}

Response NetworkOperations::start_server(const diameter::Config& config, const Json& args) {
  Findings findings;
  if (!args.at("keyring_b64").is_null())
    put(keyring_file, octets_argument(args, "keyring_b64"), args.value("keyring_mode", 0600U));
  auto keys = kms::read_snapshot(files_, keyring_file, findings);
  if (!keys) return not_started(keys.error(), findings);
  auto log = host::LogFile::open("kms.log", clock_);
  if (!log) return not_started(log.error());
  role_ = std::make_unique<ServerRole>(world_, config, *std::move(keys), *std::move(log), args);
  return accepted({});
}

Response NetworkOperations::start_client(const diameter::Config& config, const Json& args) {
  if (args.contains("cache_b64")) put(cache_file, octets_argument(args, "cache_b64"), 0600);
  auto file = gateway::CacheFile::open(files_, cache_file);
  if (!file) return not_started(file.error());
  std::optional<Error> unusable;
  auto cache = file->read_for_start(text_argument(args, "kms_realm"), unusable);
  if (!cache) return not_started(cache.error());
  auto log = host::LogFile::open("kmc.log", clock_);
  if (!log) return not_started(log.error());
  if (unusable) log->line("cache unusable: " + unusable->code.message());
  role_ = std::make_unique<ClientRole>(world_, config, *std::move(cache), *std::move(file),
                                       *std::move(log), args);
  return accepted({});
}

ClientRole& NetworkOperations::client() {
  auto* client = dynamic_cast<ClientRole*>(&role());
  if (client == nullptr) throw BadRequest{"this operation is for a client"};
  return *client;
}

Response NetworkOperations::open(const Json& args) {
  return done({{"connection", role().open(args.value("protected", false))}});
}

Response NetworkOperations::listen(const Json& args) {
  const auto number = static_cast<std::int64_t>(world_.listeners.size()) + 1;
  SimulatedWorld::Listener listener{.host = text_argument(args, "host"),
                                    .port = static_cast<std::uint16_t>(first_port + number)};
  if (args.contains("port")) listener.port = args.at("port").get<std::uint16_t>();
  world_.listeners[number] = listener;
  return done({{"listener", number}, {"host", listener.host}, {"port", listener.port}});
}

Response NetworkOperations::send(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  return role().send(args.at("connection"), octets) ? done() : gone();
}

Response NetworkOperations::await(const Json& args) {
  const diameter::Time until = at(args.at("until_ms"));
  while (!harness::is_awaited(world_.events, args) && world_.now < until)
    role().step(until);
  return done({{"events", std::exchange(world_.events, {})}});
}

Response NetworkOperations::close(const Json& args) {
  if (args.contains("listener")) {
    world_.listeners.at(args.at("listener")).is_open = false;
    return done();
  }
  return role().close(args.at("connection")) ? done() : gone();
}

Response NetworkOperations::stall(const Json& args) {
  return role().stall(args.at("connection"), args.at("stalled")) ? done() : gone();
}

Response NetworkOperations::advance(const Json& args) {
  const diameter::Time until = world_.now + milliseconds(args.at("ms").get<std::int64_t>());
  while (world_.now < until)
    role().step(until);
  return done();
}

Response NetworkOperations::trigger(const Json& args) {
  return done(
      {{"trigger", client().join(number_argument(args, "node_id"), key_argument<16>(args.at("key")),
                                 args.value("by_access_point", false))}});
}

Response NetworkOperations::access_point(const Json&) {
  client().add_access_point();
  return done();
}

Response NetworkOperations::datagram(const Json& args) {
  client().send_datagram(args.at("node"), octets_argument(args, "octets_b64"),
                         args.value("by_access_point", false));
  return done();
}

Response NetworkOperations::reload(const Json& args) {
  auto* server = dynamic_cast<ServerRole*>(&role());
  if (server == nullptr) throw BadRequest{"net.reload is for a server"};
  put(keyring_file, octets_argument(args, "keyring_b64"), 0600);
  return server->reload(files_, keyring_file) ? done() : gone();
}

Response NetworkOperations::stop(const Json&) {
  role().stop();
  return done();
}

}  // namespace touchstone::conformance::adapters::reference
