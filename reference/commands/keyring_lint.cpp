#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/exit_class.h"
#include "reference/commands/all_commands.h"
#include "reference/kms/import.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 2> options = {{
    {.name = "strict",
     .help = "exit 13 unless the file is as our writer makes it",
     .clause = "KR-16"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "keyring to read",
     .clause = "KR-26",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 13};

/// The exit code for one file. A fault of its content is told by its findings alone.
int lint(Context& context, const std::string& file, keyring::Strictness strictness) {
  Report& report = context.report;
  report.step("reading " + file);
  Findings findings;
  const Result<void> result = kms::lint_keyring(context.files, file, strictness, findings);
  for (const Finding& finding : findings)
    report.finding_as_product(file, finding);
  const int code = result ? 0 : exit_code(result.error());
  if (code != 0 && findings.empty()) report.error(result.error());
  if (code == 0) report.detail(file + ": ok");
  report.json()["files"].push_back({{"file", file}, {"exit", code}});
  return code;
}

Result<int> handle(Context& context) {
  const bool strict = context.arguments.has("strict");
  const auto strictness = strict ? keyring::Strictness::strict : keyring::Strictness::tolerant;
  context.report.json()["files"] = nlohmann::ordered_json::array();
  int code = 0;
  for (const std::string& file : context.arguments.values("FILE"))
    code = worse_exit(code, lint(context, file, strictness));
  return code;
}

}  // namespace

Command keyring_lint_command() {
  return {.name = "keyring_lint",
          .purpose = "says whether keyring files keep the rules",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. Without\n"
              "--strict a file that the KMS would read with a warning is exit 0; with --strict\n"
              "anything but the canonical bytes is exit 13. A file that is refused is exit 6.",
          .example = "keyring_lint --strict /opt/onramp/keyring.csv",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
