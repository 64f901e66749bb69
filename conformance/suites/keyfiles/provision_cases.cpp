// Making node keys: group LK through provision.

#include <fmt/format.h>

#include <set>

#include "conformance/oracle/node_database.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/file_limit.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

oracle::NodeDatabase stored(CaseContext& ctx, std::string_view requirement) {
  const auto read = oracle::read_node_database(ctx.sandbox().path(database));
  ctx.expect(read.has_value(), requirement, "a node key database", "it cannot be read");
  return *read;
}

/// What provision --emit printed: two network lines and a row a node, in keyring syntax.
struct Emitted {
  std::string gateway;
  std::string gateway_cdld;
  oracle::Rows rows;
};

Emitted emitted(CaseContext& ctx, std::string_view requirement, const Response& response) {
  const std::string text = response.obs.value("stdout", "");
  const oracle::Network& network = passphrase_network();
  // The oracle's reader wants all four lines; the two that are not emitted are ours.
  const std::string header = oracle::print_header(network);
  const std::string whole = header.substr(0, header.find("gateway, ")) + text;
  const auto reading = oracle::read_keyring(as_octets(whole), {.strict = true});
  ctx.expect(reading.accepted(), requirement, "a Gateway line, a CDLD line and a row a node",
             "another output");
  return {to_hex(reading.keyring.network.gateway), to_hex(reading.keyring.network.gateway_cdld),
          reading.keyring.rows};
}

void node_key_is_made(CaseContext& ctx) {
  put_lks(ctx);
  ctx.expect_exit(provision(ctx, 0x00010200, 1), "LK-01", {0});
  ctx.expect_exit(provision(ctx, 0xFFFFFFFD, 3), "LK-01", {0});
  const oracle::Rows rows = stored(ctx, "LK-01").newest();
  std::vector<std::uint32_t> ids;
  for (const oracle::Row& row : rows)
    ids.push_back(row.id);
  const std::vector<std::uint32_t> expected{0x00010200, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF};
  ctx.expect_equal("LK-01", "node ids", Json(expected), Json(ids));
}

