#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/kms_machine.h"
#include "reference/gateway/errc.h"
#include "reference/gateway/node_key_file.h"
#include "reference/host/joining_nodes.h"

namespace touchstone::commands {
namespace {

using gateway::JoinCode;

constexpr std::uint64_t max_nodes = 1'000'000;

constexpr std::array<Option, 7> options = {{
    {.name = "ACTION",
     .argument = "ACTION",
     .help = "join",
     .clause = "GC-03",
     .need = Option::Need::required},
    {.name = "via",
     .argument = "ADDR:PORT",
     .help = "the access point, or the gateway itself",
     .clause = "GC-03",
     .need = Option::Need::required},
    {.name = "node",
     .letter = 'n',
     .argument = "ID",
     .help = "the node, such as 0x00010200; the first one with --count",
     .clause = "GC-03",
     .need = Option::Need::required},
    {.name = "key-file",
     .argument = "FILE",
     .help = "what `provision --emit` printed, or 32 hexadecimal digits: SECRET",
     .clause = "GC-05",
     .need = Option::Need::required},
    {.name = "count", .argument = "N", .help = "join N nodes from ID upwards", .clause = "GC-03"},
    {.name = "at-once",
     .argument = "N",
     .help = "how many are on their way at a time (64)",
     .clause = "GC-03"},
    {.name = "timeout",
     .argument = "SECONDS",
     .help = "how long a node tries (20)",
     .clause = "GC-06"},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 14, 15};

/// The rows of `count` nodes from `first`. A node without a row cannot prove anything.
Result<keyring::NodeRows> read_keys(Context& context, keyring::NodeId first, std::uint64_t count) {
  const std::string& path = context.arguments.required("key-file");
  TOUCHSTONE_TRY(
      const SecretOctets file,
      located(path, context.files.read(path, gateway::max_node_key_file_octets, Access::secret)));
  TOUCHSTONE_TRY(keyring::NodeRows rows, located(path, gateway::parse_node_key_file(file, first)));
  std::erase_if(rows, [&](const keyring::NodeRow& row) {
    return row.node_id < first || row.node_id - first >= count;
  });
  if (rows.size() != count)
    return located(path, Result<keyring::NodeRows>(
                             fail(gateway::Errc::not_a_key, "it lacks a node that is to join")));
  return rows;
}

Result<host::JoinOrder> read_order(const Context& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.required("ACTION") != "join")
    return located("ACTION", Result<host::JoinOrder>(fail(Errc::usage, "expected join")));
  host::JoinOrder order;
  TOUCHSTONE_TRY(order.via, located("--via", host::parse_endpoint(arguments.required("via"))));
  TOUCHSTONE_TRY(const auto seconds, arguments.number("timeout", 1, 3600));
  if (seconds) order.patience = std::chrono::seconds(*seconds);
  TOUCHSTONE_TRY(const auto at_once, arguments.number("at-once", 1, 4096));
  if (at_once) order.at_once = static_cast<std::size_t>(*at_once);
  return order;
}

struct Counts {
  std::uint64_t joined = 0;
  std::uint64_t refused = 0;
  std::uint64_t later = 0;
  std::uint64_t silent = 0;
};

Counts count(std::span<const host::JoinOutcome> outcomes) {
  const auto with = [&](JoinCode code) {
    return static_cast<std::uint64_t>(
        std::ranges::count(outcomes, code, &host::JoinOutcome::result));
  };
  return {.joined = with(JoinCode::admitted),
          .refused = with(JoinCode::refused),
          .later = with(JoinCode::later),
          .silent = with(JoinCode::none)};
}

/// The time within which `percent` of the nodes that joined were in.
double milliseconds_of(std::span<const host::JoinOutcome> outcomes, std::size_t percent) {
  std::vector<double> times;
  for (const host::JoinOutcome& outcome : outcomes)
    if (outcome.result == JoinCode::admitted)
      times.push_back(static_cast<double>(outcome.took.count()) / 1000);
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[(times.size() - 1) * percent / 100];
}

void tell_many(Report& report, std::span<const host::JoinOutcome> outcomes, double seconds) {
  const Counts counts = count(outcomes);
  const double half = milliseconds_of(outcomes, 50);
  const double most = milliseconds_of(outcomes, 99);
  const double rate = static_cast<double>(counts.joined) / std::max(seconds, 0.001);
  report.json()["seconds"] = seconds;
  report.json()["median_ms"] = half;
  report.json()["p99_ms"] = most;
  report.line(fmt::format("{} nodes: {} joined, {} refused, {} later, {} without an answer",
                          outcomes.size(), counts.joined, counts.refused, counts.later,
                          counts.silent));
  report.line(
      fmt::format("{:.2f} s, {:.0f} joins a second; median {:.1f} ms, 99 of 100 in {:.1f} ms",
                  seconds, rate, half, most));
}

/// 0 when all are in; a refusal weighs more than silence.
Result<int> verdict(std::span<const host::JoinOutcome> outcomes, std::uint64_t wanted) {
  const Counts counts = count(outcomes);
  if (counts.joined == wanted) return 0;
  const gateway::Errc code = counts.refused != 0 ? gateway::Errc::refused
                             : counts.later != 0 ? gateway::Errc::later
                                                 : gateway::Errc::no_answer;
  const std::string place =
      wanted == 1 && !outcomes.empty() ? print_node_id(outcomes[0].node_id) : "join";
  return located(place, Result<int>(fail(code)));
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(host::JoinOrder order, read_order(context));
  TOUCHSTONE_TRY(const keyring::NodeId first,
                 parse_node_id("--node", context.arguments.required("node")));
  TOUCHSTONE_TRY(const auto given, context.arguments.number("count", 1, max_nodes));
  const std::uint64_t wanted = given.value_or(1);
  TOUCHSTONE_TRY(const keyring::NodeRows rows, read_keys(context, first, wanted));
  order.nodes = rows;
  const auto begun = std::chrono::steady_clock::now();
  TOUCHSTONE_TRY(const auto outcomes, host::join_nodes(order, context.environment.random));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const Counts counts = count(outcomes);
  context.report.json()["joined"] = counts.joined;
  context.report.json()["refused"] = counts.refused;
  context.report.json()["later"] = counts.later;
  context.report.json()["silent"] = counts.silent;
  if (given) {
    tell_many(context.report, outcomes, took.count());
  } else if (counts.joined == 1) {
    context.report.line(
        fmt::format("{} joined in {:.1f} ms", print_node_id(first), milliseconds_of(outcomes, 50)));
  }
  return verdict(outcomes, wanted);
}

}  // namespace

Command enode_command() {
  return {.name = "enode",
          .purpose = "a node that joins the network, emulated",
          .teaching =
              "Proves to the gateway that it has its root key, without sending it, over UDP. Lost\n"
              "datagrams are sent again. Exit 0: admitted, and the gateway has proved that it has\n"
              "the key too. 14: refused. 15: nobody answered in time, or the gateway can ask no\n"
              "KMS now. With --count it joins many nodes and prints how long that took.",
          .example =
              "enode join --via 127.0.0.3:4004 --node 0x00010000 --key-file node_keys\n"
              "enode join --via 127.0.0.3:4004 --node 0x00010000 --count 1000 --key-file node_keys",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
