#include "conformance/harness/property.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "conformance/harness/case_context.h"
#include "conformance/harness/case_run.h"
#include "conformance/harness/exchange.h"

namespace touchstone::conformance::harness {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Keeps RapidCheck quiet; the report is ours.
class SilentListener : public rc::detail::TestListener {
 public:
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

/// One property's run: the candidates, the classes they fell into, and the last failing input with
/// everything that was recorded of it.
class PropertyRun {
 public:
  PropertyRun(CaseContext& ctx, const detail::ErasedProperty& property)
      : ctx_(ctx), state_(ctx.state()), property_(property) {}

  /// RapidCheck's view of one candidate: true when it holds.
  bool candidate() {
    TOUCHSTONE_CHECK(std::this_thread::get_id() ==
                     thread_);  // a draw elsewhere is outside the tree
    property_.draw();
    if (stopped_) return true;  // no verdict is possible: let RapidCheck run out quickly
    if (failure_ && refuses_candidate()) return failure_input_ != property_.save();
    return run_current();
  }

  void throw_what_happened() {
    if (stopped_) throw Stop(*stopped_);
    if (!failure_) return;
    state_.result = failure_result_;
    state_.attachments = failure_attachments_;
    state_.result.counterexample = {{"property", property_.name}, {"input", failure_input_}};
    throw Stop(*failure_);
  }

  /// Judges the declared classes over `wanted` candidates.
  void judge_classes(long wanted) {
    for (const RequiredClass& required : property_.options.classes) {
      const long hits = state_.result.classes[property_.name + ": " + required.name];
      const double least = required.minimum_share * static_cast<double>(wanted);
      if (least < 3 || static_cast<double>(hits) >= least) continue;
      throw Stop(Failure{"coverage", state_.tested->requirements.front(),
                         fmt::format("at least {:.0f} of {} candidates in class \"{}\"", least,
                                     wanted, required.name),
                         fmt::format("{}", hits), property_.name});
    }
  }

  bool run_current() {
    ++state_.result.candidates;
    state_.candidate_classes.clear();
    state_.attachments = Json::object();
    if (property_.options.fresh_sandbox) ctx_.start_afresh();
    try {
      property_.check();
    } catch (const Stop& stop) {
      return keep(stop);
    }
    if (!failure_) count_classes();
    return true;
  }

 private:
  // A budget in time bounds what a slow IUT costs; the last failing input still answers "fails",
  // so that RapidCheck's closing run of the minimum agrees with what it saw.
  [[nodiscard]] bool refuses_candidate() const { return SteadyClock::now() >= shrink_until_; }

  bool keep(const Stop& stop) {
    if (stop.outcome != Outcome::fail) {
      stopped_ = stop;
      return true;
    }
    if (!failure_)
      shrink_until_ =
          SteadyClock::now() + std::chrono::milliseconds(state_.settings->shrink_milliseconds);
    failure_ = stop;
    failure_input_ = property_.save();
    failure_result_ = state_.result;
    failure_attachments_ = state_.attachments;
    state_.result.files.clear();
    return false;
  }

  void count_classes() {
    for (const std::string& name : state_.candidate_classes)
      ++state_.result.classes[property_.name + ": " + name];
  }

  CaseContext& ctx_;
  RunState& state_;
  const detail::ErasedProperty& property_;
  std::thread::id thread_ = std::this_thread::get_id();
  SteadyClock::time_point shrink_until_;
  std::optional<Stop> failure_;
  std::optional<Stop> stopped_;
  Json failure_input_;
  Json failure_attachments_;
  CaseResult failure_result_;
};

void replay_saved(CaseContext& ctx, const detail::ErasedProperty& property) {
  RunState& state = ctx.state();
  if (state.replay->property != property.name) return;
  state.replayed = true;
  property.load(state.replay->input);
  PropertyRun run(ctx, property);
  run.run_current();
  run.throw_what_happened();
}

}  // namespace

void classify(CaseContext& ctx, std::string_view name, bool holds) {
  if (holds) ctx.state().candidate_classes.emplace(name);
}

namespace detail {

void run_property(CaseContext& ctx, const ErasedProperty& property) {
  RunState& state = ctx.state();
  if (state.replay) return replay_saved(ctx, property);
  rc::detail::TestParams params;
  params.seed = seed_of(state, property.name);
  params.maxSuccess = std::max(1, state.settings->cases / std::max(1, property.options.cost));
  params.disableShrinking = state.settings->shrink_milliseconds == 0;
  rc::detail::TestMetadata metadata;
  metadata.id = state.tested->id;
  metadata.description = property.name;
  SilentListener listener;
  // Given even when empty, it keeps RapidCheck from reading RC_PARAMS: the options of the run
  // decide.
  const std::unordered_map<std::string, rc::detail::Reproduce> unread_environment;
  PropertyRun run(ctx, property);
  const auto result = rc::detail::checkTestable([&] { RC_ASSERT(run.candidate()); }, metadata,
                                                params, listener, unread_environment);
  run.throw_what_happened();
  if (!result.is<rc::detail::SuccessResult>())
    throw std::runtime_error(
        fmt::format("property \"{}\": the generator gave up or failed", property.name));
  run.judge_classes(params.maxSuccess);
}

}  // namespace detail

}  // namespace touchstone::conformance::harness
