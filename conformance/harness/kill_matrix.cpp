#include "conformance/harness/kill_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/harness/argv_template.h"
#include "conformance/harness/toml_json.h"
#include "conformance/harness/worker_pool.h"
#include "reference/base/defect.h"

namespace touchstone::conformance::harness {
namespace {

// One case under one defect; row -1 is the run without any.
struct Pair {
  std::ptrdiff_t row = -1;
  const Case* tested = nullptr;
};

bool cites(const Case& tested, const std::string& requirement) {
  return std::ranges::find(tested.requirements, requirement) != tested.requirements.end();
}

std::vector<Pair> pairs_of(const RunPlan& plan, const std::vector<Defect>& defects) {
  std::vector<Pair> pairs;
  pairs.reserve(plan.cases.size());
  for (const Case* tested : plan.cases)
    pairs.push_back({-1, tested});
  for (std::size_t row = 0; row < defects.size(); ++row)
    for (const Case* tested : plan.cases)
      if (cites(*tested, defects[row].requirement))
        pairs.push_back({static_cast<std::ptrdiff_t>(row), tested});
  return pairs;
}

bool is_kill(const CaseResult& result) {
  return result.outcome == Outcome::fail && result.failure && result.failure->kind != "coverage" &&
         result.failure->kind != "timeout";
}

// A verdict is remembered even when it is none: a crash must not look like a survivor without a
// word.
void take(const Pair& pair, const CaseResult& result, KillMatrix& matrix) {
  const std::string& test = pair.tested->id;
  if (pair.row < 0) {
    const bool clean = result.outcome != Outcome::fail &&
                       result.outcome != Outcome::harness_error &&
                       result.outcome != Outcome::inconclusive;
    if (!clean) matrix.baseline.push_back(test);
    return;
  }
  KillRow& row = matrix.rows[static_cast<std::size_t>(pair.row)];
  if (is_kill(result))
    row.by.push_back(test);
  else if (result.outcome == Outcome::harness_error || result.outcome == Outcome::fail)
    row.notes.push_back(fmt::format("{}: {}", test, result.note));
}

void finish(const RunPlan& plan, KillMatrix& matrix) {
  std::ranges::sort(matrix.baseline);
  std::set<std::string> killers;
  for (KillRow& row : matrix.rows) {
    std::erase_if(row.by, [&](const std::string& test) {
      return std::ranges::binary_search(matrix.baseline, test);
    });
    std::ranges::sort(row.by);
    row.killed = !row.by.empty();
    killers.insert(row.by.begin(), row.by.end());
  }
  for (const Case* tested : plan.cases)
    if (!killers.contains(tested->id)) matrix.idle.push_back(tested->id);
}

CaseResult result_of(const JobResult& job, const Pair& pair) {
  if (job.value) return job.value->get<CaseResult>();
  CaseResult result;
  result.test = pair.tested->id;
  result.outcome = Outcome::harness_error;
  result.note = fmt::format("the worker ended by {}", job.crash);
  return result;
}

}  // namespace

Result<std::vector<Defect>> parse_defects(std::string_view text, std::string_view name) {
  TOUCHSTONE_TRY(const Json json, parse_toml(text, name));
  std::vector<Defect> defects;
  for (const Json& entry : json.value("defect", Json::array())) {
    const auto member = [&](const char* key) {
      const Json value = entry.value(key, Json());
      return value.is_string() ? value.get<std::string>() : std::string();
    };
    Defect defect{member("id"), member("requirement"), member("kind"), member("what"),
                  member("equivalent")};
    if (defect.id.empty() || defect.kind.empty() || defect.what.empty() ||
        !defect.id.starts_with(defect.requirement + ".") || defect.requirement.empty())
      return fail(
          ManifestErrc::value,
          fmt::format("{}: {}: id, requirement, kind and what are needed, and the id begins "
                      "with the requirement and a dot",
                      name, defect.id));
    defects.push_back(std::move(defect));
  }
  return defects;
}

bool KillMatrix::closed() const {
  return !rows.empty() && idle.empty() && baseline.empty() &&
         std::ranges::all_of(
             rows, [](const KillRow& row) { return row.killed || !row.defect.equivalent.empty(); });
}

KillMatrix run_defects(const RunPlan& plan, const std::vector<Defect>& defects) {
  const auto start = std::chrono::steady_clock::now();
  const SandboxRoot root;
  const std::vector<Pair> pairs = pairs_of(plan, defects);
  KillMatrix matrix;
  for (const Defect& defect : defects)
    matrix.rows.push_back({.defect = defect, .killed = false, .by = {}, .notes = {}});
  Pool pool;
  pool.workers = plan.workers;
  pool.jobs = pairs.size();
  pool.time_limit = [](std::size_t) { return std::chrono::seconds(10); };
  pool.start = [&](int worker) -> Work {
    RunSettings settings{.seed = plan.seed,
                         .cases = plan.cases_a_property,
                         .shrink_milliseconds = 0,
                         .sandbox_root = root.folder() / fmt::format("worker-{}", worker),
                         .iut = plan.iut};
    return [&, settings, adapter = plan.make_adapter()](std::size_t job) {
      const Pair& pair = pairs[job];
      activate_defect(pair.row < 0 ? "" : defects[static_cast<std::size_t>(pair.row)].id);
      CaseResult result = run_case(*pair.tested, *adapter, settings);
      activate_defect("");
      result.trace.clear();
      return Json(result);
    };
  };
  pool.done = [&](const JobResult& job) {
    const Pair& pair = pairs[job.job];
    take(pair, result_of(job, pair), matrix);
  };
  run_pool(pool);
  finish(plan, matrix);
  matrix.duration_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return matrix;
}

void to_json(Json& json, const KillMatrix& matrix) {
  Json rows = Json::array();
  for (const KillRow& row : matrix.rows)
    rows.push_back({{"id", row.defect.id},
                    {"requirement", row.defect.requirement},
                    {"kind", row.defect.kind},
                    {"what", row.defect.what},
                    {"equivalent", row.defect.equivalent},
                    {"killed", row.killed},
                    {"by", row.by},
                    {"notes", row.notes}});
  json = {{"defects", std::move(rows)},
          {"idle", matrix.idle},
          {"baseline", matrix.baseline},
          {"duration_s", matrix.duration_s}};
}

}  // namespace touchstone::conformance::harness
