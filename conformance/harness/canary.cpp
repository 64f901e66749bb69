#include "conformance/harness/canary.h"

#include <fmt/format.h>

#include <optional>

#include "conformance/harness/base64.h"
#include "conformance/harness/private_etc.h"
#include "conformance/harness/sandbox.h"

namespace touchstone::conformance::harness {
namespace {

// A keyring of one node; the values are random, the Gateway key has odd parity.
constexpr std::string_view golden_pwdh = "9d2f6a1c40e78b3352c6f1087ead94b5";
constexpr std::string_view golden_base = "41b6c0ef93d7285a6e1f04ca8b397d52";
constexpr std::string_view golden_gateway = "1f94e0b6c87a0b3d6237abecd5104c988f51da40f2dc13b6";
constexpr std::string_view golden_cdld = "e07c15a9d24b836f58c13be60792fd4a";
constexpr std::string_view golden_key = "7be20d96f15c38a4c90b7d42e618f35a";
constexpr std::string_view other_key = "7be20d96f15c38a4c90b7d42e618f35b";

std::string keyring_text(std::string_view node_key) {
  return fmt::format(
      "pwdh, 0x{}\nbase, 0x{}\ngateway, 0x{}\ngateway_cdld, 0x{}\n0x0001e240, 0x{},3,1\n",
      golden_pwdh, golden_base, golden_gateway, golden_cdld, node_key);
}

Json golden_network() {
  return {{"pwdh", golden_pwdh},
          {"base", golden_base},
          {"gateway", golden_gateway},
          {"gateway_cdld", golden_cdld}};
}

Json golden_nodes(std::string_view key) {
  return Json::array({Json::array({123456, key, 3, 1})});
}

Json keyring_arguments(std::string_view text) {
  return {{"octets_b64", to_base64(as_octets(text))}, {"mode", "strict"}};
}

constexpr std::string_view garbage = "\x7f\x45\x4c\x46 this is no key file\n";

std::string tell(const Response& response) {
  std::string text(print_status(response.status));
  if (!response.detail.empty()) text += ": " + response.detail;
  return text;
}

class Canary {
 public:
  Canary(Adapter& adapter, const Iut& iut, const std::filesystem::path& root)
      : adapter_(adapter), iut_(iut), sandbox_(root / "canary") {}

  std::string run() {
    begin("canary");
    const Snapshot before = sandbox_.snapshot();
    nonsense();
    garbage_is_refused();
    golden_keyring();
    derivations_differ();
    if (fault_.empty() && !compare(before, sandbox_.snapshot()).empty())
      fault_ = "an operation on octets changed the sandbox";
    begin("canary-under-another-name");
    garbage_is_refused();
    golden_file();
    a_nonsense_switch_is_refused();
    adapter_.end();
    return fault_;
  }

 private:
  void begin(std::string test) {
    adapter_.begin({.test = std::move(test),
                    .requirements = {},
                    .sandbox = sandbox_.folder(),
                    .time_limit = std::chrono::milliseconds(iut_.time_limit_ms)});
  }

  // Nothing when the PICS declines the operation or a canary has failed already.
  std::optional<Response> ask(std::string_view op, Json args) {
    if (!fault_.empty() || !iut_.has(op)) return std::nullopt;
    return adapter_.call({std::string(op), std::move(args)});
  }

  void demand(bool holds, std::string what) {
    if (fault_.empty() && !holds) fault_ = std::move(what);
  }

  void nonsense() {
    if (!fault_.empty()) return;
    const Response response = adapter_.call({"canary.no_such_operation", Json::object()});
    demand(response.status == Status::unsupported,
           fmt::format("an operation that does not exist must be unsupported, but is {}",
                       tell(response)));
  }

  void refuses(std::string_view op, Json args) {
    if (const auto response = ask(op, std::move(args)))
      demand(response->rejected(),
             fmt::format("{} of garbage must be refused, but is {}", op, tell(*response)));
  }

