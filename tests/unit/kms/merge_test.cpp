#include "reference/kms/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "reference/base/exit_class.h"

namespace touchstone::kms {
namespace {

using keyring::NodeRow;
using keyring::NodeRows;

/// A row whose key is `key` in its first octet.
NodeRow row(keyring::NodeId node, std::uint8_t key, std::uint32_t count = 0,
            std::uint32_t batch = 1) {
  NodeRow made{.node_id = node, .batch = batch, .count = count, .root_key = {}};
  made.root_key[0] = key;
  made.root_key[15] = 1;
  return made;
}

bool same(const NodeRow& a, const NodeRow& b) {
  return a.node_id == b.node_id && a.batch == b.batch && a.count == b.count &&
         a.root_key == b.root_key;
}

bool same(const NodeRows& rows, const std::vector<NodeRow>& expected) {
  return std::ranges::equal(rows, expected,
                            [](const NodeRow& a, const NodeRow& b) { return same(a, b); });
}

using Rows = std::vector<NodeRow>;

std::vector<MergeConflict> conflicts(const Rows& keyring, const Rows& batch,
                                     const std::vector<Tombstone>& stones = {},
                                     const MergeOptions& options = {}) {
  return merge(keyring, batch, stones, options).conflicts;
}

TEST(Merge, AddsNewNodesInAscendingOrder) {
  const Merge merged =
      merge(Rows{row(2, 2), row(4, 4)}, Rows{row(1, 1), row(3, 3), row(5, 5)}, {}, {});
  EXPECT_TRUE(same(merged.rows, {row(1, 1), row(2, 2), row(3, 3), row(4, 4), row(5, 5)}));
  EXPECT_EQ(merged.added, 3U);
  EXPECT_TRUE(merged.changes());
}

TEST(Merge, ASecondTimeChangesNothing) {
  const Rows rows = {row(1, 1), row(2, 2, 7, 9)};
  const Merge merged = merge(rows, rows, {}, {});
  EXPECT_EQ(merged.unchanged, 2U);
  EXPECT_FALSE(merged.changes());
  EXPECT_TRUE(merged.findings.empty());
  EXPECT_TRUE(same(merged.rows, rows));
}

TEST(Merge, KeepsTheBatchNumberOfAnUnchangedNode) {
  const Merge merged = merge(Rows{row(1, 1, 0, 1)}, Rows{row(1, 1, 0, 2)}, {}, {});
  EXPECT_EQ(merged.unchanged, 1U);
  EXPECT_TRUE(same(merged.rows, {row(1, 1, 0, 1)}));
}

TEST(Merge, AHigherCountReplacesAndALowerOneIsStale) {
  const Merge merged =
      merge(Rows{row(1, 1, 0), row(2, 2, 5)}, Rows{row(1, 9, 1, 2), row(2, 8, 4, 2)}, {}, {});
  EXPECT_TRUE(same(merged.rows, {row(1, 9, 1, 2), row(2, 2, 5)}));
  EXPECT_EQ(merged.replaced, 1U);
  EXPECT_EQ(merged.stale, 1U);
  EXPECT_EQ(merged.skipped, std::vector<keyring::NodeId>{2});
}

TEST(Merge, ACountThatJumpsIsTold) {
  const auto codes = [](std::uint32_t count) {
    return merge(Rows{row(1, 1, 3)}, Rows{row(1, 2, count)}, {}, {}).findings;
  };
  EXPECT_TRUE(codes(4).empty());
  ASSERT_EQ(codes(5).size(), 1U);
  EXPECT_EQ(codes(5).front().code, "KL-REPGAP");
}

TEST(Merge, AnotherKeyUnderTheSameCountIsAConflictUnlessToldOtherwise) {
  const Rows ours = {row(1, 1)};
  const Rows theirs = {row(1, 2)};
  EXPECT_EQ(conflicts(ours, theirs), (std::vector<MergeConflict>{{1, Errc::conflict}}));
  const Merge kept = merge(ours, theirs, {}, {.on_conflict = OnConflict::keep});
  EXPECT_TRUE(kept.conflicts.empty());
  EXPECT_TRUE(same(kept.rows, ours));
  EXPECT_FALSE(kept.changes());
  const Merge replaced = merge(ours, theirs, {}, {.on_conflict = OnConflict::replace});
  EXPECT_TRUE(same(replaced.rows, theirs));
  EXPECT_EQ(replaced.replaced, 1U);
}

TEST(Merge, AHigherCountWithTheSameKeyIsRefusedWhateverTheRule) {
  for (const auto rule : {OnConflict::abort, OnConflict::keep, OnConflict::replace})
    EXPECT_EQ(conflicts({row(1, 1)}, {row(1, 1, 1)}, {}, {.on_conflict = rule}),
              (std::vector<MergeConflict>{{1, Errc::same_reprovision_key}}));
}

TEST(Merge, NoKeyMayStandUnderTwoNodes) {
  EXPECT_EQ(conflicts({row(1, 7)}, {row(2, 7)}), (std::vector<MergeConflict>{{1, Errc::same_key}}));
  EXPECT_EQ(conflicts({}, {row(1, 7), row(2, 7)}),
            (std::vector<MergeConflict>{{2, Errc::same_key}}));
}

TEST(Merge, TheKeyOfANodeThatTheBatchReplacesIsNotFree) {
  EXPECT_EQ(conflicts({row(1, 7)}, {row(1, 8, 1), row(2, 7)}),
            (std::vector<MergeConflict>{{1, Errc::same_key}}));
}

TEST(Merge, CountsReplacementsAgainstTheLimit) {
  Rows ours, theirs;
  for (std::uint8_t i = 0; i < 101; ++i) {
    ours.push_back(row(i, i));
    theirs.push_back(row(i, static_cast<std::uint8_t>(i + 128), 1));
  }
  EXPECT_EQ(conflicts(ours, theirs),
            (std::vector<MergeConflict>{{0, Errc::too_many_replacements}}));
  EXPECT_TRUE(conflicts(ours, theirs, {}, {.max_replace = 101}).empty());
  theirs.pop_back();
  EXPECT_TRUE(conflicts(ours, theirs).empty());
}

TEST(Merge, ATombstoneStopsOldRowsAndAsksForTheNew) {
  const std::vector<Tombstone> stones = {{1, 0}, {2, 3}, {5, 0}};
  const Merge old = merge({}, Rows{row(2, 2, 3), row(3, 3)}, stones, {});
  EXPECT_TRUE(same(old.rows, {row(3, 3)}));
  EXPECT_EQ(old.revoked, 1U);
  EXPECT_EQ(conflicts({}, {row(2, 2, 4)}, stones),
            (std::vector<MergeConflict>{{2, Errc::revoked}}));
  const Merge back = merge({}, Rows{row(2, 2, 4)}, stones, {.revive = true});
  EXPECT_EQ(back.added, 1U);
  EXPECT_TRUE(same(merge({}, Rows{row(2, 2, 3)}, stones, {.revive = true}).rows, {}));
}

TEST(Merge, TellsABatchNumberThatTwoSitesUse) {
  const Rows ours = {row(1, 1, 0, 7), row(2, 2, 0, 8)};
  const auto findings = merge(ours, Rows{row(3, 3, 0, 7)}, {}, {}).findings;
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().code, "KL-BATCHDUP");
  EXPECT_TRUE(merge(ours, Rows{row(1, 1, 0, 7), row(3, 3, 0, 7)}, {}, {}).findings.empty());
}

/// The rules once more, one node at a time over maps: slow and obvious.
Rows by_the_book(const Rows& keyring, const Rows& batch) {
  std::map<keyring::NodeId, NodeRow> nodes;
  for (const NodeRow& ours : keyring)
    nodes.emplace(ours.node_id, ours);
  for (const NodeRow& theirs : batch) {
    const auto [ours, is_new] = nodes.emplace(theirs.node_id, theirs);
    if (!is_new && theirs.count > ours->second.count) ours->second = theirs;
  }
  Rows rows;
  for (const auto& [node, entry] : nodes)
    rows.push_back(entry);
  return rows;
}

TEST(Merge, AgreesWithTheRulesTakenNodeByNode) {
  std::mt19937 random(20110522);
  for (int round = 0; round < 500; ++round) {
    const auto draw = [&](std::uint8_t first_key) {
      Rows rows;
      for (keyring::NodeId node = 0; node < 40; ++node)
        if (random() % 2 == 0) {
          const auto count = static_cast<std::uint32_t>(random() % 3);
          // A key of its own for each node, side and count: conflicts are tested above.
          NodeRow made = row(node, static_cast<std::uint8_t>(first_key + count), count);
          made.root_key[1] = static_cast<std::uint8_t>(node);
          rows.push_back(made);
        }
      return rows;
    };
    const Rows ours = draw(0);
    Rows theirs = draw(100);
    for (NodeRow& their : theirs)
      for (const NodeRow& our : ours)
        if (their.node_id == our.node_id && their.count == our.count) their.root_key = our.root_key;
    const Merge merged = merge(ours, theirs, {}, {});
    ASSERT_TRUE(merged.conflicts.empty());
    EXPECT_TRUE(same(merged.rows, by_the_book(ours, theirs))) << "round " << round;
    EXPECT_EQ(merged.added + merged.replaced + merged.unchanged + merged.stale, theirs.size());
  }
}

}  // namespace
}  // namespace touchstone::kms
