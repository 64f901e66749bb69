#include "reference/lks/provision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/lks_machine.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/kgf.h"

namespace touchstone::commands {
namespace {

constexpr std::size_t max_user_octets = 64;
constexpr std::size_t max_shown = 10;

constexpr std::array<Option, 8> options = {{
    {.name = "database",
     .letter = 'd',
     .argument = "FILE",
     .help = "node key database",
     .clause = "LK-02",
     .need = Option::Need::required},
    {.name = "node",
     .letter = 'n',
     .argument = "ID",
     .help = "the node, such as 0x00010200 or 66048; the first one with --nodes",
     .clause = "LK-01",
     .need = Option::Need::required},
    {.name = "nodes", .argument = "N", .help = "N ids from ID upwards", .clause = "LK-01"},
    {.name = "reprovision",
     .help = "make a new key for a node that has one; its count rises by 1",
     .clause = "LK-08"},
    {.name = "idempotent", .help = "keep the key of a node that has one", .clause = "LK-11"},
    {.name = "deterministic",
     .help = "nonce of zeros: the same Gateway keys give the same node keys (simulation)",
     .clause = "LK-06"},
    {.name = "emit",
     .help = "print the three keys of each node on standard output: SECRET, for the NPT alone",
     .clause = "LK-03"},
    {.name = "operator",
     .argument = "NAME",
     .help = "who is noted in the audit",
     .clause = "LK-15"},
}};

constexpr std::array<int, 7> exit_codes = {1, 2, 3, 6, 8, 11, 12};

/// A name of printable octets: it stands in lines of the audit.
Result<std::string> operator_name(const Context& context) {
  std::string name = context.arguments.value("operator").value_or(user_name(context));
  const bool printable = std::ranges::none_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (name.empty() || name.size() > max_user_octets || !printable)
    return located("--operator",
                   Result<std::string>(fail(Errc::usage, "expected 1 to 64 printable octets")));
  return name;
}

Result<lks::ProvisionRequest> read_request(const Context& context) {
  const Arguments& arguments = context.arguments;
  lks::ProvisionRequest request;
  request.database = arguments.required("database");
  TOUCHSTONE_TRY(request.first, parse_node_id("--node", arguments.required("node")));
  TOUCHSTONE_TRY(const auto nodes, arguments.number("nodes", 1, lks::max_nodes_a_run));
  request.nodes = nodes.value_or(1);
  request.reprovision = arguments.has("reprovision");
  request.idempotent = arguments.has("idempotent");
  request.deterministic = arguments.has("deterministic");
  request.hand_out = arguments.has("emit");
  request.with_keys = request.hand_out || arguments.has("verbose");
  TOUCHSTONE_TRY(request.user, operator_name(context));
  if (request.hand_out && arguments.has("json"))
    return located("--emit", Result<lks::ProvisionRequest>(
                                 fail(Errc::usage, "prints key lines, which --json would mix up")));
  return request;
}

/// The hand-out to the NPT (LK-03): two lines for all nodes, then one a node, as in keyring.csv.
/// The only place where keys leave the Local Key Server in clear. It bypasses the report, which
/// never holds a key.
void emit(const Environment& environment, const lks::ProvisionAnswer& answer) {
  const SecretOctets header = keyring::print_network_keys(answer.network);
  const std::string_view lines = as_text(header);
  const std::size_t base_line = lines.find('\n') + 1;
  const std::size_t gateway_line = lines.find('\n', base_line) + 1;
  environment.out(
      lines.substr(TOUCHSTONE_DEFECT("LK-03.base_for_gateway") ? base_line : gateway_line));
  keyring::NodeRows rows;
  rows.reserve(answer.keys.size());
  for (const lks::NodeKey& key : answer.keys)
    rows.push_back({key.node_id, key.batch, key.count, key.root_key});
  environment.out(as_text(keyring::print_rows(rows)));
}

/// Key check values; the text shows some, the JSON object all.
void tell_nodes(Report& report, const lks::NodeKeys& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const lks::NodeKey& key = keys[i];
    const std::string id = fmt::format("0x{:08x}", key.node_id);
    const std::string kcv = keyring::aes_kcv(key.root_key);
    report.json()["nodes"].push_back({{"node", id}, {"count", key.count}, {"kcv", kcv}});
    if (i < max_shown)
      report.detail(fmt::format("{} batch {} count {} KCV {}", id, key.batch, key.count, kcv));
  }
  if (keys.size() > max_shown)
    report.detail(fmt::format("and {} more; --json shows all", keys.size() - max_shown));
}

void tell(const Context& context, const lks::ProvisionAnswer& answer) {
  Report& report = context.report;
  report.json()["made"] = answer.made;
  report.json()["reprovisioned"] = answer.reprovisioned;
  report.json()["unchanged"] = answer.unchanged;
  report.json()["batch"] = answer.batch;
  const std::string summary =
      fmt::format("{} made, {} reprovisioned, {} unchanged; open batch {}", answer.made,
                  answer.reprovisioned, answer.unchanged, answer.batch);
  if (context.arguments.has("emit")) {
    report.note(context.arguments.required("database"), summary);
    emit(context.environment, answer);
    return;
  }
  report.line(summary);
  if (context.arguments.has("verbose")) tell_nodes(report, answer.keys);
}

Result<int> provision(Context& context) {
  TOUCHSTONE_TRY(const lks::ProvisionRequest request, read_request(context));
  LksMachine machine(context);
  if (TOUCHSTONE_DEFECT("LK-10.told_before_commit") && request.hand_out)
    context.environment.out(fmt::format("0x{:08x}, made\n", request.first));
  TOUCHSTONE_TRY(const lks::ProvisionAnswer answer, lks::provision(machine.machine(), request));
  tell(context, answer);
  return 0;
}

}  // namespace

Command provision_command() {
  return {.name = "provision",
          .purpose = "make node keys in the node key database",
          .teaching =
              "A node gets a root key of its own, derived from the base of the network, its id,\n"
              "its count and a random nonce. All nodes of a run are made or none; the keys are\n"
              "on the disk before anything is printed. They join the open batch, which the next\n"
              "export_keys delivers to the KMS. A known node is refused unless --reprovision or\n"
              "--idempotent says what to do.",
          .example =
              "provision -d node_keys.db -n 0x00010200\n"
              "provision -d node_keys.db -n 0x00010200 --nodes 1000 --operator line-2",
          .options = options,
          .exit_codes = exit_codes,
          .handler = provision};
}

}  // namespace touchstone::commands
