#include "reference/lks/export.h"

#include "reference/keyring/batch.h"
#include "reference/keyring/manifest.h"
#include "tests/support/faulty_files.h"
#include "tests/unit/lks/lks_test.h"

namespace touchstone::lks::tests {
namespace {

using Choice = ExportRequest::Choice;
using Rows = std::vector<std::array<std::uint32_t, 3>>;  // id, batch, count

class Export : public LksTest {
 protected:
  Export() { folder_.write("kms.pub.pem", kms_key().public_key().to_pem(), 0644); }

  ExportRequest request(const std::string& name, Choice choice = Choice::open_batch,
                        std::uint32_t number = 0) {
    return {.database = database_,
            .output = folder_.path(name),
            .public_keys = {folder_.path("kms.pub.pem")},
            .choice = choice,
            .number = number,
            .user = "uid 7"};
  }
  Result<ExportAnswer> run_export(const ExportRequest& request) {
    return export_keys(machine(), request);
  }
  void reprovision(std::uint64_t id) {
    ProvisionRequest request = nodes(id);
    request.reprovision = true;
    ASSERT_TRUE(run(request));
  }

  /// What the KMS makes of the three files.
  Result<keyring::NodeRows> read_batch(const std::string& name,
                                       const crypto::RsaPrivateKey& reader = kms_key()) {
    const std::string encrypted = folder_.read(name);
    const std::string signature = folder_.read(name + ".sig");
    const std::string manifest = folder_.read(name + ".manifest");
    Findings findings;
    const keyring::NetworkKeys network = vector_keys();
    return keyring::decode_batch({.encrypted = as_octets(encrypted),
                                  .signature = as_octets(signature),
                                  .manifest = as_octets(manifest),
                                  .file_name = name},
                                 network.pwdh, reader, keyring::Strictness::strict, findings);
  }
  Rows exported(const std::string& name) {
    const auto batch = read_batch(name);
    EXPECT_TRUE(batch) << batch.error().detail;
    Rows rows;
    if (batch)
      for (const keyring::NodeRow& row : *batch)
        rows.push_back({row.node_id, row.batch, row.count});
    return rows;
  }
  std::size_t open_batch() {
    const auto newest = open()->newest_batch();
    return newest && *newest && !(*newest)->exported ? (*newest)->number : 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Export, ::testing::Values(Store::memory, Store::sqlite),
                         store_name);

TEST_P(Export, MakesABatchThatTheKmsReads) {
  make_database(3);
  ASSERT_TRUE(run(nodes(7, 3)));
  const auto answer = run_export(request("b.rsa"));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->nodes, 3U);
  EXPECT_FALSE(answer->other_kms_key);
  EXPECT_EQ(exported("b.rsa"), (Rows{{7, 3, 0}, {8, 3, 0}, {9, 3, 0}}));
  EXPECT_EQ(read_batch("b.rsa")->at(0).root_key, open()->newest_keys(7, 7)->at(0).root_key);
}

TEST_P(Export, ClosesTheOpenBatch) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  const auto answer = run_export(request("b.rsa"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->closed_batch, 1U);
  const auto batch = open()->batch(1);
  ASSERT_TRUE(batch && *batch && (*batch)->exported);
  EXPECT_EQ((*batch)->exported->nodes, 1U);
  EXPECT_EQ((*batch)->exported->file_name, "b.rsa");
  EXPECT_EQ((*batch)->exported->sha256, answer->sha256);
  ASSERT_TRUE(run(nodes(8)));
  ASSERT_TRUE(run_export(request("c.rsa")));
  EXPECT_EQ(exported("c.rsa"), (Rows{{8, 2, 0}}));
}

TEST_P(Export, GivesTheSameRowsOfAClosedBatchAgain) {
  make_database();
  ASSERT_TRUE(run(nodes(7, 2)));
  ASSERT_TRUE(run_export(request("b.rsa")));
  reprovision(7);
  const auto again = run_export(request("again.rsa", Choice::batch, 1));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->closed_batch);
  EXPECT_EQ(exported("again.rsa"), exported("b.rsa"));
  EXPECT_EQ(read_batch("again.rsa")->at(0).root_key, read_batch("b.rsa")->at(0).root_key);
  EXPECT_EQ(open_batch(), 2U);
}

TEST_P(Export, ClosesTheOpenBatchAlsoByItsNumber) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  EXPECT_EQ(run_export(request("b.rsa", Choice::batch, 1))->closed_batch, 1U);
  EXPECT_EQ(open_batch(), 0U);
}

