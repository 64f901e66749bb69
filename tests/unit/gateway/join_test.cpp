#include "reference/gateway/join.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "reference/gateway/errc.h"
#include "tests/support/tree.h"

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

constexpr keyring::NodeId node = 0x0001A2B3;
const Sender sender = {0x7F, 0, 0, 1, 0x9C, 0x40};

SecretKey<16> key_of(std::string_view digits) {
  const Octets octets = *from_hex(digits);
  return SecretKey<16>(std::span<const std::uint8_t, 16>(octets.data(), 16));
}
SecretKey<16> root_key() {
  return key_of("00112233445566778899aabbccddeeff");
}
SecretKey<16> secret() {
  return key_of("000102030405060708090a0b0c0d0e0f");
}

JoinNonce node_nonce() {
  JoinNonce nonce;
  for (std::size_t i = 0; i < nonce.size(); ++i)
    nonce[i] = static_cast<std::uint8_t>(0x10 + i);
  return nonce;
}

/// fixtures/gateway/join/messages.txt, made with openssl.
Octets worked(const std::string& name) {
  static const std::map<std::string, std::string> messages = [] {
    std::map<std::string, std::string> read;
    std::ifstream in(tests::tree_path("fixtures/gateway/join/messages.txt"));
    std::string key;
    std::string value;
    while (in >> key >> value)
      read[key] = value;
    return read;
  }();
  return *from_hex(messages.at(name));
}

TEST(Join, MessagesAreThoseOfThePage) {
  const JoiningNode joining(node, root_key(), node_nonce());
  EXPECT_EQ(to_hex(joining.request()), to_hex(worked("request")));
  const Challenger challenger(secret());
  const JoinMessage challenge =
      challenger.challenge(*decode_join(joining.request()), sender, 3600s);
  EXPECT_EQ(to_hex(encode_join(challenge)), to_hex(worked("challenge")));
  const auto proof = joining.receive(worked("challenge"));
  EXPECT_EQ(to_hex(proof.reply), to_hex(worked("proof")));
  EXPECT_TRUE(has_join_mac(root_key(), *decode_join(worked("proof"))));
  EXPECT_TRUE(has_join_mac(root_key(), *decode_join(worked("admitted"))));
  EXPECT_EQ(joining.receive(worked("admitted")).result, JoinCode::admitted);
  EXPECT_EQ(joining.receive(worked("refused")).result, JoinCode::refused);
}

TEST(Join, DecodesWhatItEncodes) {
  for (const char* name : {"request", "challenge", "proof", "admitted", "refused"}) {
    const auto message = decode_join(worked(name));
    ASSERT_TRUE(message.has_value()) << name;
    EXPECT_EQ(encode_join(*message), worked(name));
  }
}

TEST(Join, EveryTruncationAndEveryOtherSizeIsRefused) {
  for (const char* name : {"request", "challenge", "proof", "admitted"}) {
    const Octets whole = worked(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto message = decode_join(OctetView(whole).first(size));
      ASSERT_FALSE(message.has_value()) << name << size;
      EXPECT_EQ(message.error().code, make_error_code(Errc::not_a_join));
    }
    Octets longer = whole;
    longer.push_back(0);
    EXPECT_FALSE(decode_join(longer).has_value());
  }
}

TEST(Join, NoChangedOctetOfAProofOrAResultHolds) {
  const Challenger challenger(secret());
  const JoiningNode joining(node, root_key(), node_nonce());
  for (std::size_t at = 0; at < join_long_size; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      Octets proof = worked("proof");
      proof[at] ^= static_cast<std::uint8_t>(1 << bit);
      const auto message = decode_join(proof);
      EXPECT_FALSE(message && message->type == JoinType::proof &&
                   challenger.is_mine(*message, sender, 3600s) &&
                   has_join_mac(root_key(), *message));
      Octets result = worked("admitted");
      result[at] ^= static_cast<std::uint8_t>(1 << bit);
      EXPECT_NE(joining.receive(result).result, JoinCode::admitted);
    }
}

TEST(Join, AProofIsNoResultAndAResultNoProof) {
  JoinMessage message = *decode_join(worked("proof"));
  message.type = JoinType::result;
  message.code = JoinCode::admitted;
  EXPECT_FALSE(has_join_mac(root_key(), message));
}

TEST(Join, TheRootKeyIsInNoMessage) {
  for (const char* name : {"request", "challenge", "proof", "admitted", "refused"})
    EXPECT_EQ(to_hex(worked(name)).find("00112233445566778899aabbccddeeff"), std::string::npos);
}

TEST(Join, AChallengeHoldsForItsSenderNodeNonceAndTime) {
  const Challenger challenger(secret());
  const JoinMessage proof = *decode_join(worked("proof"));
  EXPECT_TRUE(challenger.is_mine(proof, sender, 3600s));
  EXPECT_TRUE(challenger.is_mine(proof, sender, 3600s + Challenger::lifetime));
  EXPECT_FALSE(challenger.is_mine(proof, sender, 3601s + Challenger::lifetime));
  EXPECT_FALSE(challenger.is_mine(proof, sender, 3599s));
  EXPECT_FALSE(challenger.is_mine(proof, {0x7F, 0, 0, 2, 0x9C, 0x40}, 3600s));
  JoinMessage other = proof;
  other.node_id += 1;
  EXPECT_FALSE(challenger.is_mine(other, sender, 3600s));
  other = proof;
  other.node_nonce[0] ^= 1;
  EXPECT_FALSE(challenger.is_mine(other, sender, 3600s));
  EXPECT_FALSE(Challenger(root_key()).is_mine(proof, sender, 3600s));
}

TEST(Join, ANodePassesOverWhatIsNotItsOwn) {
  const JoiningNode other(node + 1, root_key(), node_nonce());
  const JoiningNode later(node, root_key(), JoinNonce{});
  const JoiningNode wrong(node, secret(), node_nonce());
  for (const char* name : {"challenge", "admitted", "refused"})
    for (const JoiningNode* one : {&other, &later}) {
      EXPECT_TRUE(one->receive(worked(name)).reply.empty());
      EXPECT_FALSE(one->receive(worked(name)).result.has_value());
    }
  EXPECT_FALSE(wrong.receive(worked("admitted")).result.has_value());  // a gateway without the key
  const JoiningNode joining(node, root_key(), node_nonce());
  for (const char* name : {"request", "proof"})
    EXPECT_TRUE(joining.receive(worked(name)).reply.empty());
}

}  // namespace
}  // namespace touchstone::gateway
