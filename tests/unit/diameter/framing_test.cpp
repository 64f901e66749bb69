#include "reference/diameter/framing.h"

#include <gtest/gtest.h>

#include "reference/diameter/errc.h"

namespace touchstone::diameter {
namespace {

SecretOctets two_messages() {
  SecretOctets out;
  for (std::uint32_t id = 1; id <= 2; ++id) {
    MessageWriter message(
        out, {.flags = flag_request, .command = command_device_watchdog, .hop_by_hop = id});
    message.text(avp_origin_host, "gw1.example").text(avp_origin_realm, "example");
    message.finish();
  }
  return out;
}

std::vector<std::uint32_t> drain(StreamDecoder& decoder) {
  std::vector<std::uint32_t> ids;
  for (;;) {
    const auto message = decoder.next();
    EXPECT_TRUE(message.has_value());
    if (!message || !*message) return ids;
    ids.push_back((*message)->header.hop_by_hop);
    EXPECT_EQ((*message)->find(avp_origin_realm)->text(), "example");
  }
}

TEST(DiameterFraming, AnySplitOfTheStreamGivesTheSameMessages) {
  const SecretOctets stream = two_messages();
  for (std::size_t at = 0; at <= stream.size(); ++at) {
    StreamDecoder decoder;
    decoder.feed(OctetView(stream).first(at));
    std::vector<std::uint32_t> ids = drain(decoder);
    decoder.feed(OctetView(stream).subspan(at));
    for (const std::uint32_t id : drain(decoder))
      ids.push_back(id);
    EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 2})) << at;
    EXPECT_EQ(decoder.held(), 0U);
  }
}

TEST(DiameterFraming, OneOctetAtATimeGivesTheSameMessages) {
  const SecretOctets stream = two_messages();
  StreamDecoder decoder;
  std::vector<std::uint32_t> ids;
  for (const std::uint8_t octet : stream) {
    decoder.feed({&octet, 1});
    for (const std::uint32_t id : drain(decoder))
      ids.push_back(id);
  }
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 2}));
}

TEST(DiameterFraming, AnImpossibleLengthIsRefusedBeforeTheMessageIsBuffered) {
  for (const std::uint32_t length : {0U, 16U, 19U, 22U, 65540U, 0xFFFFFCU}) {
    const SecretOctets stream = two_messages();
    Octets octets(stream.begin(), stream.begin() + header_size);
    octets[1] = static_cast<std::uint8_t>(length >> 16);
    octets[2] = static_cast<std::uint8_t>(length >> 8);
    octets[3] = static_cast<std::uint8_t>(length);
    StreamDecoder decoder;
    decoder.feed(octets);
    const auto message = decoder.next();
    ASSERT_FALSE(message.has_value()) << length;
    EXPECT_EQ(message.error().code, Errc::message_length);
    EXPECT_EQ(decoder.identifiers().hop_by_hop, 1U);
  }
}

TEST(DiameterFraming, AnotherVersionIsToldApart) {
  SecretOctets stream = two_messages();
  stream[0] = 2;
  StreamDecoder decoder;
  decoder.feed(stream);
  EXPECT_EQ(decoder.next().error().code, Errc::version);
}

}  // namespace
}  // namespace touchstone::diameter