/// NI-16.
void ids_out_of_range_are_refused(CaseContext& ctx) {
  put_lks(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  for (const Json& id : {Json("0x100000000"), Json("4294967296"), Json("-1"), Json("abc"), Json(""),
                         Json("0x"), Json("1 "), Json("0x00000000g")}) {
    const Response response = ctx.call("cmd.provision", {{"database", database}, {"node", id}});
    ctx.counterexample("node", id);
    ctx.expect_exit(response, "LK-01", {2});
    ctx.expect_unchanged(before, "LK-01");
  }
  ctx.expect_exit(provision(ctx, 0xFFFFFFFF, 2), "LK-01", {2});
  ctx.expect_exit(provision(ctx, 1, 0), "LK-01", {2});
}

void all_keys_are_stored(CaseContext& ctx) {
  put_lks(ctx);
  const auto first = emitted(ctx, "LK-02", provision(ctx, 0x10, 5, {{"emit", true}}));
  const auto second =
      emitted(ctx, "LK-02", provision(ctx, 0x12, 1, {{"emit", true}, {"reprovision", true}}));
  const oracle::NodeDatabase found = stored(ctx, "LK-02");
  ctx.expect(found.keys.size() == 6, "LK-02", "six stored keys",
             fmt::format("{} stored keys", found.keys.size()));
  ctx.expect(first.rows.size() == 5 && second.rows.size() == 1, "LK-02",
             "each key that was handed out once", "another number of keys");
  for (const oracle::Rows& rows : {first.rows, second.rows})
    for (const oracle::Row& row : rows)
      ctx.expect(std::ranges::find(found.keys, row, &oracle::StoredKey::row) != found.keys.end(),
                 "LK-02", fmt::format("the key of node 0x{:08x} in the database", row.id),
                 "it is not there");
}

void three_keys_are_given(CaseContext& ctx) {
  put_lks(ctx);
  const auto out = emitted(ctx, "LK-03", provision(ctx, 0x10, 2, {{"emit", true}}));
  ctx.expect(out.gateway == to_hex(passphrase_network().gateway), "LK-03",
             "the Gateway key of the network", "another key");
  ctx.expect(out.gateway_cdld == to_hex(passphrase_network().gateway_cdld), "LK-03",
             "the code download key of the network", "another key");
  ctx.expect(out.rows == stored(ctx, "LK-03").newest(), "LK-03", "the node root keys",
             "other keys");
}

void root_keys_are_unique(CaseContext& ctx) {
  put_lks(ctx);
  const auto first = emitted(ctx, "LK-04", provision(ctx, 0x10, 20, {{"emit", true}}));
  const auto second = emitted(ctx, "LK-04", provision(ctx, 0x80, 1, {{"emit", true}}));
  ctx.expect(first.gateway == second.gateway && first.gateway_cdld == second.gateway_cdld, "LK-04",
             "the same Gateway and CDLD key for all nodes", "different ones");
  std::set<oracle::Key16> keys;
  std::set<oracle::Key16> nonces;
  for (const oracle::StoredKey& key : stored(ctx, "LK-04").keys) {
    keys.insert(key.row.key);
    nonces.insert(key.nonce);
  }
  ctx.expect(keys.size() == 21, "LK-04", "21 different root keys",
             fmt::format("{} different ones", keys.size()));
  ctx.expect(nonces.size() == 21, "LK-04", "a nonce of its own for each node",
             fmt::format("{} different ones", nonces.size()));
}

/// The key of each stored row is that of base, id, count and nonce.
void stored_keys_follow_the_kgf(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x01020304, 3);
  provision(ctx, 0x01020305, 1, {{"reprovision", true}});
  for (const oracle::StoredKey& key : stored(ctx, "LK-06").keys) {
    const oracle::Key16 expected =
        oracle::node_root_key(passphrase_network().base, key.row.id, key.row.count, key.nonce);
    ctx.expect(key.row.key == expected, "LK-05",
               fmt::format("the key of node 0x{:08x}, count {}, derived from base", key.row.id,
                           key.row.count),
               "another key");
  }
}

void deterministic_keys_are_those_of_the_kgf(CaseContext& ctx) {
  put_lks(ctx);
  const auto out =
      emitted(ctx, "LK-06", provision(ctx, 0x20, 2, {{"emit", true}, {"deterministic", true}}));
  for (const oracle::Row& row : out.rows)
    ctx.expect(
        row.key == oracle::node_root_key(passphrase_network().base, row.id, 0, oracle::Key16{}),
        "LK-06", "the key for a nonce of zeros", "another key");
}

void reprovisioning_counts(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x10, 1);
  ctx.expect_exit(provision(ctx, 0x10, 1, {{"reprovision", true}}), "LK-08", {0});
  ctx.expect_exit(provision(ctx, 0x10, 1, {{"reprovision", true}}), "LK-08", {0});
  const auto keys = stored(ctx, "LK-08").keys;
  ctx.expect(keys.size() == 3, "LK-08", "three rows, the old ones kept",
             fmt::format("{} rows", keys.size()));
  std::set<oracle::Key16> different;
  std::set<oracle::Key16> nonces;
  for (std::uint32_t count = 0; count < 3; ++count) {
    ctx.expect(keys[count].row.count == count, "LK-08", "counts 0, 1 and 2", "other counts");
    different.insert(keys[count].row.key);
    nonces.insert(keys[count].nonce);
  }
  ctx.expect(different.size() == 3, "LK-08", "a new key each time", "a key twice");
  ctx.expect(nonces.size() == 3, "LK-08", "a new nonce each time", "a nonce twice");
}

