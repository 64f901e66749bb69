// The files that `ipsec --create` makes and `--remove` takes away: RF-01 to RF-08, IC-01, IC-04,
// MO-03, MO-12, PK-03, PK-04, OR-08.

#include <fmt/format.h>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

using generators::CoveringRow;
using generators::CreateLine;

/// A command line by its row and the seed of its values.
struct DrawnLines {
  CoveringRow first, second;
  std::uint32_t seed = 0;
};
void to_json(Json& json, const DrawnLines& lines) {
  json = {{"first", lines.first}, {"second", lines.second}, {"seed", lines.seed}};
}
void from_json(const Json& json, DrawnLines& lines) {
  lines.first = json.at("first").get<CoveringRow>();
  lines.second = json.at("second").get<CoveringRow>();
  lines.seed = json.at("seed").get<std::uint32_t>();
}

namespace {

std::uint32_t draw_seed() {
  return generators::draw_below(1U << 30);
}

void check_line(CaseContext& ctx, const Judged& judged, const CoveringRow& row,
                std::uint32_t seed) {
  Gateway gateway(ctx);
  const CreateLine line = generators::create_line(row, seed);
  ctx.expect_accepted(gateway.create(line), judged.front());
  gateway.expect_tree(judged, {line.wish});
}

/// Every pair of switches, and then any of them.
std::function<void(CaseContext&)> every_pair(Judged judged) {
  return [judged](CaseContext& ctx) {
    const bool extended = ctx.has("ipsec.extended");
    std::uint32_t seed = static_cast<std::uint32_t>(ctx.seed());
    for (const CoveringRow& row : generators::switch_rows(extended))
      check_line(ctx, judged, row, seed++);
    harness::property<DrawnLines>(
        ctx, "switches", {.classes = {}, .cost = 16},
        [&] { return DrawnLines{generators::draw_switches(extended), {}, draw_seed()}; },
        [&](CaseContext& at, const DrawnLines& drawn) {
          check_line(at, judged, drawn.first, drawn.seed);
        });
  };
}

/// The files without those that --install-certs puts there, which --remove leaves.
oracle::ipsec::EtcTree without_certificates(oracle::ipsec::EtcTree tree) {
  std::erase_if(tree, [](const auto& one) { return one.first.starts_with("racoon/certs"); });
  return tree;
}

/// A and B and not A is B.
void check_sum(CaseContext& ctx) {
  harness::property<DrawnLines>(
      ctx, "sum", {.classes = {{"both own keys", 0.03}}, .cost = 8},
      [&] {
        const bool extended = ctx.has("ipsec.extended");
        return DrawnLines{generators::draw_switches(extended), generators::draw_switches(extended),
                          draw_seed()};
      },
      [](CaseContext& at, const DrawnLines& drawn) {
        const CreateLine a = generators::create_line(drawn.first, drawn.seed, 0);
        const CreateLine b = generators::create_line(drawn.second, drawn.seed + 1, 1);
        harness::classify(at, "both own keys", a.wish.source_key && b.wish.source_key);
        Gateway alone(at);
        at.expect_accepted(alone.create(b), "RF-06");
        const auto wanted = without_certificates(alone.tree());
        Gateway gateway(at);
        at.expect_accepted(gateway.create(a), "RF-06");
        at.expect_accepted(gateway.create(b), "RF-06");
        gateway.expect_tree({"RF-06", "PK-02"}, {a.wish, b.wish});
        at.expect_accepted(gateway.run({"--remove", "--name=" + a.wish.name}), "RF-06");
        gateway.expect_tree({"RF-06", "PK-02"}, {b.wish});
        const auto found = without_certificates(gateway.tree());
        at.expect(found == wanted || a.wish.certificates || b.wish.certificates, "RF-06",
                  "the files of the second configuration alone", "others");
      });
}

/// Every pair of switches once, and what was made is taken away again.
void check_removal(CaseContext& ctx) {
  std::uint32_t seed = static_cast<std::uint32_t>(ctx.seed());
  for (const CoveringRow& row : generators::switch_rows(ctx.has("ipsec.extended"))) {
    const CreateLine line = generators::create_line(row, seed++);
    if (line.wish.certificates) continue;  // they stay, and the next case has them
    Gateway gateway(ctx);
    const auto wanted = gateway.tree();
    ctx.expect_accepted(gateway.create(line), "IC-04");
    ctx.expect_accepted(gateway.run({"--remove", "--name=" + line.wish.name}), "IC-04");
    gateway.expect_same("IC-04", wanted);
  }
}

/// A common file that somebody wrote keeps what is in it, and its mode.
void check_hand_made(CaseContext& ctx) {
  Gateway gateway(ctx);
  ctx.sandbox().make_folder("etc/racoon", 0755);
  gateway.write("etc/racoon/racoon.conf",
                "# Ours since 2015.\npath pre_shared_key \"/etc/racoon/psk.txt\" ;\n"
                "log   debug;  # not less\n\ntimer { counter 7; }\n",
                0640);
  ctx.sandbox().make_symbolic_link("racoon/racoon.conf", "etc/racoon.conf");
  gateway.take_as_given();
  const CreateLine first = gateway.plain(0);
  const CreateLine second = gateway.plain(1);
  ctx.expect_accepted(gateway.create(first), "RF-03");
  ctx.expect_accepted(gateway.create(second), "RF-03");
  gateway.expect_tree({"RF-03", "RF-02"}, {first.wish, second.wish});
  for (const CreateLine* line : {&first, &second})
    ctx.expect_accepted(gateway.run({"--remove", "--name=" + line->wish.name}), "RF-03");
  gateway.expect_same("RF-03", gateway.before());
}

/// One file is that of one peer.
void check_same_peer(CaseContext& ctx) {
  Gateway gateway(ctx);
  const CreateLine line = gateway.plain();
  ctx.expect_accepted(gateway.create(line), "RF-05");
  const std::string peer = "--dst-address=" + line.wish.destination;
  const Words again = {"--create", "--name=other", peer,
                       "--dst-preshared-key=another key of ours, 28 octets"};
  gateway.expect_refused("RF-05", again, {9});
  if (!ctx.has("exit.codes")) return;
  const Response response = gateway.run(again);
  ctx.expect(response.obs.value("stderr", "").find(line.wish.name) != std::string::npos, "RF-05",
             "a message that names " + line.wish.name, response.obs.value("stderr", ""));
}

}  // namespace

