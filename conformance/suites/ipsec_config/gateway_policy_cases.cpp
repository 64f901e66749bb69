// What setkey is told: MO-01 to MO-17, seen by packets, and IC-03, IC-05, IC-08.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using generators::CoveringRow;
using generators::CreateLine;
using generators::Switch;

/// Every pair of switches with --start; the rows have both, which is no pair of its own then.
std::function<void(CaseContext&)> every_started_pair(const Judged& judged) {
  return [judged](CaseContext& ctx) {
    std::uint32_t seed = static_cast<std::uint32_t>(ctx.seed());
    for (CoveringRow row : generators::switch_rows(ctx.has("ipsec.extended"))) {
      row[static_cast<std::size_t>(Switch::start)] = 1;
      Gateway gateway(ctx);
      const CreateLine line = generators::create_line(row, seed++);
      ctx.expect_accepted(gateway.create(line), judged.front());
      gateway.expect_policies(judged, {line.wish});
    }
  };
}

/// The services that the document names: SCTP 2816 to 2818, HTTP, SSH.
void check_services(CaseContext& ctx) {
  struct Row {
    const char* protocol;
    std::uint64_t number;
    std::uint64_t port;
  };
  const Row rows[] = {
      {"sctp", 132, 2816}, {"132", 132, 2817}, {"sctp", 132, 2818}, {"tcp", 6, 80}, {"6", 6, 22}};
  Gateway gateway(ctx);
  std::vector<oracle::ipsec::GatewayWish> active;
  for (const Row& row : rows) {
    CreateLine line = gateway.plain(static_cast<unsigned>(active.size()));
    line.argv.push_back(fmt::format("--ip-proto={}", row.protocol));
    line.argv.push_back(fmt::format("--dst-port={}", row.port));
    line.argv.emplace_back("--start");
    line.wish.protocol = row.number;
    line.wish.destination_port = row.port;
    ctx.expect_accepted(gateway.create(line), "MO-14");
    active.push_back(line.wish);
    ctx.expect(gateway.policies().size() == 2 * active.size(), "MO-14",
               "two policies a configuration", fmt::format("{}", gateway.policies().size()));
    gateway.expect_policies({"MO-05", "MO-06", "MO-08"}, active);
  }
}

void check_start(CaseContext& ctx) {
  Gateway gateway(ctx);
  const CreateLine first = gateway.plain(0);
  CreateLine second = gateway.plain(1);
  ctx.expect_accepted(gateway.create(first), "IC-03");
  ctx.expect(gateway.policies().empty(), "IC-03", "no policy before a reboot or --start",
             fmt::format("{} policies", gateway.policies().size()));
  second.argv.emplace_back("--start");
  ctx.expect_accepted(gateway.create(second), "IC-03");
  gateway.expect_policies({"MO-08", "MO-02"}, {second.wish});
  ctx.expect(gateway.policies().size() == 2, "IC-03", "the policies of the started one alone",
             fmt::format("{} policies", gateway.policies().size()));
  ctx.expect_accepted(gateway.run({"--start", "--name=" + first.wish.name}), "IC-03");
  ctx.expect_accepted(gateway.run({"--start", "--name=" + first.wish.name}), "IC-03");
  ctx.expect(gateway.policies().size() == 4, "IC-03", "four policies, also when started twice",
             fmt::format("{} policies", gateway.policies().size()));
  ctx.expect(gateway.was_told("racoonctl reload-config") || gateway.was_told("racoon "), "IC-03",
             "racoon is told, or begun", "neither");
}

/// Stopped, it is as if it had not been started, and its files stay.
void check_stop(CaseContext& ctx) {
  Gateway gateway(ctx);
  CreateLine lines[] = {gateway.plain(0), gateway.plain(1)};
  for (CreateLine& line : lines) {
    line.argv.emplace_back("--start");
    ctx.expect_accepted(gateway.create(line), "IC-05");
  }
  const auto files = gateway.tree();
  ctx.expect_accepted(gateway.run({"--stop", "--name=" + lines[0].wish.name}), "IC-05");
  gateway.expect_policies({"MO-08", "MO-10"}, {lines[1].wish});
  const auto left = gateway.policies().size();
  ctx.expect(left == 2, "IC-05", "the policies of the other one", fmt::format("{}", left));
  gateway.expect_same("IC-05", files);
  ctx.expect_accepted(gateway.run({"--stop", "--name=" + lines[1].wish.name}), "IC-05");
  gateway.expect_policies({"IC-05"}, {});
}

