// What `ipsec --list` and `--status` tell.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/ipsec_session.h"
#include "reference/ipsec/config/sa_dump.h"
#include "reference/ipsec/config/sa_list.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;
using mediagateway::Connection;

std::string network_of(const Connection& one) {
  if (!one.destination_network) return "";
  return fmt::format("{}/{}", config::print_address(one.destination_network->address),
                     one.destination_network->prefix);
}

nlohmann::ordered_json describe(const Connection& one, bool active) {
  return {{"name", one.name},
          {"mode", one.tunnel() && !TOUCHSTONE_DEFECT("IC-12.mode") ? "tunnel" : "transport"},
          {"source", config::print_address(*one.source)},
          {"destination", config::print_address(*one.destination)},
          {"network", network_of(one)},
          {"protocol", one.protocol == 255 ? std::string("any") : std::to_string(one.protocol)},
          {"source_port", one.source_port},
          {"destination_port", one.destination_port},
          {"method", one.method == config::IkeMethod::x509 ? "certificates" : "pre-shared key"},
          {"profile", one.profile},
          {"active", active}};
}

std::string line_of(const Connection& one, bool active) {
  const std::string network = network_of(one);
  return fmt::format("{:<16} {:<9} {} {}{}", one.name, one.tunnel() ? "tunnel" : "transport",
                     active ? "active  " : "inactive", config::print_address(*one.destination),
                     network.empty() ? "" : " for " + network);
}

/// Text of a program, empty where it is not there.
std::string said(mediagateway::ProgramRunner& runner, std::vector<std::string> argv) {
  const auto outcome = runner.run({std::move(argv), {}});
  return outcome.found && outcome.code == 0 ? outcome.output : std::string();
}

}  // namespace

Result<int> IpsecSession::list() {
  TOUCHSTONE_TRY(const Connections all, chosen());
  auto rows = nlohmann::ordered_json::array();
  for (const Connection& one : all) {
    const bool active = tree_.is_active(one.name);
    rows.push_back(describe(one, active));
    context_->report.line(line_of(one, active));
  }
  context_->report.json()["configurations"] = std::move(rows);
  return 0;
}

Result<int> IpsecSession::status() {
  TOUCHSTONE_TRY(const Connections all, chosen());
  if (!runner_.has("racoonctl"))
    context_->report.note("ipsec", "racoonctl is not on this machine; nothing is known of racoon");
  const auto isakmp =
      config::read_isakmp_list(said(runner_, {"racoonctl", "-ll", "show-sa", "isakmp"}));
  const auto dump = config::read_sa_dump(said(runner_, {"racoonctl", "show-sa", "ipsec"}));
  auto rows = nlohmann::ordered_json::array();
  bool all_well = true;
  for (const Connection& one : all) {
    const bool active = tree_.is_active(one.name);
    const auto findings = config::judge_associations(dump, *one.source, *one.destination);
    const bool phase1 = std::ranges::any_of(isakmp.rows, [&](const config::IsakmpSa& row) {
      return row.destination.address == *one.destination &&
             (row.status == config::isakmp_established || TOUCHSTONE_DEFECT("RS-01.any_state"));
    });
    all_well = all_well && active && phase1 && findings.empty();
    context_->report.line(fmt::format("{}  isakmp {}  ipsec {}", line_of(one, active),
                                      phase1 ? "established" : "none",
                                      findings.empty() ? "in both directions" : "not protected"));
    for (const auto& [file, finding] : findings)
      context_->report.finding_as_product(one.name, finding);
    auto row = describe(one, active);
    row["isakmp"] = phase1;
    row["protected"] = findings.empty();
    rows.push_back(std::move(row));
  }
  context_->report.json()["configurations"] = std::move(rows);
  return all_well ? 0 : 1;
}

}  // namespace touchstone::commands
