// A keyring that changes under a KMS that runs (004 §5.1.2, §A.3).

#include <algorithm>
#include <array>

#include "conformance/oracle/keyring_text.h"
#include "conformance/suites/kms/cases.h"
#include "conformance/suites/kms/scene.h"

namespace touchstone::conformance::suites::kms {
namespace {

using dm::KeyKind;

constexpr std::string_view no_keyring = "pwdh, 0x0123\nthis is no keyring\n";

void waits_for_restart(CaseContext& ctx) {
  Network network(ctx);
  network.start_server({{"compat_restart", true}});
  Gateway gateway(network);
  const oracle::Keyring keyring = changed(network);
  const std::uint32_t added = network.world().unknown_node;
  network.reload(keyring);
  network.wait(network.quiet());
  gateway.judge("KM-05", gateway.ask(KeyKind::node_root, added));
  expect_all_served("KM-05", network, gateway);
  network.stop_and_wait();
  network.world().keyring = keyring;
  network.start_server({{"compat_restart", true}});
  Gateway again(network);
  expect_all_served("KM-05", network, again);
}

void serves_the_new_keyring(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  expect_all_served("KM-06", network, gateway);
  const oracle::Keyring keyring = changed(network);
  network.reload(keyring);
  ctx.expect(is_served_soon(network, gateway, network.world().unknown_node), "KM-06",
             "a node of the new keyring is served after the reload", "it is not");
  network.world().keyring = keyring;
  gateway.view().keyring = keyring;
  expect_all_served("KM-06", network, gateway);
}

void keeps_the_old_one(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  network.reload(no_keyring);
  network.wait(network.quiet());
  expect_all_served("KM-06", network, gateway);
}

// A log is for people: any of the words that people write.
bool tells_a_fault(std::string_view log) {
  std::string lower(log);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
  return std::ranges::any_of(
      std::array{"error", "fail", "invalid", "refus", "reject", "cannot", "malformed"}, has);
}

void tells_a_bad_one(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  const std::size_t before = ctx.sandbox().read(log_name(ctx)).size();
  network.reload(no_keyring);
  const std::string log = log_when(network, [before](std::string_view text) {
    return text.size() > before && tells_a_fault(text.substr(before));
  });
  ctx.expect(log.size() > before && tells_a_fault(log.substr(before)), "KM-06",
             "a line of the log that tells that the keyring cannot be used",
             log.size() > before ? "other lines" : "no line");
}

// Two keyrings without a common key.
oracle::Keyring opposite(const oracle::Keyring& keyring) {
  oracle::Keyring other = keyring;
  const auto flip = [](auto& key, std::uint8_t mask) {
    for (std::uint8_t& octet : key)
      octet ^= mask;
  };
  flip(other.network.gateway, 0xFF);  // each octet keeps its parity
  flip(other.network.gateway_cdld, 0x55);
  for (oracle::Row& row : other.rows)
    flip(row.key, 0x33);
  return other;
}

/// Which of the two has given the keys of this answer; 2 for neither, or both.
std::size_t origin_of(const Gateway& gateway, OctetView answer, const dm::Ask& ask,
                      const std::array<oracle::Keyring, 2>& keyrings) {
  const dm::Message message = dm::decode(answer).message;
  for (std::size_t i = 0; i < keyrings.size(); ++i) {
    const auto matches = [&](KeyKind kind) {
      const auto found = dm::follow(gateway.mapping().keys.at(kind), message);
      return found && found->data == dm::key_of(keyrings[i], kind, ask.node);
    };
    if (std::ranges::all_of(dm::single_kinds(ask.kind), matches)) return i;
  }
  return 2;
}

// What was on its way when the keyring changed is answered from the one or from the other.
void is_never_mixed(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  const std::array<oracle::Keyring, 2> keyrings{network.world().keyring,
                                                opposite(network.world().keyring)};
  const bool has_both = gateway.mapping().variables.contains(KeyKind::both);
  bool saw_new = false;
  for (int i = 0; i < 60; ++i) {
    if (i == 5) network.reload(keyrings[1]);
    const std::uint32_t node = keyrings[0].rows.at(static_cast<std::size_t>(i) % 2).id;
    const dm::Ask ask = gateway.ask(has_both && i % 3 == 0 ? KeyKind::both : KeyKind::node_root,
                                    i % 3 == 0 ? 0 : node);
    const auto answer = gateway.exchange(dm::encode(gateway.request(ask))).answer;
    ctx.expect(answer.has_value(), "KM-06", "an answer to every request, reload or not", "none");
    const std::size_t origin = origin_of(gateway, *answer, ask, keyrings);
    ctx.expect(origin != 2, "KM-06", "keys of one keyring, the old one or the new", "others");
    ctx.expect(origin == 1 || !saw_new, "KM-06", "the new keyring once it has been served",
               "the old one again");
    saw_new = origin == 1;
    if (i >= 5 && !saw_new) network.wait(10);
  }
  ctx.expect(saw_new, "KM-06", "the new keyring in the end", "the old one");
}

}  // namespace

void add_reload_cases(harness::Registry& registry) {
  add_case(registry, "KM-05.AChangeWaitsForTheRestart",
           "With compat-restart a changed keyring is served after a restart alone",
           waits_for_restart, {"net.reload", "net.stop", "kms.compat_restart"});
  add_case(registry, "KM-06.AReloadServesTheNewKeyring",
           "After a reload new nodes and new keys are served", serves_the_new_keyring,
           {"net.reload"});
  add_case(registry, "KM-06.ABadKeyringLeavesTheOldOne",
           "A reload of a keyring that cannot be used changes nothing", keeps_the_old_one,
           {"net.reload"});
  add_case(registry, "KM-06.ABadKeyringIsTold", "The log tells that a keyring could not be used",
           tells_a_bad_one, {"net.reload", "net.files"});
  add_case(registry, "KM-06.KeyringsAreNeverMixed",
           "While a keyring is swapped each answer is made of the old one or of the new one",
           is_never_mixed, {"net.reload"});
}

}  // namespace touchstone::conformance::suites::kms
