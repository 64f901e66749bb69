#include "conformance/adapters/shim/shim_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "conformance/harness/process.h"

namespace touchstone::conformance::adapters::shim {
namespace {

using harness::Iut;
using harness::Json;
using harness::Response;
using harness::Status;

// The members that an answer to an operation may have; a field for a verdict is none of them.
constexpr std::array<std::string_view, 6> answer_members{"id",  "status", "class",
                                                         "obs", "detail", "logs"};

Response adapter_error(std::string detail) {
  Response response;
  response.status = Status::error;
  response.detail = std::move(detail);
  return response;
}

std::string foreign_member(const Json& answer) {
  for (const auto& [name, value] : answer.items())
    if (std::find(answer_members.begin(), answer_members.end(), name) == answer_members.end())
      return name;
  return {};
}

// The response in `answer`; Status::error for what is not tsp/1.
Response read_answer(const Json& answer, std::int64_t id) {
  if (!answer.is_object()) return adapter_error("the shim's answer is not a JSON object");
  if (const std::string name = foreign_member(answer); !name.empty())
    return adapter_error(fmt::format("tsp/1 has no member \"{}\" in an answer", name));
  if (!answer.contains("id") || answer.at("id") != id)
    return adapter_error(fmt::format("the shim answered another request than {}", id));
  const auto word = answer.value("status", Json());
  const auto status =
      word.is_string() ? harness::parse_status(word.get<std::string>()) : std::nullopt;
  if (!status) return adapter_error("the shim's answer has no status of tsp/1");
  Response response;
  response.status = *status;
  if (answer.contains("obs") && answer.at("obs").is_object()) response.obs = answer.at("obs");
  if (answer.contains("detail") && answer.at("detail").is_string())
    response.detail = answer.at("detail");
  if (!answer.contains("class") || *status != Status::reject) return response;
  const Json& named = answer.at("class");
  const auto reject_class =
      named.is_string() ? harness::parse_reject_class(named.get<std::string>()) : std::nullopt;
  if (!reject_class) return adapter_error("the shim's class is none of tsp/1");
  response.reject_class = *reject_class;
  return response;
}

class ShimAdapter final : public harness::Adapter {
 public:
  ShimAdapter(const Iut& iut, std::uint64_t seed) : iut_(iut), seed_(seed) {}

  ~ShimAdapter() override {
    if (process_ && process_->running()) process_->send(R"({"bye":{}})");
  }

  harness::IutDescription describe() override {
    if (!start()) return {iut_.name, iut_.version, {}};
    return description_;
  }

  void begin(const harness::CaseStart& start_of_case) override {
    current_ = start_of_case;
    announced_ = start() && exchange_frame("begin", {{"test", current_.test},
                                                     {"requirements", current_.requirements},
                                                     {"sandbox", current_.sandbox.string()},
                                                     {"timeout_ms", current_.time_limit.count()}});
  }

  Response call(const harness::Request& request) override {
    if (!announced_) return adapter_error(fault_);
    const std::int64_t id = ++last_id_;
    const Json frame{{"id", id}, {"op", request.op}, {"args", request.args}};
    const auto answer = exchange(frame);
    if (!answer) return lost();
    Response response = read_answer(*answer, id);
    if (response.status == Status::error && response.detail.starts_with("tsp/1")) drop();
    return response;
  }

  void end() override {
    if (announced_) exchange_frame("end", Json::object());
    announced_ = false;
  }

  void reset() override {
    if (announced_) exchange_frame("reset", Json::object());
  }

  std::string take_log() override { return process_ ? process_->take_errors() : std::string(); }

 private:
  bool start() {
    if (process_ && process_->running()) return true;
    std::vector<std::string> argv = iut_.command;
    argv.front() = harness::resolve_program(argv.front(), iut_.folder);
    process_ = std::make_unique<harness::LineProcess>(argv, iut_.folder);
    const auto answer =
        exchange({{"hello", {{"protocol", "tsp/1"}, {"suite", "keyfiles"}, {"seed", seed_}}}});
    if (!answer || !answer->is_object() || !answer->contains("hello")) {
      fault_ = fmt::format("the shim did not say hello: {}", fault_);
      drop();
      return false;
    }
    const Json& hello = answer->at("hello");
    if (!hello.is_object() || hello.value("protocol", Json()) != "tsp/1") {
      fault_ = "the shim speaks another protocol than tsp/1";
      drop();
      return false;
    }
    description_ = {text_of(hello, "name", iut_.name), text_of(hello, "version", iut_.version), {}};
    for (const Json& op : hello.value("ops", Json::array()))
      if (op.is_string()) description_.ops.push_back(op);
    return true;
  }

  static std::string text_of(const Json& object, const char* name, const std::string& otherwise) {
    const Json value = object.value(name, Json());
    return value.is_string() ? value.get<std::string>() : otherwise;
  }

  bool exchange_frame(const char* name, Json body) {
    const auto answer = exchange({{name, std::move(body)}});
    const bool good = answer && answer->is_object() && answer->contains(name);
    if (!good && fault_.empty()) fault_ = fmt::format("the shim did not answer to {}", name);
    if (!good) drop();
    return good;
  }

  std::optional<Json> exchange(const Json& frame) {
    fault_.clear();
    if (!process_ || !process_->send(frame.dump())) {
      fault_ = "the shim has ended";
      return std::nullopt;
    }
    const auto line = process_->receive(current_.time_limit);
    if (!line) {
      fault_ = process_->timed_out() ? "time-out" : "the shim has ended";
      return std::nullopt;
    }
    Json answer = Json::parse(*line, nullptr, false);
    if (answer.is_discarded()) {
      fault_ = "the shim's answer is not JSON";
      return std::nullopt;
    }
    return answer;
  }

  Response lost() {
    Response response = adapter_error(fault_);
    drop();
    return response;
  }

  // What a lost shim still had to say belongs to no later case.
  void drop() {
    if (process_) process_->kill();
    announced_ = false;
  }

  const Iut& iut_;
  std::uint64_t seed_;
  std::unique_ptr<harness::LineProcess> process_;
  harness::IutDescription description_;
  harness::CaseStart current_;
  bool announced_ = false;
  std::int64_t last_id_ = 0;
  std::string fault_;
};

}  // namespace

std::unique_ptr<harness::Adapter> make_shim_adapter(const Iut& iut, std::uint64_t seed) {
  return std::make_unique<ShimAdapter>(iut, seed);
}

}  // namespace touchstone::conformance::adapters::shim
