#include "reference/crypto/kdf.h"

#include <gtest/gtest.h>

namespace touchstone::crypto {
namespace {

TEST(Scrypt, GivesTheValuesOfRfc7914) {
  Octets out(64);
  ASSERT_TRUE(scrypt({}, {}, {4, 1, 1}, out));
  EXPECT_EQ(to_hex(out),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  ASSERT_TRUE(scrypt(as_octets("password"), as_octets("NaCl"), {10, 8, 16}, out));
  EXPECT_EQ(to_hex(out),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST(Scrypt, WorksAtTheDefaultCostWhichPassesTheCapOfTheLibrary) {
  Octets out(16);
  EXPECT_TRUE(scrypt(as_octets("p"), as_octets("s"), {17, 8, 1}, out));
}

TEST(Pbkdf2, GivesThePublishedValues) {
  Octets out(32);
  // RFC 7914 §11, and the second from hashlib.
  Octets long_out(64);
  ASSERT_TRUE(pbkdf2_hmac_sha256(as_octets("passwd"), as_octets("salt"), 1, long_out));
  EXPECT_EQ(to_hex(long_out),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  ASSERT_TRUE(pbkdf2_hmac_sha256(as_octets("password"), as_octets("salt"), 2, out));
  EXPECT_EQ(to_hex(out), "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43");
}

}  // namespace
}  // namespace touchstone::crypto
