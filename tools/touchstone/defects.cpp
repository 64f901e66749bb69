#include <fmt/format.h>
#include <fmt/ranges.h>

#include "conformance/harness/glob.h"
#include "conformance/harness/kill_matrix.h"
#include "conformance/requirements/catalogue.h"
#include "tools/touchstone/actions.h"
#include "tools/touchstone/manifests.h"

namespace touchstone::tool {
namespace {

namespace harness = conformance::harness;
namespace requirements = conformance::requirements;

Result<std::vector<harness::Defect>> chosen_defects(const std::string& filter) {
  std::vector<harness::Defect> chosen;
  for (const requirements::SourceFile& file : requirements::defect_files()) {
    TOUCHSTONE_TRY(const auto defects, harness::parse_defects(file.text, file.name));
    for (const harness::Defect& defect : defects) {
      if (requirements::catalogue().find(defect.requirement) == nullptr)
        return fail(harness::ManifestErrc::value,
                    fmt::format("{}: {} is not in the catalogue", file.name, defect.requirement));
      if (filter.empty() || harness::matches_glob(filter, defect.id)) chosen.push_back(defect);
    }
  }
  return chosen;
}

void show(const harness::KillMatrix& matrix, bool filtered) {
  int killed = 0;
  for (const harness::KillRow& row : matrix.rows) {
    killed += row.killed ? 1 : 0;
    const char* word = row.killed                      ? "killed  "
                       : row.defect.equivalent.empty() ? "SURVIVES"
                                                       : "same    ";
    fmt::print("{} {:<32} {}\n", word, row.defect.id,
               row.killed ? fmt::format("{}", fmt::join(row.by, " ")) : row.defect.what);
    for (const std::string& note : row.notes)
      fmt::print("           no kill: {}\n", note);
  }
  for (const std::string& test : matrix.baseline)
    fmt::print("BASELINE {} fails without any defect\n", test);
  if (!filtered)
    for (const std::string& test : matrix.idle)
      fmt::print("IDLE     {} catches nothing\n", test);
  fmt::print("{} of {} defects killed in {:.1f} s\n", killed, matrix.rows.size(),
             matrix.duration_s);
}

}  // namespace

int defects(const DefectOptions& options) {
#ifndef TOUCHSTONE_DEFECTS
  fmt::print(stderr, "touchstone: this build has no defects; use the preset defects\n");
  return 2;
#endif
  const auto chosen = chosen_defects(options.filter);
  if (!chosen) return fmt::print(stderr, "touchstone: {}\n", chosen.error().detail), 2;
  const auto iut = load_iut("", "");
  if (!iut) return fmt::print(stderr, "touchstone: {}\n", iut.error().detail), 2;
  harness::RunPlan plan;
  for (const harness::Case& tested : all_cases().cases())
    plan.cases.push_back(&tested);
  plan.iut = &*iut;
  plan.make_adapter = adapter_factory(*iut, options.seed);
  plan.seed = options.seed;
  plan.cases_a_property = options.cases;
  plan.workers = options.workers;
  harness::KillMatrix matrix = harness::run_defects(plan, *chosen);
  const bool filtered = !options.filter.empty();
  if (filtered) matrix.idle.clear();
  if (options.json)
    fmt::print("{}\n", harness::Json(matrix).dump(1));
  else
    show(matrix, filtered);
  return matrix.closed() ? 0 : 1;
}

}  // namespace touchstone::tool
