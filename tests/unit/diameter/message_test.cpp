#include "reference/diameter/message.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/diameter/framing.h"

namespace touchstone::diameter {
namespace {

MessageView view_of(OctetView octets) {
  const auto decoded = decode_header(octets);
  return {decoded->header, octets.subspan(header_size), octets};
}

TEST(DiameterMessage, IsWrittenAsTheStandardDrawsIt) {
  SecretOctets out;
  MessageWriter message(out, {.flags = flag_request,
                              .command = command_device_watchdog,
                              .hop_by_hop = 0x01020304,
                              .end_to_end = 0x05060708});
  message.text(avp_origin_host, "kms").u32(avp_origin_state_id, 9);
  message.finish();
  EXPECT_EQ(to_hex(out),
            "0100002c80000118000000000102030405060708"  // header
            "000001084000000b6b6d7300"                  // Origin-Host, one octet of padding
            "000001164000000c00000009");                // Origin-State-Id
}

TEST(DiameterMessage, NothingOfTheBufferBeforeIsLeftInThePadding) {
  SecretOctets out(1000, 0xEE);
  out.clear();
  MessageWriter message(out, {.command = command_device_watchdog});
  message.text(avp_origin_host, "kms")
      .ipv4(avp_host_ip_address, 0)
      .open(avp_failed_avp)
      .octets(avp_class, {})
      .close()
      .raw(Octets{0, 0, 0, 1, 0, 0, 0, 9, 0});
  message.finish();
  EXPECT_EQ(std::ranges::count(out, 0xEE), 0);
}

TEST(DiameterMessage, GroupsCountThePaddingInsideThem) {
  SecretOctets out;
  MessageWriter message(out, {.command = command_aa_mobile_node});
  message.open(avp_mip_fa_to_mn_msa)
      .octets(avp_mip_session_key, Octets(5, 0xAA))
      .u32(avp_mip_algorithm_type, 2)
      .close()
      .u32(avp_mip_msa_lifetime, 0);
  message.finish();
  const auto group = view_of(out).find(avp_mip_fa_to_mn_msa);
  ASSERT_TRUE(group.has_value());
  EXPECT_EQ(group->whole.size(), 8U + 16U + 12U);
  EXPECT_EQ(find(group->data, avp_mip_session_key)->data.size(), 5U);
  EXPECT_EQ(find(group->data, avp_mip_algorithm_type)->u32(), 2U);
  EXPECT_TRUE(view_of(out).find(avp_mip_msa_lifetime).has_value());
}

TEST(DiameterMessage, AnAnswerKeepsIdentifiersAndPAlone) {
  const Header request{.flags = flag_request | flag_proxiable | flag_retransmitted,
                       .command = 260,
                       .application = 2,
                       .hop_by_hop = 7,
                       .end_to_end = 8};
  const Header answer = answer_header(request);
  EXPECT_EQ(answer.flags, flag_proxiable);
  EXPECT_EQ(answer.hop_by_hop, 7U);
  EXPECT_EQ(answer.end_to_end, 8U);
  EXPECT_TRUE(answer_header(request, true).is_error());
}

TEST(DiameterMessage, ACopiedAvpIsTheSameOctets) {
  const Octets unknown = {0, 0, 0xEA, 0x60, 0x40, 0, 0, 9, 0x55};
  const auto avp = AvpReader(unknown).next();
  ASSERT_TRUE(avp.has_value());
  SecretOctets out;
  MessageWriter message(out, {.command = command_aa_mobile_node});
  message.open(avp_failed_avp).copy(*avp).close();
  message.finish();
  const auto failed = view_of(out).find(avp_failed_avp);
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(to_hex(failed->data), "0000ea604000000955000000");
}

}  // namespace
}  // namespace touchstone::diameter
