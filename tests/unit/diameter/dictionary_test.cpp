#include "reference/diameter/dictionary.h"

#include <gtest/gtest.h>

namespace touchstone::diameter {
namespace {

TEST(DiameterDictionary, FindsEveryRowAndNothingElse) {
  std::size_t found = 0;
  for (std::uint32_t code = 0; code < 70000; ++code) {
    const AvpDefinition* row = find_avp(code);
    if (row == nullptr) continue;
    EXPECT_EQ(row->code, code);
    EXPECT_FALSE(row->clause.empty());
    ++found;
  }
  EXPECT_EQ(found, avp_definitions().size());
  EXPECT_EQ(find_avp(0xFFFFFFFF), nullptr);
}

TEST(DiameterDictionary, OnlyTheFourDescriptiveAvpsMustNotBeMandatory) {
  std::vector<std::uint32_t> codes;
  for (const AvpDefinition& row : avp_definitions()) {
    if (row.mandatory == MandatoryBit::must_not) codes.push_back(row.code);
  }
  EXPECT_EQ(codes, (std::vector<std::uint32_t>{267, 269, 281, 294}));
}

TEST(DiameterDictionary, PeerCommandsAreNeverProxiable) {
  for (const std::uint32_t code : {257U, 280U, 282U}) {
    ASSERT_NE(find_command(code), nullptr);
    EXPECT_FALSE(find_command(code)->proxiable);
  }
  EXPECT_TRUE(find_command(command_aa_mobile_node)->proxiable);
  EXPECT_EQ(find_command(999), nullptr);
}

TEST(DiameterDictionary, ResultCodesHaveTheirNames) {
  EXPECT_EQ(result_code_name(2001), "success");
  EXPECT_EQ(result_code_name(5025), "end_to_end_mip_key_encryption");
  EXPECT_EQ(result_code_name(1), "");
}

}  // namespace
}  // namespace touchstone::diameter
