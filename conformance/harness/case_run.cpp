#include "conformance/harness/case_run.h"

#include <fmt/format.h>

#include "conformance/harness/case_context.h"
#include "conformance/harness/exchange.h"

namespace touchstone::conformance::harness {
namespace {

// The needs that the PICS declines, for the note of NOT_SUPPORTED.
std::string declined_needs(const Case& tested, const Iut& iut) {
  std::string declined;
  for (const std::string& need : tested.needs)
    if (!iut.has(need)) declined += (declined.empty() ? "" : ", ") + need;
  return declined;
}

void settle(RunState& state, const Stop& stopped) {
  state.result.outcome = stopped.outcome;
  state.result.note = stopped.note;
  if (stopped.outcome != Outcome::fail) return;
  state.result.failure = stopped.failure;
  if (state.result.counterexample.is_null()) state.result.counterexample = Json::object();
  state.result.counterexample.update(state.attachments);
}

void run_body(RunState& state) {
  CaseContext context(state);
  try {
    state.tested->body(context);
    if (state.replay && !state.replayed)
      throw std::runtime_error(fmt::format("there is no property \"{}\"", state.replay->property));
  } catch (const Stop& stopped) {
    settle(state, stopped);
  } catch (const std::exception& thrown) {
    state.result.outcome = Outcome::harness_error;
    state.result.note = fmt::format("the suite threw: {}", thrown.what());
  }
}

// A report says what changed in the sandbox, unless the failing check has said it already.
void keep_files(RunState& state) {
  if (state.result.outcome != Outcome::fail || !state.result.files.empty()) return;
  if (state.candidate_start)
    state.result.files = compare(*state.candidate_start, state.sandbox->snapshot());
}

}  // namespace

void begin_case(RunState& state) {
  const std::string& id = state.tested->id;
  // One in eight cases is announced under a name that says nothing.
  const std::uint64_t hash = seed_of(state, "name");
  state.adapter->begin(
      {.test = hash % 8 == 0 ? fmt::format("case-{:08x}", hash >> 32) : id,
       .requirements = state.tested->requirements,
       .sandbox = state.sandbox->folder(),
       .time_limit = std::chrono::milliseconds(state.settings->iut->time_limit_ms)});
}

CaseResult run_case(const Case& tested, Adapter& adapter, const RunSettings& settings,
                    std::optional<SavedInput> replay) {
  RunState state;
  state.tested = &tested;
  state.adapter = &adapter;
  state.settings = &settings;
  state.replay = std::move(replay);
  state.result.test = tested.id;
  if (std::string declined = declined_needs(tested, *settings.iut); !declined.empty()) {
    state.result.outcome = Outcome::not_supported;
    state.result.note = fmt::format("the PICS declines {}", declined);
    return state.result;
  }
  const auto start = std::chrono::steady_clock::now();
  state.sandbox.emplace(settings.sandbox_root / "case");
  begin_case(state);
  run_body(state);
  adapter.end();
  keep_files(state);
  state.result.secrets = state.leaks.secrets();
  state.result.scanned_octets = state.leaks.scanned_octets();
  for (TraceStep& step : state.result.trace) {
    step.args = abbreviate(step.args);
    step.obs = abbreviate(step.obs);
  }
  state.result.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  return state.result;
}

}  // namespace touchstone::conformance::harness
