// The Key Generation Function and the keys made from the passphrase hash: LK-05, LK-06, GW-04,
// GW-14, BK-04, by vectors and against the oracle.

#include <rapidcheck.h>

#include "conformance/generators/keyring.h"
#include "conformance/generators/secrets.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/oracle/derivation.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

void expect_node_key(CaseContext& ctx, const Json& args, const Json& key,
                     std::string_view requirement) {
  const Response response = ctx.call("kdf.node_root_key", args);
  ctx.expect_accepted(response, requirement);
  ctx.expect_equal(requirement, "root key", key, response.obs.value("key", Json()));
}

void check_node_key_vectors(CaseContext& ctx) {
  for (const Json& test : vectors().at("node_root_keys"))
    expect_node_key(ctx,
                    {{"base", vectors().at("base")},
                     {"node_id", test.at("node_id")},
                     {"count", test.at("count")},
                     {"nonce", test.at("nonce")}},
                    test.at("key"), "LK-06");
}

struct NodeKeyInput {
  oracle::Key16 base{};
  std::uint32_t id = 0;
  std::uint32_t count = 0;
  oracle::Key16 nonce{};
};

Json args_of(const NodeKeyInput& input) {
  return {{"base", to_hex(input.base)},
          {"node_id", input.id},
          {"count", input.count},
          {"nonce", to_hex(input.nonce)}};
}

void to_json(Json& json, const NodeKeyInput& input) {
  json = args_of(input);
}

void from_json(const Json& json, NodeKeyInput& input) {
  const auto key = [&](const char* name, oracle::Key16& out) {
    const auto octets = from_hex(json.at(name).get<std::string>()).value_or(Octets());
    if (octets.size() == out.size()) std::copy(octets.begin(), octets.end(), out.begin());
  };
  key("base", input.base);
  key("nonce", input.nonce);
  input.id = json.at("node_id").get<std::uint32_t>();
  input.count = json.at("count").get<std::uint32_t>();
}

NodeKeyInput draw_node_key() {
  NodeKeyInput input;
  input.base = generators::draw_key();
  input.id = *rc::gen::arbitrary<std::uint32_t>();
  input.count = *rc::gen::arbitrary<std::uint32_t>();
  if (generators::draw_bool()) input.nonce = generators::draw_key();
  return input;
}

void check_node_keys(CaseContext& ctx) {
  harness::property<NodeKeyInput>(
      ctx, "node root key", {.classes = {{"deterministic", 0.2}}}, draw_node_key,
      [](CaseContext& at, const NodeKeyInput& input) {
        harness::classify(at, "deterministic", input.nonce == oracle::Key16{});
        const auto key = oracle::node_root_key(input.base, input.id, input.count, input.nonce);
        expect_node_key(at, args_of(input), to_hex(key), "LK-06");
      });
}

/// Every octet of base counts (LK-05).
void check_base_is_used(CaseContext& ctx) {
  for (std::size_t octet = 0; octet < 16; ++octet) {
    NodeKeyInput input;
    input.base = generators::key_of_seed(5);
    input.base[octet] ^= 1;
    const auto key = oracle::node_root_key(input.base, 0, 0, {});
    expect_node_key(ctx, args_of(input), to_hex(key), "LK-05");
  }
}

void check_pwdh(CaseContext& ctx) {
  const auto octets = from_hex(vectors().at("passphrase_hex").get<std::string>()).value();
  for (const Json& test : vectors().at("derivations")) {
    const auto kdf = test.at("kdf").get<std::string>();
    if (kdf.starts_with("pbkdf2") && !ctx.has("kdf.pbkdf2")) continue;
    const Response response = ctx.call("kdf.pwdh", {{"passphrase_b64", harness::to_base64(octets)},
                                                    {"base", vectors().at("base")},
                                                    {"kdf", kdf}});
    ctx.expect_accepted(response, "GW-04");
    ctx.expect_equal("GW-04", "pwdh", test.at("pwdh"), response.obs.value("pwdh", Json()));
  }
}

void check_working_keys(CaseContext& ctx) {
  const Json& keys = vectors().at("subkeys");
  for (const char* purpose : {"gateway_key_file", "batch_mac", "database_wrap"}) {
    const Response response =
        ctx.call("kdf.subkey", {{"pwdh", keys.at("pwdh")}, {"purpose", purpose}});
    ctx.expect_accepted(response, "BK-04");
    ctx.expect_equal("BK-04", purpose, keys.at(purpose), response.obs.value("key", Json()));
  }
}

}  // namespace

void add_derivation_cases(harness::Registry& registry) {
  add_case(registry, "LK-06.DerivesTheVectors", {"LK-06", "LK-05"}, {"kdf.node_root_key"},
           "Node root keys are those of the vectors", check_node_key_vectors);
  add_case(registry, "LK-06.DerivesAsTheOracle", {"LK-06"}, {"kdf.node_root_key"},
           "A node root key depends on base, id, count and nonce as SP 800-108 says",
           check_node_keys);
  add_case(registry, "LK-05.UsesTheWholeBase", {"LK-05"}, {"kdf.node_root_key"},
           "Every octet of base counts for a node root key", check_base_is_used);
  add_case(registry, "GW-04.DerivesPwdh", {"GW-04"}, {"kdf.pwdh"},
           "The passphrase hash is that of the vectors", check_pwdh, 60);
  add_case(registry, "BK-04.DerivesWorkingKeys", {"BK-04", "GW-04"}, {"kdf.subkey"},
           "Working keys are made from the passphrase hash", check_working_keys);
}

}  // namespace touchstone::conformance::suites::keyring
