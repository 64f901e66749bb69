#include "reference/crypto/errc.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"

namespace touchstone::crypto {
namespace {

TEST(CryptoErrc, MapsEachReasonToItsExitCode) {
  const std::pair<Errc, ExitClass> expected[] = {
      {Errc::not_a_key, ExitClass::file},        {Errc::passphrase_needed, ExitClass::passphrase},
      {Errc::key_too_short, ExitClass::usage},   {Errc::signature_bad, ExitClass::signature},
      {Errc::decryption, ExitClass::decryption}, {Errc::malformed, ExitClass::format},
      {Errc::trailing_data, ExitClass::format},  {Errc::unknown_content, ExitClass::format},
      {Errc::unsupported, ExitClass::format},    {Errc::wrong_recipient, ExitClass::decryption},
      {Errc::internal, ExitClass::internal}};
  for (const auto& [code, exit] : expected) {
    EXPECT_EQ(exit_code(Error{make_error_code(code), 0, {}}), static_cast<int>(exit));
    EXPECT_FALSE(make_error_code(code).message().empty());
  }
  EXPECT_EQ(make_error_code(Errc::internal).category().name(), std::string("crypto"));
}

}  // namespace
}  // namespace touchstone::crypto
