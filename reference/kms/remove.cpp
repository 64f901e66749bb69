#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/kms/import.h"
#include "reference/kms/master.h"
#include "reference/kms/time_text.h"
#include "reference/kms/tombstones.h"

namespace touchstone::kms {
namespace {

using keyring::NodeId;
using keyring::NodeRow;

constexpr std::size_t max_reason_octets = 200;

bool printable(const std::string& text) {
  return text.size() <= max_reason_octets && std::ranges::none_of(text, [](char c) {
           const auto octet = static_cast<unsigned char>(c);
           return octet < 0x20 || octet == 0x7F;
         });
}

/// Splits the keyring in what stays and what goes.
keyring::NodeRows take_out(const keyring::NodeRows& rows, std::vector<NodeId> nodes,
                           RemoveAnswer& answer) {
  std::ranges::sort(nodes);
  nodes.erase(std::ranges::unique(nodes).begin(), nodes.end());
  keyring::NodeRows rest;
  rest.reserve(rows.size());
  auto node = nodes.begin();
  for (const NodeRow& row : rows) {
    for (; node != nodes.end() && *node < row.node_id; ++node)
      answer.unknown.push_back(*node);
    if (node != nodes.end() && *node == row.node_id &&
        !(TOUCHSTONE_DEFECT("KU-27.first") && !answer.removed.empty())) {
      answer.removed.push_back({row.node_id, row.count});
      ++node;
    } else {
      rest.push_back(row);
    }
  }
  answer.unknown.insert(answer.unknown.end(), node, nodes.end());
  return rest;
}

}  // namespace

Result<RemoveAnswer> remove_keys(Machine& machine, const RemoveRequest& request) {
  RemoveAnswer answer;
  if (!printable(request.reason))
    return located("--reason", Result<RemoveAnswer>(fail(Errc::reason_text)));
  TOUCHSTONE_TRY(Master master, Master::open(machine, request.master, "remove_keys",
                                             request.dry_run, {}, answer.findings));
  answer.repairs = master.repairs();
  std::vector<NodeId> nodes = request.nodes;
  if (TOUCHSTONE_DEFECT("KU-27.first_alone")) nodes.resize(1);
  keyring::NodeRows rest = take_out(master.keyring().nodes, nodes, answer);
  answer.nodes = rest.size();
  if (request.dry_run && TOUCHSTONE_DEFECT("KU-18.dry_run_removes"))
    TOUCHSTONE_TRY_VOID(append_tombstones(machine.files, request.master, {}, answer.removed,
                                          print_utc(machine.clock.now()), request.reason));
  if (request.dry_run) return answer;
  AuditEvent event{
      .text = fmt::format("removed={} unknown={}", answer.removed.size(), answer.unknown.size())};
  if (answer.removed.empty() && !TOUCHSTONE_DEFECT("KU-27.unknown_rewrites")) {
    event.stage = AuditEvent::Stage::same;
    TOUCHSTONE_TRY_VOID(master.note(event));
    return answer;
  }
  FileAttributes attributes = master.attributes();
  if (TOUCHSTONE_DEFECT("KU-28.open_tombstones")) attributes.mode = 0644;
  Result<void> buried;
  if (!TOUCHSTONE_DEFECT("KU-27.no_tombstone"))
    buried = append_tombstones(machine.files, request.master, attributes, answer.removed,
                               print_utc(machine.clock.now()), request.reason);
  if (!buried) {
    event.stage = AuditEvent::Stage::failed;
    event.text = "the old keyring stands";
    static_cast<void>(master.note(event));
    return std::unexpected(buried.error());
  }
  master.set_nodes(std::move(rest));
  TOUCHSTONE_TRY_VOID(master.replace(machine, event, {}));
  return answer;
}

}  // namespace touchstone::kms