void add_gateway_file_cases(harness::Registry& registry) {
  add_gateway_case(registry, "RF-02.MakesTheFilesOfAConfiguration", {"RF-02", "RF-01", "IC-01"},
                   "A configuration is its peer's file, its ifcfg file and an include",
                   every_pair({"RF-02", "RF-01", "IC-01"}));
  add_gateway_case(registry, "RF-08.NamesTheFileOfAPeerOfIPv6", {"RF-08"},
                   "In the name of a peer's file a colon of its address is an underscore",
                   every_pair({"RF-08"}));
  add_gateway_case(registry, "MO-12.WritesTheAlgorithmsOfTheProfile", {"MO-12", "MO-20", "CE-06"},
                   "AES-128, SHA-1 and group 2 are written unless others are asked for",
                   every_pair({"MO-12", "MO-20", "CE-06"}));
  add_gateway_case(registry, "MO-03.WritesBothEnds", {"MO-03", "MO-04"},
                   "The address of eth0 and the peer or its network are the ends of a sainfo",
                   every_pair({"MO-03", "MO-04"}));
  add_gateway_case(registry, "PK-03.WritesARowAHost", {"PK-03", "PK-04", "PK-02"},
                   "Each key is one row of psk.txt, which root alone may touch",
                   every_pair({"PK-03", "PK-04", "PK-02"}));
  add_gateway_case(registry, "OR-08.ComesUpAtABoot", {"OR-08"},
                   "Every configuration, also one that is started, is marked for the next boot",
                   every_pair({"OR-08"}));
  add_gateway_case(registry, "RF-06.RemovesWhatItMade", {"RF-06", "PK-02"},
                   "To make A and B and to remove A is to make B", check_sum);
  add_gateway_case(registry, "IC-04.LeavesNothingBehind", {"IC-04"},
                   "A configuration that is removed leaves the files as they were", check_removal);
  add_gateway_case(registry, "RF-03.KeepsACommonFileOfOthers", {"RF-03", "RF-02"},
                   "What was written by hand into the common file stays, octet for octet",
                   check_hand_made);
  add_gateway_case(registry, "RF-05.RefusesASecondConfigurationOfAPeer", {"RF-05"},
                   "A peer has one configuration, and the message names it", check_same_peer);
}

}  // namespace touchstone::conformance::suites::ipsec_config
