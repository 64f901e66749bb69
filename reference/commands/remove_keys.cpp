#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/all_commands.h"
#include "reference/commands/kms_machine.h"

namespace touchstone::commands {
namespace {

using Need = Option::Need;

constexpr std::array<Option, 4> options = {{
    {.name = "master",
     .letter = 'm',
     .argument = "FILE",
     .help = "keyring to remove from",
     .clause = "KU-27",
     .need = Need::required},
    {.name = "node",
     .letter = 'n',
     .argument = "ID",
     .help = "node to remove, such as 0x00010200",
     .clause = "KU-27",
     .need = Need::required,
     .repeatable = true},
    {.name = "reason",
     .argument = "TEXT",
     .help = "why, kept in the tombstone file",
     .clause = "KU-27"},
    {.name = "dry-run", .help = "print the plan and write nothing", .clause = "KU-18"},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 11, 12};

Result<kms::RemoveRequest> read_request(const Arguments& arguments) {
  kms::RemoveRequest request{.master = arguments.required("master"),
                             .nodes = {},
                             .reason = arguments.value("reason").value_or(""),
                             .dry_run = arguments.has("dry-run")};
  for (const std::string& text : arguments.values("node")) {
    TOUCHSTONE_TRY(const std::uint32_t node, parse_node_id("--node", text));
    request.nodes.push_back(node);
  }
  return request;
}

void tell(Context& context, const kms::RemoveRequest& request, const kms::RemoveAnswer& answer) {
  Report& report = context.report;
  report_findings(report, answer.findings);
  report_repairs(report, request.master, answer.repairs);
  auto& json = report.json();
  json["dry_run"] = request.dry_run;
  json["removed"] = nlohmann::ordered_json::array();
  json["unknown"] = nlohmann::ordered_json::array();
  for (const kms::Tombstone& stone : answer.removed) {
    json["removed"].push_back({{"node", print_node_id(stone.node_id)}, {"count", stone.count}});
    report.line(fmt::format("{} {}", request.dry_run ? "would remove" : "removed",
                            print_node_id(stone.node_id)));
  }
  for (const std::uint32_t node : answer.unknown) {
    json["unknown"].push_back(print_node_id(node));
    report.note(print_node_id(node), "not in the keyring, nothing to remove");
  }
  json["nodes"] = answer.nodes;
  report.detail(fmt::format("{}: {} nodes", request.master, answer.nodes));
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(const kms::RemoveRequest request, read_request(context.arguments));
  TOUCHSTONE_TRY(KmsMachine machine, KmsMachine::make(context));
  note_other_place(context, request.master);
  TOUCHSTONE_TRY(const kms::RemoveAnswer answer, kms::remove_keys(machine.machine(), request));
  tell(context, request, answer);
  return 0;
}

}  // namespace

Command remove_keys_command() {
  return {
      .name = "remove_keys",
      .purpose = "takes nodes out of the keyring for good",
      .teaching =
          "A removed node gets no key from the KMS and cannot join. Its id and count go to the\n"
          "tombstone file beside the keyring, so that an old batch does not bring it back; a\n"
          "newly provisioned key for it is imported with import_keys --revive.",
      .example = "remove_keys -m /opt/onramp/keyring.csv -n 0x00010200 --reason \"stolen\" -v",
      .options = options,
      .exit_codes = exit_codes,
      .handler = handle};
}

}  // namespace touchstone::commands
