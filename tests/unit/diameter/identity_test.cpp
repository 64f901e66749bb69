#include "reference/diameter/identity.h"

#include <gtest/gtest.h>

namespace touchstone::diameter {
namespace {

TEST(DiameterIdentity, ComparesLettersWithoutCaseAndTheRestAsOctets) {
  EXPECT_EQ(compare_identities("GW1.Example", "gw1.example"), 0);
  EXPECT_EQ(compare_identities("a", "B"), -1);
  EXPECT_EQ(compare_identities("b", "A"), 1);
  EXPECT_EQ(compare_identities("a", "a.b"), -1);
  // '_' (0x5F) stands between the cases: it is below every letter once they are folded.
  EXPECT_EQ(compare_identities("a_", "aZ"), -1);
  EXPECT_EQ(compare_identities("\xFF", "z"), 1);
  EXPECT_FALSE(same_identity("a", "a.b"));
}

}  // namespace
}  // namespace touchstone::diameter
