#include "reference/lks/audit.h"

#include <gtest/gtest.h>

namespace touchstone::lks {
namespace {

const Time noon{std::chrono::seconds{1'300'000'000}};

std::vector<AuditEntry> three_runs() {
  std::vector<AuditEntry> entries;
  std::optional<AuditEntry> last;
  for (const char* text : {"one", "two", "three"}) {
    entries.push_back(next_audit(last, noon, {"provision", "uid 7", text}));
    last = entries.back();
  }
  return entries;
}

/// The octets are those of docs/formats/node-keys-db.md, hashed by `sha256sum`.
TEST(LksAudit, HashesTheSixLinesOfTheFormat) {
  const AuditEntry entry = next_audit(std::nullopt, noon, {"provision", "uid 7", "one"});
  EXPECT_EQ(to_hex(entry.hash), "bc027124ebcd4be023df539a355f2f0d72bd8d8210a9a2eed9813ea5fed88f7b");
}

TEST(LksAudit, AcceptsItsOwnChain) {
  EXPECT_TRUE(check_audit(three_runs()));
}

TEST(LksAudit, NoticesEveryChangedField) {
  const std::array<void (*)(AuditEntry&), 7> changes = {{
      [](AuditEntry& entry) { entry.sequence = 9; },
      [](AuditEntry& entry) { entry.at += std::chrono::seconds{1}; },
      [](AuditEntry& entry) { entry.tool = "export_keys"; },
      [](AuditEntry& entry) { entry.user = "uid 8"; },
      [](AuditEntry& entry) { entry.text += "!"; },
      [](AuditEntry& entry) { entry.previous[0] ^= 1; },
      [](AuditEntry& entry) { entry.hash[31] ^= 1; },
  }};
  for (const auto& change : changes) {
    auto entries = three_runs();
    change(entries[1]);
    EXPECT_FALSE(check_audit(entries));
  }
}

TEST(LksAudit, NoticesARemovedEntry) {
  auto entries = three_runs();
  entries.erase(entries.begin() + 1);
  EXPECT_FALSE(check_audit(entries));
}

/// Rehashing one changed entry does not help: the next one names the old hash.
TEST(LksAudit, NoticesARewrittenEntry) {
  auto entries = three_runs();
  entries[1].text = "nothing";
  entries[1].hash = audit_hash(entries[1]);
  EXPECT_FALSE(check_audit(entries));
}

}  // namespace
}  // namespace touchstone::lks