TEST_P(Export, TakesTheHighestCountAloneOfANode) {
  make_database();
  ASSERT_TRUE(run(nodes(7, 2)));
  reprovision(7);
  reprovision(7);
  ASSERT_TRUE(run_export(request("b.rsa")));
  EXPECT_EQ(exported("b.rsa"), (Rows{{7, 1, 2}, {8, 1, 0}}));
  EXPECT_EQ(read_batch("b.rsa")->at(0).root_key, open()->newest_keys(7, 7)->at(0).root_key);
}

TEST_P(Export, OfAllTakesTheNewestOfEveryNodeAndClosesNothing) {
  make_database();
  ASSERT_TRUE(run(nodes(7, 2)));
  ASSERT_TRUE(run_export(request("b.rsa")));
  reprovision(7);
  ASSERT_TRUE(run(nodes(9)));
  const auto all = run_export(request("all.rsa", Choice::all));
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->closed_batch);
  EXPECT_EQ(exported("all.rsa"), (Rows{{7, 2, 1}, {8, 1, 0}, {9, 2, 0}}));
  EXPECT_EQ(open_batch(), 2U);
}

TEST_P(Export, SinceABatchTakesItAndTheLaterOnes) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  ASSERT_TRUE(run_export(request("1.rsa")));
  ASSERT_TRUE(run(nodes(8)));
  ASSERT_TRUE(run_export(request("2.rsa")));
  ASSERT_TRUE(run(nodes(9)));
  ASSERT_TRUE(run_export(request("since.rsa", Choice::since, 2)));
  EXPECT_EQ(exported("since.rsa"), (Rows{{8, 2, 0}, {9, 3, 0}}));
  EXPECT_EQ(open_batch(), 3U);
}

TEST_P(Export, OfNothingMakesNoFile) {
  make_database();
  for (const Choice choice : {Choice::open_batch, Choice::all}) {
    const auto answer = run_export(request("b.rsa", choice));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->nodes, 0U);
  }
  ASSERT_TRUE(run(nodes(7)));
  ASSERT_TRUE(run_export(request("1.rsa")));
  EXPECT_EQ(run_export(request("b.rsa"))->nodes, 0U);
  EXPECT_EQ(run_export(request("b.rsa", Choice::batch, 9))->nodes, 0U);
  EXPECT_EQ(run_export(request("b.rsa", Choice::since, 2))->nodes, 0U);
  EXPECT_FALSE(folder_.has("b.rsa"));
  EXPECT_FALSE(folder_.has("b.rsa.sig"));
  EXPECT_FALSE(folder_.has("b.rsa.manifest"));
  EXPECT_EQ(open()->audit()->size(), 3U);
}

TEST_P(Export, OverwritesNoneOfItsOutputs) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  for (const char* name : {"b.rsa", "b.rsa.sig", "b.rsa.manifest"}) {
    folder_.write(name, "mine");
    const auto before = folder_.names();
    EXPECT_EQ(exit_of(run_export(request("b.rsa"))), 9) << name;
    EXPECT_EQ(folder_.read(name), "mine");
    EXPECT_EQ(folder_.names(), before);
    ASSERT_TRUE(files_.remove(folder_.path(name)));
  }
  EXPECT_EQ(open_batch(), 1U);
}

