#include "reference/crypto/tls.h"

#include <gtest/gtest.h>

#include "reference/crypto/errc.h"
#include "tests/support/made_certificate.h"

namespace touchstone::crypto {
namespace {

using Side = TlsChannel::Side;
using Hosts = std::vector<std::string>;

Result<TlsContext> context_of(const tests::MadeCertificate& own, const std::string& roots) {
  return TlsContext::make(as_octets(own.certificate), as_octets(own.key), as_octets(roots));
}

class TlsTest : public testing::Test {
 protected:
  tests::MadeAuthority authority_{"root"};
  TlsContext kms_ = *context_of(authority_.issue("kms", "DNS:kms.example"), authority_.root());
  TlsContext gateway_ =
      *context_of(authority_.issue("gw", "DNS:gw1.example,IP:10.0.0.1"), authority_.root());

  // Carries octets both ways until nobody has any; what each side read.
  struct Talk {
    Result<void> client;
    Result<void> server;
    SecretOctets at_client;
    SecretOctets at_server;
  };
  static Talk carry(TlsChannel& client, TlsChannel& server, std::size_t most = 1 << 20) {
    Talk talk;
    while (true) {
      const SecretOctets up = client.output();
      const SecretOctets down = server.output();
      if (up.empty() && down.empty()) return talk;
      feed(server, up, most, talk.server, talk.at_server);
      feed(client, down, most, talk.client, talk.at_client);
    }
  }
  static void feed(TlsChannel& channel, OctetView octets, std::size_t most, Result<void>& result,
                   SecretOctets& plain) {
    while (!octets.empty() && result) {
      const OctetView piece = octets.first(std::min(most, octets.size()));
      result = channel.receive(piece, plain);
      octets = octets.subspan(piece.size());
    }
  }
};

TEST_F(TlsTest, WhatIsSentBeforeAndAfterTheHandshakeArrives) {
  for (const std::size_t most : {std::size_t{1}, std::size_t{1} << 20}) {
    TlsChannel client(gateway_, Side::client);
    TlsChannel server(kms_, Side::server);
    client.send(as_octets("early "));
    Talk talk = carry(client, server, most);
    ASSERT_TRUE(talk.client && talk.server);
    EXPECT_TRUE(client.is_open() && server.is_open());
    EXPECT_EQ(as_text(talk.at_server), "early ");
    const Octets large(100000, 7);
    server.send(large);
    talk = carry(client, server, most);
    EXPECT_TRUE(std::ranges::equal(talk.at_client, large));
  }
}

TEST_F(TlsTest, ThePeerIsWhoItsCertificateSays) {
  TlsChannel client(gateway_, Side::client);
  TlsChannel server(kms_, Side::server);
  EXPECT_TRUE(server.peer_hosts().empty());
  carry(client, server);
  EXPECT_EQ(server.peer_hosts(), (Hosts{"gw1.example", "10.0.0.1"}));
  EXPECT_EQ(client.peer_hosts(), Hosts{"kms.example"});
}

TEST_F(TlsTest, TheCommonNameCountsOnlyWithoutOtherNames) {
  const TlsContext named = *context_of(authority_.issue("gw9.example", ""), authority_.root());
  TlsChannel client(named, Side::client);
  TlsChannel server(kms_, Side::server);
  carry(client, server);
  EXPECT_EQ(server.peer_hosts(), Hosts{"gw9.example"});
}

TEST_F(TlsTest, ACertificateOfAnotherRootIsRefusedByEitherSide) {
  tests::MadeAuthority other("other");
  const TlsContext foreign =
      *context_of(other.issue("gw", "DNS:gw1.example"), authority_.root() + other.root());
  {
    TlsChannel client(foreign, Side::client);
    TlsChannel server(kms_, Side::server);
    const Talk talk = carry(client, server);
    ASSERT_FALSE(talk.server);
    EXPECT_EQ(talk.server.error().code, Errc::signature_bad);
    EXPECT_FALSE(server.is_open());
  }
  TlsChannel client(gateway_, Side::client);
  TlsChannel server(foreign, Side::server);
  const Talk talk = carry(client, server);
  ASSERT_FALSE(talk.client);
  EXPECT_EQ(talk.client.error().code, Errc::signature_bad);
}

TEST_F(TlsTest, AChangedOctetAndForeignTextEndTheChannel) {
  TlsChannel client(gateway_, Side::client);
  TlsChannel server(kms_, Side::server);
  carry(client, server);
  client.send(as_octets("key"));
  SecretOctets octets = client.output();
  octets[octets.size() / 2] ^= 1;
  SecretOctets plain;
  EXPECT_FALSE(server.receive(octets, plain));
  EXPECT_TRUE(plain.empty());
  TlsChannel other(kms_, Side::server);
  EXPECT_FALSE(other.receive(as_octets("GET / HTTP/1.1\r\n\r\n"), plain));
}

TEST_F(TlsTest, AnEndIsTold) {
  TlsChannel client(gateway_, Side::client);
  TlsChannel server(kms_, Side::server);
  carry(client, server);
  client.send(as_octets("last"));
  client.close();
  const Talk talk = carry(client, server);
  EXPECT_EQ(as_text(talk.at_server), "last");
  EXPECT_TRUE(server.has_ended());
}

TEST_F(TlsTest, WhatIsNoCertificateOrNotItsKeyIsRefused) {
  const tests::MadeCertificate one = authority_.issue("a", "");
  const tests::MadeCertificate two = authority_.issue("b", "");
  EXPECT_EQ(context_of({one.certificate, two.key}, authority_.root()).error().code,
            Errc::wrong_recipient);
  EXPECT_EQ(context_of({"", one.key}, authority_.root()).error().code, Errc::not_a_key);
  EXPECT_EQ(context_of({one.certificate, ""}, authority_.root()).error().code, Errc::not_a_key);
  EXPECT_EQ(context_of(one, "").error().code, Errc::not_a_key);
}

}  // namespace
}  // namespace touchstone::crypto
