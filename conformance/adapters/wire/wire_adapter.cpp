#include "conformance/adapters/wire/wire_adapter.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <iterator>

#include "conformance/adapters/wire/daemon.h"
#include "conformance/adapters/wire/sockets.h"
#include "conformance/harness/base64.h"

namespace touchstone::conformance::adapters::wire {
namespace {

using harness::Iut;
using harness::Json;
using harness::NetEvent;
using harness::RejectClass;
using harness::Request;
using harness::Response;
using harness::Status;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds settling{30};
constexpr milliseconds slice{20};  // between looks at the processes while sockets are silent

Response failed(std::string detail) {
  Response response;
  response.detail = std::move(detail);
  return response;
}

Response refused(RejectClass why, std::string detail = {}) {
  Response response = failed(std::move(detail));
  response.status = Status::reject;
  response.reject_class = why;
  return response;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class WireAdapter final : public harness::Adapter {
 public:
  WireAdapter(const Iut& iut, std::unique_ptr<harness::Adapter> rest)
      : iut_(iut), rest_(std::move(rest)) {}

  harness::IutDescription describe() override {
    harness::IutDescription description{iut_.name, iut_.version, {}};
    if (rest_) description = rest_->describe();
    for (const Row& row : rows())
      description.ops.emplace_back(row.op);
    return description;
  }

  void begin(const harness::CaseStart& start) override {
    sandbox_ = start.sandbox;
    time_limit_ = start.time_limit;
    if (rest_) rest_->begin(start);
    forget();
  }

  void end() override {
    forget();
    if (rest_) rest_->end();
  }

  void reset() override {
    forget();
    if (rest_) rest_->reset();
  }

  std::string take_log() override {
    std::string log = std::exchange(log_, {});
    if (daemon_) log += daemon_->take_log();
    if (rest_) log += rest_->take_log();
    return log;
  }

  Response call(const Request& request) override {
    for (const Row& row : rows())
      if (row.op == request.op) return guarded(row, request.args);
    if (rest_) return rest_->call(request);
    Response response;
    response.status = Status::unsupported;
    return response;
  }

 private:
  struct Row {
    std::string_view op;
    Response (WireAdapter::*call)(const Json& args);
  };

  static const std::array<Row, 13>& rows() {
    static constexpr std::array<Row, 13> all{{
        {"net.start", &WireAdapter::start},
        {"net.open", &WireAdapter::open},
        {"net.listen", &WireAdapter::listen},
        {"net.send", &WireAdapter::send},
        {"net.await", &WireAdapter::await},
        {"net.close", &WireAdapter::close},
        {"net.stall", &WireAdapter::stall},
        {"net.advance", &WireAdapter::advance},
        {"net.trigger", &WireAdapter::trigger},
        {"net.access_point", &WireAdapter::access_point},
        {"net.datagram", &WireAdapter::datagram},
        {"net.reload", &WireAdapter::reload},
        {"net.stop", &WireAdapter::stop},
    }};
    return all;
  }

  Response guarded(const Row& row, const Json& args) {
    try {
      return (this->*row.call)(args);
    } catch (const Json::exception& bad) {
      return failed(bad.what());
    }
  }

  void forget() {
    access_point_.reset();
    daemon_.reset();
    joins_.clear();
    sockets_.emplace();
    // An implementation that outlives the case must see the end of its connections before the next
    // case opens the same ones.
    if (iut_.tier == "attach") sockets_->work(settling, events_);
    events_.clear();
    pulled_ = 0;
    listens_ = 0;
    was_ready_ = false;
    started_at_ = SteadyClock::now();
  }

  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - started_at_).count();
  }

  Response done(Json obs = Json::object()) const {
    obs["now_ms"] = now_ms();
    return {.status = Status::ok, .obs = std::move(obs), .detail = {}};
  }

  // Files of the case, for the templates.

  std::string put(const std::string& name, std::string_view content,
                  std::uint32_t mode = 0600) const {
    const std::filesystem::path file = sandbox_ / name;
    const std::filesystem::path fresh = sandbox_ / (name + ".new");
    std::ofstream(fresh, std::ios::binary) << content;
    ::chmod(fresh.c_str(), mode);
    std::filesystem::rename(fresh, file);
    return name;
  }

  // Null is for a file that is not there.
  std::string put_octets(const std::string& name, const Json& base64,
                         std::uint32_t mode = 0600) const {
    if (base64.is_null()) return name;
    const auto octets = harness::from_base64(base64.get<std::string>());
    return put(name, as_text(octets.value_or(Octets{})), mode);
  }

