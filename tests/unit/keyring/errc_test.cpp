#include "reference/keyring/errc.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"

namespace touchstone::keyring {
namespace {

TEST(KeyringErrc, MapsEachReasonToItsExitCode) {
  const std::pair<Errc, int> expected[] = {{Errc::syntax, 6},
                                           {Errc::header, 6},
                                           {Errc::length, 6},
                                           {Errc::range, 6},
                                           {Errc::charset, 6},
                                           {Errc::limit, 6},
                                           {Errc::duplicate, 6},
                                           {Errc::weak_key, 6},
                                           {Errc::short_hex, 6},
                                           {Errc::unknown_format, 6},
                                           {Errc::parameters, 6},
                                           {Errc::trailing_data, 6},
                                           {Errc::signature_missing, 4},
                                           {Errc::signature_bad, 4},
                                           {Errc::wrong_recipient, 5},
                                           {Errc::decryption, 5},
                                           {Errc::manifest_missing, 7},
                                           {Errc::manifest_mismatch, 7},
                                           {Errc::passphrase_wrong, 10},
                                           {Errc::passphrase_refused, 10},
                                           {Errc::key_unusable, 3},
                                           {Errc::key_too_short, 2},
                                           {Errc::findings, 13}};
  for (const auto& [code, exit] : expected) {
    const Error error{make_error_code(code), 0, {}};
    EXPECT_EQ(exit_code(error), exit) << error.code.message();
  }
}

TEST(KeyringErrc, GivesOneMessageToEveryFailureOfASignature) {
  EXPECT_EQ(make_error_code(Errc::signature_bad).message(),
            "the signature does not verify: passphrase differs or file altered");
}

}  // namespace
}  // namespace touchstone::keyring
