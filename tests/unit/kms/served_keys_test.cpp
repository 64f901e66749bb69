#include "reference/kms/served_keys.h"

#include <gtest/gtest.h>

#include "reference/host/posix_files.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::kms {
namespace {

keyring::Keyring keys(std::uint8_t gateway, std::uint8_t code_download) {
  keyring::Keyring made;
  made.network.gateway.writable()[0] = gateway;
  made.network.gateway_cdld.writable()[0] = code_download;
  return made;
}

class ServedKeys : public testing::Test {
 protected:
  ReplacedKeys note(std::uint8_t gateway, std::uint8_t code_download) {
    const auto noted = note_served_keys(files_, path_, KeySnapshot(keys(gateway, code_download)));
    EXPECT_TRUE(noted);
    return noted.value_or(ReplacedKeys{});
  }

  tests::TemporaryFolder folder_;
  host::PosixFiles files_;
  std::string path_ = folder_.path(served_keys_name("keyring.csv"));
};

TEST_F(ServedKeys, TheFirstReplaceNothing) {
  EXPECT_EQ(note(1, 2), (ReplacedKeys{false, false}));
  EXPECT_EQ(note(1, 2), (ReplacedKeys{false, false}));
}

TEST_F(ServedKeys, OthersAreReplacedOnesForEver) {
  note(1, 2);
  EXPECT_EQ(note(3, 2), (ReplacedKeys{true, false}));
  EXPECT_EQ(note(3, 2), (ReplacedKeys{true, false}));
  EXPECT_EQ(note(1, 4), (ReplacedKeys{true, true}));
}

TEST_F(ServedKeys, ADamagedFileSaysThatAllAre) {
  note(1, 2);
  const std::string whole = folder_.read("keyring.csv.served");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    folder_.write("keyring.csv.served", whole.substr(0, size));
    EXPECT_EQ(note(1, 2), (ReplacedKeys{true, true})) << size;
  }
}

TEST_F(ServedKeys, IsAsItsPageSaysAndHoldsNoKey) {
  note(1, 2);
  // printf 'TOUCHSTONE-SERVED/1 \1' | cat - <(head -c 23 /dev/zero) | sha256sum, and 15 with \2
  EXPECT_EQ(
      folder_.read("keyring.csv.served"),
      "served-keys, 1\n"
      "gateway, dde4849ec1b67f5b4d565629e46805bea9c1385c85fae8bc775e28ef09b09320, first\n"
      "gateway_cdld, 038280be19523b2cd54e929965f147521ccc7bf54865a6426b810a00db4e1166, first\n");
}

TEST_F(ServedKeys, AFolderThatCannotBeWrittenIsTold) {
  const auto noted = note_served_keys(files_, "/nonexistent/served", KeySnapshot(keys(1, 2)));
  ASSERT_FALSE(noted);
  EXPECT_EQ(noted.error().code, FileErrc::write_failed);
}

}  // namespace
}  // namespace touchstone::kms