void check_removal_of_active(CaseContext& ctx) {
  Gateway gateway(ctx);
  CreateLine line = gateway.plain();
  line.argv.emplace_back("--start");
  ctx.expect_accepted(gateway.create(line), "IC-08");
  ctx.expect(!gateway.policies().empty(), "IC-08", "policies in force", "none");
  ctx.expect_accepted(gateway.run({"--remove", "--name=" + line.wish.name}), "IC-08");
  ctx.expect(gateway.policies().empty(), "IC-08", "no policy of what was removed",
             fmt::format("{}", gateway.policies().size()));
  gateway.expect_same("IC-08", gateway.before());
  gateway.expect_refused("IC-08", {"--remove", "--name=" + line.wish.name}, {3});
}

/// Nobody says yes: the connection that is locked out gets its way back.
void check_confirm(CaseContext& ctx) {
  Gateway gateway(ctx);
  CreateLine line = gateway.plain();
  ctx.expect_accepted(gateway.create(line), "OR-04");
  const Words start = {"--start", "--name=" + line.wish.name, "--confirm=1"};
  const Response silent = gateway.run(start, {"no"});
  ctx.expect(!silent.ok(), "OR-04", "a start that is not confirmed fails", "exit 0");
  ctx.expect(gateway.policies().empty(), "OR-04", "no policy unless somebody says yes",
             fmt::format("{}", gateway.policies().size()));
  ctx.expect_accepted(gateway.run(start, {"yes"}), "OR-04");
  ctx.expect(gateway.policies().size() == 2, "OR-04", "the policies that were confirmed",
             fmt::format("{}", gateway.policies().size()));
}

}  // namespace

void add_gateway_policy_cases(harness::Registry& registry) {
  const auto add = [&](const char* id, const Judged& judged, const char* title) {
    add_gateway_case(registry, id, judged, title, every_started_pair(judged));
  };
  add("MO-02.CoversWhatIsNotLimited", {"MO-02", "MO-05", "MO-06"},
      "Every port and protocol is covered but those that a switch leaves out");
  add("MO-07.MakesATunnelForANetwork", {"MO-07", "MO-08", "MO-09"},
      "A network, also of one host, gives a tunnel, an address alone transport mode");
  add("MO-10.LeavesOtherHostsInClear", {"MO-10", "MO-11", "MO-01"},
      "What a configuration does not name passes in clear, what it names never does");
  add("MO-04.CoversThePeerOrItsNetwork", {"MO-04", "MO-03", "MO-15"},
      "Policies go from the gateway's address to the peer, or to the network behind it");
  add("MO-16.MirrorsEveryPolicy", {"MO-16", "MO-20"},
      "Each policy has its mirror, with the protocol that was asked for");
  add("MO-17.LetsIkePassItsOwnTunnel", {"MO-17"},
      "IKE with the peer passes in clear where the tunnel's network holds the peer");
  add_gateway_case(registry, "MO-13.LetsMediaPass", {"MO-13"},
                   "Media pass in clear, by their address or their ports, before what protects",
                   every_started_pair({"MO-13"}), true);
  add_gateway_case(registry, "MO-14.ProtectsSignallingAlone", {"MO-14", "MO-05", "MO-06"},
                   "SCTP 2816 to 2818, HTTP and SSH can be protected alone", check_services);
  add_gateway_case(registry, "IC-03.StartsWhenItIsTold", {"IC-03"},
                   "A configuration waits for a reboot, or is started at once", check_start);
  add_gateway_case(registry, "IC-05.StopsAnActiveOne", {"IC-05"},
                   "A configuration that is stopped has no policies and keeps its files",
                   check_stop);
  add_gateway_case(registry, "IC-08.StopsWhatItRemoves", {"IC-08"},
                   "An active configuration is stopped before it is removed",
                   check_removal_of_active);
  add_gateway_case(registry, "OR-04.TakesAnUnconfirmedStartBack", {"OR-04"},
                   "Policies that nobody confirms in time are taken away again", check_confirm,
                   true);
}

}  // namespace touchstone::conformance::suites::ipsec_config