  Json template_values(Json args) const {
    if (args.contains("config"))
      args["config"] = put("diameter.conf", args["config"].get<std::string>());
    if (args.contains("keyring_b64"))
      args["keyring"] =
          put_octets("keyring.csv", args["keyring_b64"], args.value("keyring_mode", 0600U));
    if (args.contains("cache_b64")) put_octets("gateway.cache", args["cache_b64"]);
    args["cache"] = "gateway.cache";
    if (args.contains("tw_ms")) args["tw_s"] = args["tw_ms"].get<int>() / 1000;
    if (args.contains("cer_ms")) args["cer_s"] = args["cer_ms"].get<int>() / 1000;
    if (!daemon_) return args;
    args["pid"] = daemon_->id();
    for (const auto& [name, value] : daemon_->readiness().items())
      args[name] = value;
    return args;
  }

  Result<std::vector<std::string>> argv_of(const std::string& op, const Json& values) const {
    TOUCHSTONE_TRY(std::vector<std::string> argv, iut_.exec.at(op).argv.render(values, iut_.pixit));
    argv.front() = harness::resolve_program(argv.front(), iut_.folder);
    return argv;
  }

  // Operations.

  Response start(const Json& args) {
    Json obs = Json::object();
    for (const auto& [member, key] : {std::pair{"host", "identity"}, {"realm", "realm"}})
      if (iut_.pixit.contains(key)) obs[member] = iut_.pixit.at(key);
    if (iut_.pixit.contains("keyring"))
      obs["keyring_b64"] = harness::to_base64(
          as_octets(read_file(iut_.folder / iut_.pixit.at("keyring").get<std::string>())));
    if (!iut_.exec.contains("net.start")) return done(std::move(obs));
    const auto argv = argv_of("net.start", template_values(args));
    if (!argv) return failed(argv.error().detail);
    was_ready_ = false;
    daemon_ = std::make_unique<Daemon>(*argv, sandbox_, iut_.exec.at("net.start").ready);
    if (args.at("role") == "client") return done(std::move(obs));
    daemon_->look(time_limit_);
    if (!daemon_->is_ready()) return not_ready();
    was_ready_ = true;
    return done(std::move(obs));
  }

  Response not_ready() {
    log_ += daemon_->take_log();
    Response response = refused(RejectClass::unspecified, "it does not become ready: " + log_);
    response.obs["now_ms"] = now_ms();
    // Its output has ended; the process ends with it, or does not.
    std::optional<int> status;
    for (int i = 0; i < 50 && !(status = daemon_->take_end()); ++i)
      sockets_->work(slice, events_);
    if (status) response.obs["exit"] = *status;
    return response;
  }

  // Where nodes send: the access point if there is one and they go by it, else the client.
  [[nodiscard]] const Json& place_of_joins(const Json& args) const {
    const bool by_access_point = args.value("by_access_point", false);
    return by_access_point ? access_point_->readiness() : daemon_->readiness();
  }

  Response access_point(const Json& args) {
    const auto argv = argv_of("net.access_point", template_values(args));
    if (!argv) return failed(argv.error().detail);
    access_point_ =
        std::make_unique<Daemon>(*argv, sandbox_, iut_.exec.at("net.access_point").ready);
    access_point_->look(time_limit_);
    if (access_point_->is_ready()) return done();
    return failed("the access point does not become ready: " + access_point_->take_log());
  }

  Response datagram(const Json& args) {
    const auto octets = harness::from_base64(args.at("octets_b64").get<std::string>());
    if (!octets) return failed("octets_b64 is not base64");
    const Json& place = place_of_joins(args);
    const int port = std::stoi(place.at("port").get<std::string>());
    const bool sent = sockets_->send_datagram(args.at("node"), place.at("host"),
                                              static_cast<std::uint16_t>(port), *octets);
    return sent ? done() : refused(RejectClass::io);
  }

  [[nodiscard]] Json place_of_server() const {
    if (daemon_ && daemon_->readiness().contains("port")) return daemon_->readiness();
    return iut_.pixit;
  }

  Response open(const Json& args) {
    if (args.value("protected", false)) return refused(RejectClass::io, "no protected transport");
    const Json place = place_of_server();
    const Json& port = place.at("port");
    const int number = port.is_string() ? std::stoi(port.get<std::string>()) : port.get<int>();
    const std::int64_t connection =
        sockets_->connect(place.at("host"), static_cast<std::uint16_t>(number));
    if (connection == 0) return refused(RejectClass::io, "connection refused");
    return done({{"connection", connection}});
  }

  Response listen(const Json& args) {
    std::string host = args.at("host");
    int port = args.value("port", 0);
    if (iut_.pixit.contains("listen") && port == 0) {
      const std::string place = iut_.pixit.at("listen").at(listens_++);
      const std::size_t colon = place.rfind(':');
      host = place.substr(0, colon);
      port = std::stoi(place.substr(colon + 1));
    }
    const Sockets::Place place = sockets_->listen(host, static_cast<std::uint16_t>(port));
    if (place.listener == 0) return refused(RejectClass::io, "the address cannot be used");
    return done({{"listener", place.listener}, {"host", host}, {"port", place.port}});
  }

