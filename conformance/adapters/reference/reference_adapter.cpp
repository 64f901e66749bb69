#include "conformance/adapters/reference/reference_adapter.h"

#include <fmt/format.h>
#include <unistd.h>

#include "conformance/adapters/reference/command_manifest.h"
#include "conformance/adapters/reference/command_operations.h"
#include "conformance/adapters/reference/network_operations.h"
#include "conformance/adapters/reference/octet_operations.h"
#include "conformance/harness/case.h"
#include "conformance/harness/private_etc.h"
#include "reference/base/result.h"

namespace touchstone::conformance::adapters::reference {
namespace {

using harness::Iut;
using harness::Request;
using harness::Status;

Response no_such_operation() {
  Response response;
  response.status = Status::unsupported;
  return response;
}

Response adapter_error(std::string detail) {
  Response response;
  response.status = Status::error;
  response.detail = std::move(detail);
  return response;
}

bool is_available(std::string_view op) {
  if (op == "cli.run") return true;
  if (op.starts_with("cmd.")) return has_command(op.substr(4));
  return octet_operations().contains(op) || has_network_operation(op);
}

class ReferenceAdapter final : public harness::Adapter {
 public:
  explicit ReferenceAdapter(const Iut& iut) : iut_(iut) {}

  harness::IutDescription describe() override {
    harness::IutDescription description{iut_.name, iut_.version, {}};
    for (const harness::Capability& capability : harness::capabilities())
      if (harness::is_operation(capability.name) && is_available(capability.name))
        description.ops.emplace_back(capability.name);
    return description;
  }

  void begin(const harness::CaseStart& start) override {
    TOUCHSTONE_CHECK(::chdir(start.sandbox.c_str()) == 0);
    sandbox_ = start.sandbox;
    reset();
  }

  void end() override {
    TOUCHSTONE_CHECK(::chdir("/") == 0);
    reset();
  }

  void reset() override { network_.emplace(); }

  Response call(const Request& request) override {
    try {
      if (const auto found = octet_operations().find(request.op); found != octet_operations().end())
        return found->second(request.args);
      if (has_network_operation(request.op)) return network_->call(request.op, request.args);
      if (iut_.exec.contains(request.op)) return call_command(request);
      return no_such_operation();
    } catch (const BadRequest& bad) {
      return adapter_error(bad.what);
    } catch (const harness::Json::exception& bad) {
      return adapter_error(bad.what());
    }
  }

 private:
  Response call_command(const Request& request) {
    const harness::ExecOp& exec = iut_.exec.at(request.op);
    const auto argv = exec.argv.render(request.args, iut_.pixit);
    if (!argv) return adapter_error(argv.error().detail);
    const auto lines = exec.lines.render(request.args, iut_.pixit);
    if (!lines) return adapter_error(lines.error().detail);
    if (!has_command(argv->front())) return no_such_operation();
    Response response = harness::is_generator(request.op) ? generate(request, *argv, *lines)
                                                          : run_command(*argv, *lines);
    if (response.status == Status::error) return response;
    const int status = response.obs.at("exit").get<int>();
    const auto meaning = iut_.exits.find(status);
    if (meaning == iut_.exits.end())
      return adapter_error(fmt::format("exit {}: {}", status, response.obs.value("stderr", "")));
    response.status = meaning->second.status;
    response.reject_class = meaning->second.reject_class;
    return response;
  }

  /// A command that changes /etc, in a copy of this process.
  Response generate(const Request& request, const std::vector<std::string>& argv,
                    const std::vector<std::string>& lines) {
    if (!private_etc_) private_etc_.emplace(sandbox_.parent_path() / "private");
    std::string input;
    for (const std::string& line : lines)
      input += line + "\n";
    const auto run = private_etc_->run_body(
        sandbox_,
        {.argv = {},
         .folder = sandbox_,
         .input = std::move(input),
         .time_limit = std::chrono::milliseconds(iut_.time_limit_ms),
         .search_folder = {}},
        [&] { return run_on_descriptors(argv, lines); }, harness::umask_of(request.args));
    if (!run.fault.empty()) return harness::cannot_capture(run.fault);
    if (run.process.timed_out || run.process.signal != 0)
      return adapter_error(run.process.describe());
    Response response = accepted({{"exit", run.process.exit_status},
                                  {"stdout", run.process.output},
                                  {"stderr", run.process.errors}});
    harness::tell_executed(run, response.obs);
    return response;
  }

  const Iut& iut_;
  std::filesystem::path sandbox_;
  std::optional<harness::PrivateEtc> private_etc_;
  std::optional<NetworkOperations> network_{std::in_place};
};

}  // namespace

Iut reference_manifest() {
  Iut iut = harness::reference_iut();
  auto commands = harness::parse_iut(command_manifest(), "/");
  if (!commands) bug(commands.error().detail.c_str(), __FILE__, __LINE__);
  iut.exec = std::move(commands->exec);
  iut.exits = std::move(commands->exits);
  for (auto& [name, answer] : iut.pics)
    if (harness::is_operation(name)) answer = is_available(name);
  return iut;
}

std::unique_ptr<harness::Adapter> make_reference_adapter(const Iut& iut) {
  return std::make_unique<ReferenceAdapter>(iut);
}

}  // namespace touchstone::conformance::adapters::reference