  void garbage_is_refused() {
    const std::string octets = to_base64(as_octets(garbage));
    refuses("keyring.decode", {{"octets_b64", octets}, {"mode", "tolerant"}});
    refuses("manifest.decode", {{"octets_b64", octets}});
    refuses("diameter_conf.decode", {{"octets_b64", octets}, {"mode", "tolerant"}});
    refuses("batch.decode", {{"encrypted_b64", octets},
                             {"signature_b64", octets},
                             {"manifest_b64", octets},
                             {"file_name", "garbage"},
                             {"pwdh", golden_pwdh},
                             {"private_key_pem", "no key"},
                             {"mode", "strict"}});
    refuses("gwkeys.decode", {{"file_b64", octets},
                              {"signature_b64", octets},
                              {"public_key_pem", "no key"},
                              {"passphrase_b64", to_base64(as_octets("a long passphrase"))}});
  }

  void golden_keyring() {
    for (const std::string_view key : {golden_key, other_key}) {
      const auto decoded = ask("keyring.decode", keyring_arguments(keyring_text(key)));
      if (!decoded) break;
      demand(decoded->ok(),
             fmt::format("a golden keyring must be read, but is {}", tell(*decoded)));
      demand(decoded->obs.value("network", Json()) == golden_network() &&
                 decoded->obs.value("nodes", Json()) == golden_nodes(key),
             "a golden keyring must be read with its true values");
    }
    const auto encoded =
        ask("keyring.encode", {{"network", golden_network()}, {"nodes", golden_nodes(golden_key)}});
    if (encoded)
      demand(encoded->obs.value("octets_b64", "") == to_base64(as_octets(keyring_text(golden_key))),
             "a golden keyring must be printed octet for octet");
  }

  // A shim with canned answers gives the same key for two nodes.
  void derivations_differ() {
    const auto derive = [&](int node) {
      return ask("kdf.node_root_key", {{"base", golden_base},
                                       {"node_id", node},
                                       {"count", 0},
                                       {"nonce", std::string(32, '0')}});
    };
    const auto first = derive(1);
    const auto second = derive(2);
    if (!first || !second) return;
    demand(first->ok() && first->obs.value("key", "") != second->obs.value("key", ""),
           "two nodes must have different root keys");
  }

  // For a tier without operations on octets: a good file is accepted and left alone, a bad one not.
  void golden_file() {
    if (!iut_.has("cmd.keyring_lint") || !fault_.empty()) return;
    sandbox_.write("golden.csv", keyring_text(golden_key));
    sandbox_.write("garbage.csv", garbage);
    const Snapshot before = sandbox_.snapshot();
    const auto good = ask("cmd.keyring_lint", {{"file", "golden.csv"}, {"strict", true}});
    if (good)
      demand(good->ok(),
             fmt::format("a golden keyring must pass the lint, but is {}", tell(*good)));
    const auto bad = ask("cmd.keyring_lint", {{"file", "garbage.csv"}, {"strict", true}});
    if (bad)
      demand(bad->rejected(), fmt::format("the lint must refuse garbage, but is {}", tell(*bad)));
    demand(compare(before, sandbox_.snapshot()).empty(), "a lint changed the sandbox");
  }

  // A generator that says yes to everything would pass where nothing is looked at.
  void a_nonsense_switch_is_refused() {
    for (const char* op : {"cmd.ipsec", "cmd.net8021x", "cmd.localNTP"})
      if (const auto response = ask(op, {{"argv", {"--canary-no-such-switch"}}}))
        demand(response->rejected() || is_skip(*response),
               fmt::format("{} must refuse a switch that does not exist, but is {}", op,
                           tell(*response)));
  }

  Adapter& adapter_;
  const Iut& iut_;
  Sandbox sandbox_;
  std::string fault_;
};

}  // namespace

std::string prove_adapter(Adapter& adapter, const Iut& iut, const std::filesystem::path& root) {
  return Canary(adapter, iut, root).run();
}

}  // namespace touchstone::conformance::harness
