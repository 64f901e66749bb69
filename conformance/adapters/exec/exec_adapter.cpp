#include "conformance/adapters/exec/exec_adapter.h"

#include <fmt/format.h>

#include "conformance/adapters/exec/file_bridge.h"
#include "conformance/harness/private_etc.h"
#include "conformance/harness/process.h"

namespace touchstone::conformance::adapters::exec {
namespace {

using harness::Iut;
using harness::ProcessResult;
using harness::Request;
using harness::Response;
using harness::Status;

Response adapter_error(std::string detail) {
  Response response;
  response.status = Status::error;
  response.detail = std::move(detail);
  return response;
}

// Nothing is known of the implementation when its program was not executed to an end of its own.
std::string fault_of(const ProcessResult& run) {
  if (run.timed_out) return "time-out";
  if (!run.started || run.signal != 0) return run.describe();
  if (run.exit_status == 126 || run.exit_status == 127)
    return fmt::format("exit {}: the program could not be executed", run.exit_status);
  return {};
}

class ExecAdapter final : public harness::Adapter {
 public:
  explicit ExecAdapter(const Iut& iut) : iut_(iut) {}

  harness::IutDescription describe() override {
    harness::IutDescription description{iut_.name, iut_.version, {}};
    for (const auto& [op, exec] : iut_.exec)
      description.ops.push_back(op);
    return description;
  }

  void begin(const harness::CaseStart& start) override {
    sandbox_ = start.sandbox;
    time_limit_ = start.time_limit;
  }

  Response call(const Request& request) override {
    const auto found = iut_.exec.find(request.op);
    if (found == iut_.exec.end()) return unsupported();
    FileBridge files(sandbox_);
    const auto args = files.arguments(found->second, request.args);
    if (!args) return adapter_error(args.error().detail);
    const auto argv = found->second.argv.render(*args, iut_.pixit);
    if (!argv) return adapter_error(argv.error().detail);
    const auto lines = found->second.lines.render(request.args, iut_.pixit);
    if (!lines) return adapter_error(lines.error().detail);
    std::string input;
    for (const std::string& line : *lines)
      input += line + "\n";
    const harness::ProcessRequest process{.argv = *argv,
                                          .folder = sandbox_,
                                          .input = std::move(input),
                                          .time_limit = time_limit_,
                                          .search_folder = iut_.folder};
    if (harness::is_generator(request.op)) return generated(request, process, files);
    return answer_of(harness::run_process(process), files);
  }

 private:
  static Response unsupported() {
    Response response;
    response.status = Status::unsupported;
    return response;
  }

  /// A command that changes /etc: it finds that of the sandbox there.
  Response generated(const Request& request, const harness::ProcessRequest& process,
                     const FileBridge& files) {
    if (!private_etc_) private_etc_.emplace(sandbox_.parent_path() / "private");
    const auto run = private_etc_->run(sandbox_, process, harness::umask_of(request.args));
    if (!run.fault.empty()) return harness::cannot_capture(run.fault);
    Response response = answer_of(run.process, files);
    harness::tell_executed(run, response.obs);
    return response;
  }

  Response answer_of(const ProcessResult& run, const FileBridge& files) {
    if (std::string fault = fault_of(run); !fault.empty()) return adapter_error(std::move(fault));
    const auto meaning = iut_.exits.find(run.exit_status);
    if (meaning == iut_.exits.end())
      return adapter_error(fmt::format("[exec.exit] does not say what exit {} means: {}",
                                       run.exit_status, run.errors));
    Response response{
        .status = meaning->second.status,
        .reject_class = meaning->second.reject_class,
        .obs = {{"exit", run.exit_status}, {"stdout", run.output}, {"stderr", run.errors}},
        .detail = {}};
    if (const auto read = files.collect(response.obs); !read)
      return adapter_error(read.error().detail);
    return response;
  }

  const Iut& iut_;
  std::filesystem::path sandbox_;
  std::chrono::milliseconds time_limit_{5000};
  std::optional<harness::PrivateEtc> private_etc_;
};

}  // namespace

std::unique_ptr<harness::Adapter> make_exec_adapter(const Iut& iut) {
  return std::make_unique<ExecAdapter>(iut);
}

}  // namespace touchstone::conformance::adapters::exec
