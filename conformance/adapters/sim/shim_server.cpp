#include "conformance/adapters/sim/shim_server.h"

#include <istream>
#include <ostream>

namespace touchstone::conformance::adapters::sim {
namespace {

using harness::Json;
using harness::Response;
using harness::Status;

Json hello(harness::Adapter& adapter) {
  const harness::IutDescription self = adapter.describe();
  return {
      {"hello",
       {{"protocol", "tsp/1"}, {"name", self.name}, {"version", self.version}, {"ops", self.ops}}}};
}

Json begin(harness::Adapter& adapter, const Json& args) {
  harness::CaseStart start;
  start.test = args.value("test", "");
  start.sandbox = args.value("sandbox", "");
  adapter.begin(start);
  return {{"begin", Json::object()}};
}

Json call(harness::Adapter& adapter, const Json& frame) {
  const Response response = adapter.call({frame.at("op"), frame.value("args", Json::object())});
  Json answer{{"id", frame.at("id")}, {"status", harness::print_status(response.status)}};
  if (response.status == Status::ok || response.status == Status::reject)
    answer["obs"] = response.obs;
  if (response.status == Status::reject)
    answer["class"] = harness::print_reject_class(response.reject_class);
  if (!response.detail.empty()) answer["detail"] = response.detail;
  return answer;
}

/// Null for what is no frame.
Json answer(harness::Adapter& adapter, const Json& frame) {
  if (!frame.is_object()) return nullptr;
  if (frame.contains("op") && frame.contains("id")) return call(adapter, frame);
  if (frame.contains("hello")) return hello(adapter);
  if (frame.contains("begin")) return begin(adapter, frame.at("begin"));
  if (frame.contains("end")) adapter.end();
  if (frame.contains("reset")) adapter.reset();
  for (const char* name : {"end", "reset"})
    if (frame.contains(name)) return {{name, Json::object()}};
  return nullptr;
}

}  // namespace

bool serve_shim(harness::Adapter& adapter, std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    const Json frame = Json::parse(line, nullptr, false);
    if (frame.is_object() && frame.contains("bye")) return true;
    const Json answered = answer(adapter, frame);
    if (answered.is_null()) return false;
    out << answered.dump() << '\n' << std::flush;
  }
  return true;
}

}  // namespace touchstone::conformance::adapters::sim