/// When the database cannot take the key, nobody gets it.
void nothing_is_handed_out_before_it_is_stored(CaseContext& ctx) {
  put_lks(ctx);
  std::optional<Response> response;
  {
    const FileLimit full(2000);
    response = provision(ctx, 0x10, 1, {{"emit", true}});
  }
  ctx.expect_exit(*response, "LK-10", {12});
  ctx.expect(response->obs.value("stdout", "").find("0x00000010") == std::string::npos, "LK-10",
             "no key of a node that is not stored", "a key was printed");
  ctx.expect(stored(ctx, "LK-10").keys.empty(), "LK-10", "no stored key", "a key is stored");
}

void known_node_is_refused(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x10, 2);
  const auto before = stored(ctx, "LK-11").keys;
  ctx.expect_exit(provision(ctx, 0x11, 2), "LK-11", {8});
  ctx.expect(stored(ctx, "LK-11").keys == before, "LK-11", "no key is made for any node of the run",
             "other keys");
}

void idempotent_gives_the_same_key(CaseContext& ctx) {
  put_lks(ctx);
  const auto first = emitted(ctx, "LK-11", provision(ctx, 0x10, 2, {{"emit", true}}));
  const Response again = provision(ctx, 0x10, 3, {{"emit", true}, {"idempotent", true}});
  ctx.expect_exit(again, "LK-11", {0});
  const auto second = emitted(ctx, "LK-11", again);
  ctx.expect(
      second.rows.size() == 3 && second.rows[0] == first.rows[0] && second.rows[1] == first.rows[1],
      "LK-11", "the same keys for the known nodes", "other keys");
}

const std::vector<std::string> provisions{"cmd.import_gw_keys", "cmd.provision", "format.ts1",
                                          "format.lks_database"};
const std::vector<std::string> provisions_exits{"cmd.import_gw_keys", "cmd.provision", "format.ts1",
                                                "format.lks_database", "exit.codes"};

}  // namespace

void add_provision_cases(harness::Registry& registry) {
  add_rows(registry, {{"LK-01.ANodeKeyIsMade",
                       {"LK-01"},
                       provisions,
                       "provision makes the keys that are asked for",
                       node_key_is_made},
                      {"LK-01.IdsOutOfRangeAreRefused",
                       {"LK-01"},
                       provisions_exits,
                       "An id that is no 32-bit number is exit 2",
                       ids_out_of_range_are_refused},
                      {"LK-02.AllKeysAreStored",
                       {"LK-02"},
                       provisions,
                       "Every key that was handed out is in the database",
                       all_keys_are_stored},
                      {"LK-03.ThreeKeysAreGiven",
                       {"LK-03"},
                       provisions,
                       "A node gets Gateway key, code download key and root key",
                       three_keys_are_given},
                      {"LK-04.RootKeysAreUnique",
                       {"LK-04"},
                       provisions,
                       "Network keys are common to all nodes, root keys are unique",
                       root_keys_are_unique},
                      {"LK-05.StoredKeysFollowTheKgf",
                       {"LK-05", "LK-06"},
                       provisions,
                       "Each stored key is that of base, id, count and nonce",
                       stored_keys_follow_the_kgf},
                      {"LK-06.DeterministicKeysAreThoseOfTheKgf",
                       {"LK-06"},
                       provisions,
                       "With a nonce of zeros the key is known beforehand",
                       deterministic_keys_are_those_of_the_kgf},
                      {"LK-08.ReprovisioningCounts",
                       {"LK-08"},
                       provisions,
                       "Each reprovisioning raises the count by 1 and makes a new key",
                       reprovisioning_counts},
                      {"LK-10.NothingIsHandedOutBeforeItIsStored",
                       {"LK-10"},
                       provisions_exits,
                       "A key that could not be stored is not printed",
                       nothing_is_handed_out_before_it_is_stored},
                      {"LK-11.AKnownNodeIsRefused",
                       {"LK-11"},
                       provisions_exits,
                       "A node that has a key is exit 8, and no node of the run gets one",
                       known_node_is_refused},
                      {"LK-11.IdempotentGivesTheSameKey",
                       {"LK-11"},
                       provisions_exits,
                       "With --idempotent a known node keeps its key",
                       idempotent_gives_the_same_key}});
}

}  // namespace touchstone::conformance::suites::keyfiles
