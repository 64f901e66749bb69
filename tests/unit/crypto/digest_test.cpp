#include "reference/crypto/digest.h"

#include <gtest/gtest.h>

namespace touchstone::crypto {
namespace {

// FIPS 180-4, SHA-256 example of one block, and the value of the empty message.
constexpr auto abc_value = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr auto empty_value = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256, GivesThePublishedValues) {
  EXPECT_EQ(to_hex(sha256(as_octets("abc"))), abc_value);
  EXPECT_EQ(to_hex(sha256({})), empty_value);
}

TEST(Sha256, TakesAMessageInPiecesAndThenAnother) {
  Sha256 digest;
  digest.update(as_octets("a")).update({}).update(as_octets("bc"));
  EXPECT_EQ(to_hex(digest.finish()), abc_value);
  EXPECT_EQ(to_hex(digest.finish()), empty_value);
}

}  // namespace
}  // namespace touchstone::crypto