TEST_P(Export, EncryptsForEveryRecipient) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  const auto other = crypto::RsaPrivateKey::generate(2048);
  folder_.write("other.pem", other->public_key().to_pem(), 0644);
  ExportRequest both = request("b.rsa");
  both.public_keys.push_back(folder_.path("other.pem"));
  ASSERT_TRUE(run_export(both));
  EXPECT_TRUE(read_batch("b.rsa"));
  EXPECT_TRUE(read_batch("b.rsa", *other));
  ExportRequest stranger = request("c.rsa", Choice::all);
  stranger.public_keys = {folder_.path("other.pem")};
  EXPECT_TRUE(run_export(stranger)->other_kms_key);
}

TEST_P(Export, RefusesWhatIsNoPublicKey) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  folder_.write("kms.pub.pem", "no key\n");
  EXPECT_EQ(exit_of(run_export(request("b.rsa"))), 3);
  EXPECT_EQ(open_batch(), 1U);
}

/// LK-12: a batch is closed when all three files are there, and no file is there when it is not.
TEST_P(Export, SurvivesAFaultAtEveryStep) {
  if (GetParam() == Store::memory) return;  // the steps are those of the files
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  int step = 1;
  for (bool faulted = true; faulted; ++step) {
    ASSERT_LT(step, 100);
    touchstone::tests::FaultyFiles faulty(files_, step, false);
    const auto answer = export_keys(machine_on(faulty), request("b.rsa"));
    faulted = !answer;
    if (!faulted) break;
    EXPECT_EQ(exit_of(answer), 12) << "step " << step;
    EXPECT_EQ(open_batch(), 1U) << "step " << step;
    EXPECT_FALSE(folder_.has("b.rsa")) << "step " << step;
  }
  EXPECT_GT(step, 10);
  EXPECT_EQ(exported("b.rsa"), (Rows{{7, 1, 0}}));
}

/// The process is gone at a step: all three files stand or none does after the next export, to
/// whatever name.
TEST_P(Export, CleansUpAfterAKillAtEveryStep) {
  if (GetParam() == Store::memory) return;  // the steps are those of the files
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  for (int step = 1;; ++step) {
    ASSERT_LT(step, 100);
    touchstone::tests::FaultyFiles dead(files_, step, true);
    static_cast<void>(export_keys(machine_on(dead), request("dead.rsa")));
    if (!dead.faulted()) break;
    if (open_batch() == 0) continue;
    const std::string next = "next" + std::to_string(step) + ".rsa";
    ASSERT_TRUE(run_export(request(next, Choice::all)));
    for (const std::string& name : folder_.names())
      EXPECT_FALSE(name.starts_with(".")) << "step " << step << ": " << name;
    EXPECT_EQ(folder_.has("dead.rsa"), folder_.has("dead.rsa.sig")) << "step " << step;
    EXPECT_EQ(folder_.has("dead.rsa"), folder_.has("dead.rsa.manifest")) << "step " << step;
    if (!folder_.has("dead.rsa")) continue;
    EXPECT_EQ(exported("dead.rsa"), (Rows{{7, 1, 0}})) << "step " << step;
    for (const char* name : {"dead.rsa", "dead.rsa.sig", "dead.rsa.manifest"})
      ASSERT_TRUE(files_.remove(folder_.path(name)));
  }
}

TEST_P(Export, TakesItsFilesBackWhenTheBatchCannotBeMarked) {
  if (GetParam() != Store::memory) return;  // the store is made to fail
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  memory_.fail_commit = true;
  const auto before = folder_.names();
  EXPECT_EQ(exit_of(run_export(request("b.rsa"))), 12);
  EXPECT_EQ(folder_.names(), before);
  EXPECT_EQ(open_batch(), 1U);
}

TEST_P(Export, WritesOneAuditEntryARun) {
  make_database();
  ASSERT_TRUE(run(nodes(7)));
  const auto answer = run_export(request("b.rsa"));
  ASSERT_TRUE(answer);
  const auto entries = open()->audit();
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_TRUE(check_audit(*entries));
  EXPECT_EQ(entries->back().text,
            "batches=1..1 nodes=1 closed=1 sha256=" + to_hex(answer->sha256) + " recipients=1");
}

}  // namespace
}  // namespace touchstone::lks::tests
