#include "reference/commands/config_lint.h"

#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/base/exit_class.h"
#include "reference/commands/errc.h"

namespace touchstone::commands {

Result<ipsec::config::Profile> chosen_profile(const Arguments& arguments,
                                              std::string_view program) {
  const std::string name = arguments.value("profile").value_or("strict");
  if (name == "strict") return ipsec::config::Profile::strict;
  if (name == program) return ipsec::config::Profile::daemon;
  return fail(Errc::usage, "--profile: expected strict or " + std::string(program));
}

host::ConfigFiles config_files(const Context& context) {
  return host::ConfigFiles(context.arguments.has("root") ? context.root : "");
}

Result<SecretOctets> read_named(const std::string& file, std::size_t limit) {
  // A relative spelling of an absolute name is not looked up below --root.
  host::ConfigFiles machine;
  return located(file, machine.read(file, limit));
}

int tell_findings(Context& context, const std::string& subject, std::span<const std::string> names,
                  const std::vector<ipsec::config::FileFinding>& findings, bool accepted) {
  for (const ipsec::config::FileFinding& one : findings)
    context.report.finding_as_product(names[one.file], one.finding);
  const bool strict = context.arguments.has("strict") && !TOUCHSTONE_DEFECT("RF-07.strict");
  const int code = accepted && (findings.empty() || !strict) ? 0 : 6;
  if (code == 0) context.report.detail(subject + ": ok");
  context.report.json()["files"].push_back({{"file", subject}, {"exit", code}});
  return code;
}

}  // namespace touchstone::commands
