#include "reference/kms/audit.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/host/posix_files.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::kms {
namespace {

using tests::TemporaryFolder;
using Stage = AuditEvent::Stage;

class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time{std::chrono::seconds(1298395503)}; }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override {
    return std::chrono::local_seconds{time.time_since_epoch()};
  }
};

Digest digest(std::uint8_t value) {
  Digest made{};
  made.fill(value);
  return made;
}

class AuditTrail : public testing::Test {
 protected:
  Result<Audit> open(const std::optional<Digest>& keyring = digest(1)) {
    return Audit::open(files_, clock_, folder_.path("k"), {}, {"import_keys", 1000}, keyring);
  }
  std::string trail() { return folder_.read("k.audit"); }

  void write_two() {
    Audit audit = *open();
    ASSERT_TRUE(audit.append({.stage = Stage::intent, .before = digest(1), .after = digest(2)}));
    ASSERT_TRUE(audit.append({.stage = Stage::done, .text = "added=1"}));
  }

  TemporaryFolder folder_;
  host::PosixFiles files_;
  StoppedClock clock_;
};

TEST_F(AuditTrail, ChainsOneLineAnEvent) {
  write_two();
  const std::string text = trail();
  EXPECT_TRUE(text.starts_with("1,2011-02-22T17:25:03Z,1000,import_keys,intent,-,0x0101"));
  EXPECT_EQ(check_audit(as_octets(text)).value(), 2U);
  ASSERT_TRUE(open());
  EXPECT_TRUE(open()->repairs().empty());
}

TEST_F(AuditTrail, SeesEveryChangedOctet) {
  write_two();
  const std::string text = trail();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(check_audit(as_octets(changed))) << "octet " << i;
  }
}

TEST_F(AuditTrail, SeesALineThatWasTakenOut) {
  write_two();
  Audit audit = *open();
  ASSERT_TRUE(audit.append({.text = "third"}));
  const std::string text = trail();
  const std::size_t first = text.find('\n') + 1;
  const std::size_t second = text.find('\n', first) + 1;
  folder_.write("k.audit", text.substr(0, first) + text.substr(second));
  const auto broken = open();
  ASSERT_FALSE(broken);
  EXPECT_EQ(exit_code(broken.error()), 6);
  EXPECT_EQ(broken.error().place, folder_.path("k.audit"));
  folder_.write("k.audit", text.substr(first));
  EXPECT_FALSE(open());
}

TEST_F(AuditTrail, CutsATornLastLineAtEveryOctet) {
  write_two();
  const std::string text = trail();
  const std::size_t first = text.find('\n') + 1;
  for (std::size_t end = first + 1; end < text.size(); ++end) {
    folder_.write("k.audit", text.substr(0, end));
    const auto audit = open(digest(2));
    ASSERT_TRUE(audit) << audit.error().detail;
    ASSERT_EQ(audit->repairs().size(), 2U) << "torn, and the intent without an outcome";
    EXPECT_EQ(check_audit(as_octets(trail())).value(), 2U);
    EXPECT_TRUE(trail().starts_with(text.substr(0, first)));
  }
}

TEST_F(AuditTrail, SaysWhichKeyringAKilledRunLeft) {
  for (const auto& [standing, words] :
       {std::pair{digest(1), "old keyring"}, {digest(2), "new keyring"}, {digest(3), "neither"}}) {
    folder_.write("k.audit", "");
    {
      Audit audit = *open();
      ASSERT_TRUE(audit.append({.stage = Stage::intent, .before = digest(1), .after = digest(2)}));
    }
    const auto audit = open(standing);
    ASSERT_TRUE(audit);
    ASSERT_EQ(audit->repairs().size(), 1U);
    EXPECT_NE(audit->repairs().front().find(words), std::string::npos);
    EXPECT_NE(trail().find(",repaired,"), std::string::npos);
    EXPECT_TRUE(open(standing)->repairs().empty()) << "mended once";
  }
}

}  // namespace
}  // namespace touchstone::kms
