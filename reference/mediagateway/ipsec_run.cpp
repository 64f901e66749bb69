#include "reference/mediagateway/ipsec_run.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/ipsec/config/ifup_plan.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

/// What setkey says of a command that changes nothing, which is no fault.
bool is_harmless(std::string_view line) {
  line = config::trimmed(line);
  return line.empty() || line.ends_with("No entry.") ||
         line.ends_with("No such file or directory.") || line.ends_with("No SPD entries.") ||
         line.ends_with("No SAD entries.");
}

}  // namespace

std::string policies_of(const Connection& connection) {
  return config::print_policies(connection, connection.source.value_or(config::Address()));
}

ProgramCall add_policies(const Connection& connection, std::string_view before) {
  return {{"setkey", "-c"}, config::print_policy_removal(before) + policies_of(connection)};
}

ProgramCall take_policies(const Connection& connection, std::string_view before) {
  const std::string own = config::print_address(*connection.source);
  const std::string peer = config::print_address(*connection.destination);
  const std::string_view proto = connection.esp == "none" ? "ah" : "esp";
  return {{"setkey", "-c"},
          config::print_policy_removal(before) +
              fmt::format("deleteall {0} {1} {2};\ndeleteall {1} {0} {2};\n", own, peer, proto)};
}

ProgramCall reload_racoon() {
  return {{"racoonctl", "reload-config"}, {}};
}

ProgramCall begin_racoon() {
  return {{"racoon", "-f", std::string(ipsec_places::racoon_conf)}, {}};
}

ProgramCall disconnect(const Connection& connection) {
  return {{"racoonctl", "vpn-disconnect", config::print_address(*connection.destination)}, {}};
}

std::string fault_of(const ProgramCall& call, const ProgramOutcome& outcome) {
  const std::string& name = call.argv[0];
  if (!outcome.found) return fmt::format("{} is not on this machine; it was not run", name);
  if (outcome.code != 0) return fmt::format("{} ended with {}", name, outcome.code);
  if (name != "setkey") return {};
  for (std::string_view text = outcome.output; !text.empty();) {
    const std::string_view line = config::take_line(text);
    if (!is_harmless(line)) return fmt::format("setkey says: {}", config::trimmed(line));
  }
  return {};
}

namespace {

bool run(const ProgramCall& call, ProgramRunner& runner, RunReport& report) {
  const ProgramOutcome outcome = runner.run(call);
  const std::string fault = fault_of(call, outcome);
  if (!fault.empty()) report.faults.push_back(fault);
  report.missing = report.missing || !outcome.found;
  return fault.empty();
}

}  // namespace

RunReport bring_up(const std::vector<Connection>& connections,
                   const std::vector<std::string>& before, ProgramRunner& runner) {
  RunReport report;
  for (std::size_t i = 0; i < connections.size(); ++i)
    if (!run(add_policies(connections[i], before[i]), runner, report)) return report;
  // racoonctl fails where racoon does not run yet.
  RunReport reload;
  if (!run(reload_racoon(), runner, reload)) run(begin_racoon(), runner, report);
  return report;
}

RunReport take_down(const std::vector<Connection>& connections,
                    const std::vector<std::string>& before, ProgramRunner& runner) {
  RunReport report;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    RunReport ignored;  // there may be no racoon any more, and no association
    run(disconnect(connections[i]), runner, ignored);
    if (!TOUCHSTONE_DEFECT("IC-05.policies"))
      run(take_policies(connections[i], before[i]), runner, report);
  }
  return report;
}

std::string print_calls(const std::vector<ProgramCall>& calls, bool to_run) {
  std::string text;
  const auto line = [&](std::string_view words) {
    text += (to_run ? "" : "# ") + std::string(words) + "\n";
  };
  for (const ProgramCall& call : calls) {
    std::string words;
    for (const std::string& word : call.argv)
      words += (words.empty() ? "" : " ") + word;
    if (call.input.empty()) {
      line(words + " || :");
      continue;
    }
    line(words + " <<'END_OF_POLICIES'");
    for (std::string_view input = call.input; !input.empty();)
      line(config::take_line(input));
    line("END_OF_POLICIES");
  }
  return text;
}

Result<std::vector<ProgramCall>> plan_boot(IpsecTree& tree) {
  TOUCHSTONE_TRY(const auto all, tree.connections());
  std::vector<ProgramCall> calls;
  for (const Connection& one : all)
    if (one.on_boot) calls.push_back(add_policies(one, {}));
  if (!calls.empty()) calls.push_back(begin_racoon());
  return calls;
}

}  // namespace touchstone::mediagateway