  Response send(const Json& args) {
    const auto octets = harness::from_base64(args.at("octets_b64").get<std::string>());
    if (!octets) return failed("octets_b64 is not base64");
    return sockets_->send(args.at("connection"), *octets) ? done() : refused(RejectClass::state);
  }

  // What has come since the last look gets its time.
  void stamp() {
    for (; pulled_ < events_.size(); ++pulled_)
      events_[pulled_].at_ms = now_ms();
  }

  void look_at_processes() {
    if (daemon_) {
      daemon_->look(milliseconds(0));
      if (!was_ready_ && daemon_->is_ready()) events_.push_back({.kind = NetEvent::Kind::ready});
      was_ready_ = was_ready_ || daemon_->is_ready();
      if (daemon_->take_end()) events_.push_back({.kind = NetEvent::Kind::stopped});
    }
    for (auto& [trigger, join] : joins_) {
      const auto status = join->take_exit();
      if (!status) continue;
      events_.push_back(
          {.kind = NetEvent::Kind::triggered, .trigger = trigger, .result = result_of(*status)});
    }
  }

  [[nodiscard]] std::string result_of(int status) const {
    const auto meaning = iut_.exits.find(status);
    if (meaning == iut_.exits.end()) return "unknown";
    if (meaning->second.status == Status::ok) return "admitted";
    return meaning->second.reject_class == RejectClass::auth ? "refused" : "later";
  }

  void work(std::int64_t until_ms) {
    const milliseconds left(std::max<std::int64_t>(until_ms - now_ms(), 0));
    sockets_->work(std::min(left, slice), events_);
    look_at_processes();
    stamp();
  }

  Response await(const Json& args) {
    const std::int64_t until = args.at("until_ms");
    do
      work(until);
    while (!harness::is_awaited(events_, args) && now_ms() < until);
    pulled_ = 0;
    return done({{"events", std::exchange(events_, {})}});
  }

  Response advance(const Json& args) {
    const std::int64_t until = now_ms() + args.at("ms").get<std::int64_t>();
    while (now_ms() < until)
      work(until);
    return done();
  }

  Response close(const Json& args) {
    if (args.contains("listener")) {
      sockets_->unlisten(args.at("listener"));
      return done();
    }
    const bool closed = sockets_->close(args.at("connection"), args.value("how", "fin") == "rst");
    return closed ? done() : refused(RejectClass::state);
  }

  Response stall(const Json& args) {
    const bool known = sockets_->stall(args.at("connection"), args.at("stalled"));
    return known ? done() : refused(RejectClass::state);
  }

  Response trigger(const Json& args) {
    const std::int64_t number = next_trigger_++;
    Json values = template_values(args);
    if (args.value("by_access_point", false)) values.update(access_point_->readiness());
    values["node"] = fmt::format("0x{:08x}", args.at("node_id").get<std::uint32_t>());
    values["key_file"] = put(fmt::format("node-{}.key", number), args.at("key").get<std::string>());
    const auto argv = argv_of("net.trigger", values);
    if (!argv) return failed(argv.error().detail);
    joins_.emplace(number, std::make_unique<harness::LineProcess>(*argv, sandbox_));
    return done({{"trigger", number}});
  }

  Response reload(const Json& args) {
    const auto argv = argv_of("net.reload", template_values(args));
    if (!argv) return failed(argv.error().detail);
    const harness::ProcessResult run = harness::run_process({.argv = *argv,
                                                             .folder = sandbox_,
                                                             .input = {},
                                                             .time_limit = time_limit_,
                                                             .search_folder = {}});
    const auto meaning = iut_.exits.find(run.exit_status);
    if (!run.started || meaning == iut_.exits.end()) return failed(run.describe());
    return meaning->second.status == Status::ok ? done() : refused(meaning->second.reject_class);
  }

  Response stop(const Json&) {
    if (!daemon_) return refused(RejectClass::state, "nothing was started");
    daemon_->terminate();
    return done();
  }

  const Iut& iut_;
  std::unique_ptr<harness::Adapter> rest_;
  std::filesystem::path sandbox_;
  milliseconds time_limit_{5000};
  std::optional<Sockets> sockets_{std::in_place};
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<Daemon> access_point_;
  std::map<std::int64_t, std::unique_ptr<harness::LineProcess>> joins_;
  std::vector<NetEvent> events_;
  std::size_t pulled_ = 0;   // events that have their time
  std::size_t listens_ = 0;  // places of [pixit] listen that are taken
  std::int64_t next_trigger_ = 1;
  bool was_ready_ = false;
  SteadyClock::time_point started_at_ = SteadyClock::now();
  std::string log_;
};

}  // namespace

std::unique_ptr<harness::Adapter> make_wire_adapter(const Iut& iut,
                                                    std::unique_ptr<harness::Adapter> rest) {
  return std::make_unique<WireAdapter>(iut, std::move(rest));
}

}  // namespace touchstone::conformance::adapters::wire
