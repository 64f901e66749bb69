// The files of a KMS: the keyring that it starts with, and its log (004 §4.2, §5.1.2, §5.6).

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/leak_scan.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/suites/kms/cases.h"
#include "conformance/suites/kms/scene.h"

namespace touchstone::conformance::suites::kms {
namespace {

using dm::KeyKind;

void expect_no_start(std::string_view requirement, Network& network, const Json& more,
                     const std::string& why) {
  const harness::Response response = network.try_server(more);
  network.ctx().expect(response.rejected(), requirement, "no start with " + why, "it started");
  network.ctx().expect(response.obs.value("exit", 0) != 0, requirement,
                       "an end with a status other than 0, with " + why,
                       response.obs.contains("exit") ? "0" : "no end");
}

void needs_a_keyring(CaseContext& ctx) {
  Network network(ctx);
  const std::string good = oracle::print_keyring(network.world().keyring);
  expect_no_start("KM-08", network, {{"keyring_b64", nullptr}}, "a keyring that is missing");
  for (const auto& [text, why] :
       {std::pair{std::string(), "an empty keyring"},
        std::pair{good.substr(0, good.size() / 2), "a keyring that was cut off"},
        std::pair{good + "0x00001234, 0x12,1,0\n", "a key that is too short"},
        std::pair{std::string(200, '\x7f'), "octets that are no keyring"}})
    expect_no_start("KM-08", network, keyring_argument(text), why);
}

void one_row_a_node(CaseContext& ctx) {
  Network network(ctx);
  oracle::Keyring twice = network.world().keyring;
  twice.rows.insert(twice.rows.begin() + 1, twice.rows.at(1));
  twice.rows.at(1).key[3] ^= 0x11;
  ++twice.rows.at(1).count;
  expect_no_start("KM-13", network, keyring_argument(twice), "two different rows of a node");
  network.start_server();
  Gateway gateway(network);
  expect_all_served("KM-13", network, gateway);
  ctx.sandbox().write("keyring.csv", oracle::print_keyring(changed(network)));
  network.wait(network.quiet());
  expect_all_served("KM-13", network, gateway);
}

void closed_to_others(CaseContext& ctx) {
  Network network(ctx);
  for (const std::uint32_t mode : {0640U, 0604U, 0660U}) {
    Json more = keyring_argument(network.world().keyring);
    more["keyring_mode"] = mode;
    expect_no_start("KM-14", network, more, fmt::format("a keyring of mode {:04o}", mode));
  }
}

// The log.

harness::FileState log_state(CaseContext& ctx) {
  const harness::Snapshot files = ctx.sandbox().snapshot();
  const auto found = files.find(log_name(ctx));
  if (found == files.end()) ctx.fail("KM-10", "a log where the manifest says", "none");
  return found->second;
}

void log_is_closed(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  static_cast<void>(result_for(gateway, network.world().node(1).id));
  const harness::FileState log = log_state(ctx);
  ctx.expect((log.mode & 0137U) == 0, "KM-10", "a log of mode 0640 at most",
             fmt::format("mode {:04o}", log.mode));
}

void log_is_no_link(CaseContext& ctx) {
  Network network(ctx);
  ctx.sandbox().write("elsewhere", std::string_view());
  ctx.sandbox().make_symbolic_link("elsewhere", log_name(ctx));
  if (network.try_server().ok()) {
    Gateway gateway(network);
    static_cast<void>(result_for(gateway, network.world().node(1).id));
    network.wait(network.quiet());
  }
  ctx.expect(ctx.sandbox().read("elsewhere").empty(), "KM-10",
             "nothing written where a symbolic link leads to", "lines of the log");
}

// Lines that hold all of `words`.
bool tells(std::string_view log, const std::vector<std::string>& words) {
  for (std::size_t start = 0; start < log.size();) {
    const std::size_t end = std::min(log.find('\n', start), log.size());
    const std::string_view line = log.substr(start, end - start);
    if (std::ranges::all_of(words, [&](const std::string& word) {
          return line.find(word) != std::string_view::npos;
        }))
      return true;
    start = end + 1;
  }
  return false;
}

void log_tells_requests(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  const std::string& who = network.world().gateways[0];
  for (const std::uint32_t node : {network.world().node(1).id, network.world().unknown_node}) {
    const std::uint32_t result = result_for(gateway, node);
    const std::vector<std::string> words{who, fmt::format("{:08x}", node), std::to_string(result)};
    const std::string log =
        log_when(network, [&](std::string_view text) { return tells(text, words); });
    ctx.expect(tells(log, words), "KM-11", "a line with gateway, node and Result-Code", "none");
  }
}

void log_holds_no_key(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  harness::LeakScan scan;
  const oracle::Keyring& keyring = network.world().keyring;
  scan.add(keyring.network.pwdh);
  scan.add(keyring.network.base);
  scan.add(keyring.network.gateway);
  scan.add(keyring.network.gateway_cdld);
  for (const oracle::Row& row : keyring.rows)
    scan.add(row.key);
  for (const KeyKind kind : {KeyKind::gateway, KeyKind::code_download})
    static_cast<void>(gateway.exchange(dm::encode(gateway.request(gateway.ask(kind)))));
  expect_all_served("KM-11", network, gateway);
  network.wait(network.quiet());
  const Octets log = ctx.sandbox().read(log_name(ctx));
  ctx.expect(!log.empty(), "KM-11", "a log", "nothing to look at");
  const auto form = scan.find_in(as_text(log));
  ctx.expect(!form, "KM-11", "no octet of a key in the log",
             form ? "a key in its " + std::string(*form) + " form" : "");
}

}  // namespace

void add_file_cases(harness::Registry& registry) {
  add_case(registry, "KM-08.NoKeyringNoService",
           "A KMS without a keyring, or with a broken one, ends at once with an error",
           needs_a_keyring, {"net.files"});
  add_case(registry, "KM-13.OneRowANode",
           "Two rows of a node are refused, and a file that changes alone changes nothing",
           one_row_a_node, {"net.files"});
  add_case(registry, "KM-14.KeyringIsClosedToOthers", "A keyring that others may read is refused",
           closed_to_others, {"net.files"});
  add_case(registry, "KM-10.LogIsClosedToOthers", "The log has mode 0640 at most", log_is_closed,
           {"net.files"});
  add_case(registry, "KM-10.LogIsNotWrittenThroughALink",
           "A symbolic link in place of the log is not followed", log_is_no_link, {"net.files"});
  add_case(registry, "KM-11.LogTellsRequests",
           "The log tells who asked for which node with what result", log_tells_requests,
           {"net.files"});
  add_case(registry, "KM-11.LogHoldsNoKey", "The log holds no key in any form", log_holds_no_key,
           {"net.files"});
}

}  // namespace touchstone::conformance::suites::kms
