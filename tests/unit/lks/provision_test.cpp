#include "reference/lks/provision.h"

#include "tests/unit/lks/lks_test.h"

namespace touchstone::lks::tests {
namespace {

class Provision : public LksTest {};
INSTANTIATE_TEST_SUITE_P(Stores, Provision, ::testing::Values(Store::memory, Store::sqlite),
                         store_name);

std::string hex(const keyring::RootKey& key) {
  return to_hex(key);
}

/// The keys of the published vectors: base and a nonce of zeros.
TEST_P(Provision, MakesTheKeysOfTheVectorsInDeterministicMode) {
  make_database();
  ProvisionRequest request = nodes(0x10200, 2);
  request.deterministic = true;
  const auto first = run(request);
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_EQ(first->keys.size(), 2U);
  EXPECT_EQ(hex(first->keys[0].root_key), "3ee0d65995433ec7dfb37cfdc6a6f48b");
  EXPECT_EQ(hex(first->keys[1].root_key), "99410be9cf890259829dd14961a22649");

  request = nodes(0x10200);
  request.deterministic = true;
  request.reprovision = true;
  const auto again = run(request);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->keys.at(0).count, 1U);
  EXPECT_EQ(hex(again->keys.at(0).root_key), "a9131c0fefedac9dddafab886c7b960c");
}

TEST_P(Provision, DrawsANonceForEachNodeAndKeepsIt) {
  make_database();
  ASSERT_TRUE(run(nodes(7, 5000)));
  const auto kept = open()->newest_keys(7, 5006);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 5000U);
  const keyring::NetworkKeys network = vector_keys();
  keyring::KeyGenerationFunction kgf(network.base);
  std::set<keyring::Nonce> nonces;
  for (const NodeKey& key : *kept) {
    nonces.insert(key.nonce);
    EXPECT_EQ(key.root_key, kgf.root_key(key.node_id, key.count, key.nonce));
  }
  EXPECT_EQ(nonces.size(), 5000U);
  EXPECT_FALSE(nonces.contains(keyring::Nonce{}));
}

TEST_P(Provision, GivesTheThreeKeysOfANode) {
  make_database();
  const auto answer = run(nodes(7));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->network.gateway.equals(vector_keys().gateway));
  EXPECT_TRUE(answer->network.gateway_cdld.equals(vector_keys().gateway_cdld));
  ASSERT_EQ(answer->keys.size(), 1U);
  EXPECT_EQ(open()->newest_keys(7, 7)->at(0).root_key, answer->keys[0].root_key);
}

TEST_P(Provision, RefusesAKnownNode) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  const auto refused = run(nodes(7));
  EXPECT_EQ(exit_of(refused), 8);
  EXPECT_EQ(refused.error().place, database_);
}

TEST_P(Provision, MakesAllNodesOfARunOrNone) {
  make_database();
  ASSERT_TRUE(run(nodes(9000)));
  EXPECT_EQ(exit_of(run(nodes(0, 10'000))), 8);
  EXPECT_EQ(open()->newest_keys(0, 20'000)->size(), 1U);
}

TEST_P(Provision, KeepsTheKeyOfAKnownNodeWhenIdempotent) {
  make_database();
  const auto first = run(nodes(7));
  ASSERT_TRUE(first);
  ProvisionRequest request = nodes(6, 3);
  request.idempotent = true;
  const auto again = run(request);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->made, 2U);
  EXPECT_EQ(again->unchanged, 1U);
  ASSERT_EQ(again->keys.size(), 3U);
  EXPECT_EQ(again->keys[1].root_key, first->keys[0].root_key);
  EXPECT_EQ(again->keys[1].count, 0U);
}

TEST_P(Provision, CountsReprovisioningsAndKeepsTheOldRow) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  ProvisionRequest request = nodes(7, 2);
  request.reprovision = true;
  const auto second = run(request);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->reprovisioned, 1U);
  EXPECT_EQ(second->made, 1U);
  EXPECT_EQ(second->keys[0].count, 1U);
  EXPECT_EQ(second->keys[1].count, 0U);
  const auto third = run(request);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->keys[0].count, 2U);
  EXPECT_NE(third->keys[0].root_key, second->keys[0].root_key);
}

TEST_P(Provision, EndsAtTheLastCount) {
  make_database();
  const auto database = open();
  ASSERT_TRUE(database->begin());
  const std::array<NodeKey, 1> last = {NodeKey{7, UINT32_MAX, 1, {1}, {1}}};
  ASSERT_TRUE(database->insert(last, clock_.now(), "test"));
  ASSERT_TRUE(database->commit());
  ProvisionRequest request = nodes(7);
  request.reprovision = true;
  const auto answer = run(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, make_error_code(Errc::count_exhausted));
  EXPECT_EQ(exit_of(answer), 8);
}

TEST_P(Provision, KnowsIdsUpToTheLast) {
  make_database();
  EXPECT_TRUE(run(nodes(0xFFFFFFFE, 2)));
  EXPECT_TRUE(run(nodes(0)));
  EXPECT_EQ(exit_of(run(nodes(0xFFFFFFFF, 2))), 2);
  EXPECT_EQ(exit_of(run(nodes(0x100000000))), 2);
  EXPECT_EQ(exit_of(run(nodes(1, 0))), 2);
}

TEST_P(Provision, RefusesBothSwitchesAtOnce) {
  make_database();
  ProvisionRequest request = nodes(7);
  request.reprovision = true;
  request.idempotent = true;
  EXPECT_EQ(exit_of(run(request)), 2);
}

TEST_P(Provision, NeedsADatabase) {
  EXPECT_EQ(exit_of(run(nodes(7))), 3);
}

TEST_P(Provision, OpensTheNextBatchAfterAClosedOne) {
  make_database(41);
  EXPECT_EQ(run(nodes(7))->batch, 41U);
  const auto database = open();
  ASSERT_TRUE(database->begin());
  ASSERT_TRUE(database->close_batch(41, {clock_.now(), 1, "b.rsa", {}}));
  ASSERT_TRUE(database->commit());
  EXPECT_EQ(run(nodes(8))->batch, 42U);
  EXPECT_EQ(run(nodes(9))->batch, 42U);
}

TEST_P(Provision, EndsAtTheLastBatch) {
  make_database(UINT32_MAX);
  const auto database = open();
  ASSERT_TRUE(database->begin());
  ASSERT_TRUE(database->close_batch(UINT32_MAX, {clock_.now(), 1, "b.rsa", {}}));
  ASSERT_TRUE(database->commit());
  EXPECT_EQ(exit_of(run(nodes(8))), 8);
}

TEST_P(Provision, WritesOneAuditEntryARun) {
  make_database();
  ASSERT_TRUE(run(nodes(0, 5000)));
  ASSERT_FALSE(run(nodes(0)));
  ProvisionRequest request = nodes(0);
  request.idempotent = true;
  request.hand_out = true;
  ASSERT_TRUE(run(request));
  const auto entries = open()->audit();
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_TRUE(check_audit(*entries));
  EXPECT_EQ((*entries)[1].user, "line 2");
  EXPECT_EQ((*entries)[1].text,
            "first=0x00000000 nodes=5000 made=5000 reprovisioned=0 unchanged=0 batch=1 "
            "handed_out=no");
  EXPECT_TRUE((*entries)[2].text.ends_with("handed_out=yes"));
}

/// LK-10: what was handed out is on the medium, or the run failed.
TEST(ProvisionMemory, HandsNothingOutWhenTheCommitFails) {
  MemoryDatabases databases;
  const Network network{vector_keys(), {}, {}, {}, {}};
  const AuditEntry audit = next_audit(std::nullopt, {}, {"test", "nobody", "made"});
  ASSERT_TRUE(databases.create("db", {network, 1, audit}));
  databases.fail_commit = true;
  host::PosixFiles files;
  StandingClock clock;
  SeededRandom random;
  NoProgress progress;
  ProvisionRequest request;
  request.database = "db";
  request.with_keys = true;
  EXPECT_EQ(exit_of(provision({files, databases, clock, random, progress}, request)), 12);
  EXPECT_TRUE(databases.databases["db"].keys.empty());
}

}  // namespace
}  // namespace touchstone::lks::tests
