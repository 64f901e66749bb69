#include "reference/ipsec/config/ifup_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/setkey.h"
#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Address self = *parse_address("10.0.0.1", AddressForm::exact);

IpsecInterface interface_of(const std::string& more = "") {
  const std::string ifcfg = "DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n" + more;
  const std::string keys = "IKE_PSK=0123456789abcdef\n";
  auto reading = read_ifcfg({.name = "ipsec0", .ifcfg = as_octets(ifcfg), .keys = as_octets(keys)});
  return std::move(reading.interface);
}

TEST(IfupPlan, MakesWhatTheGuideLeadsTo) {
  const auto plan =
      plan_ifup(interface_of(), self, "# mine\n", as_octets("10.0.0.20 the key of another\n"));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->peer_path, "/etc/racoon/10.0.0.2.conf");
  EXPECT_EQ(plan->racoon_conf, "# mine\ninclude \"/etc/racoon/10.0.0.2.conf\";\n");
  EXPECT_EQ(plan->script,
            "spdadd 10.0.0.1 10.0.0.2 any -P out ipsec esp/transport//require "
            "ah/transport//require;\n"
            "spdadd 10.0.0.2 10.0.0.1 any -P in ipsec esp/transport//require "
            "ah/transport//require;\n");
  EXPECT_EQ(as_text(plan->psk), "10.0.0.20 the key of another\n10.0.0.2 0123456789abcdef\n");
  const auto reading = read_racoon("peer", secret(plan->peer_text), {});
  EXPECT_THAT(codes(reading.findings), IsEmpty());
  ASSERT_THAT(reading.config.remotes, SizeIs(1));
  EXPECT_THAT(reading.config.remotes[0].modes,
              ElementsAre(ExchangeMode::aggressive, ExchangeMode::main));
  ASSERT_THAT(reading.config.remotes[0].proposals, SizeIs(1));
  EXPECT_EQ(reading.config.remotes[0].proposals[0].cipher, 5) << "3DES";
}

TEST(IfupPlan, ChangesNothingTheSecondTime) {
  const IpsecInterface interface = interface_of();
  const auto once = plan_ifup(interface, self, "", {});
  const auto twice = plan_ifup(interface, self, once->racoon_conf, once->psk);
  EXPECT_EQ(twice->racoon_conf, once->racoon_conf);
  EXPECT_EQ(as_text(twice->psk), as_text(once->psk));
}

TEST(IfupPlan, MakesATunnelBetweenNetworks) {
  const auto plan = plan_ifup(interface_of("SRC=10.0.0.9\nSRCNET=10.1.0.0/24\nDSTNET=10.2.0.0/16\n"
                                           "AH_PROTO=none\nIKE_DHGROUP=14\n"),
                              self, "", {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->script,
            "spdadd 10.1.0.0/24 10.2.0.0/16 any -P out ipsec "
            "esp/tunnel/10.0.0.9-10.0.0.2/require;\n"
            "spdadd 10.2.0.0/16 10.1.0.0/24 any -P in ipsec "
            "esp/tunnel/10.0.0.2-10.0.0.9/require;\n");
  EXPECT_THAT(codes(read_setkey(secret(plan->script), Profile::strict).findings), IsEmpty());
  EXPECT_NE(plan->peer_text.find("dh_group 14;"), std::string::npos);
}

TEST(IfupPlan, LimitsWhatTheGatewaysCommandLimits) {
  IpsecInterface interface = interface_of(
      "SRC=10.0.0.1\nMGU_PROFILE=legacy\nAH_PROTO=none\nMGU_PROTOCOL=132\nMGU_DST_PORT=2816\n");
  EXPECT_EQ(print_policies(interface, self),
            "spdadd 10.0.0.1[any] 10.0.0.2[2816] 132 -P out ipsec esp/transport//require;\n"
            "spdadd 10.0.0.2[2816] 10.0.0.1[any] 132 -P in ipsec esp/transport//require;\n");
  EXPECT_EQ(print_policy_removal(print_policies(interface, self)),
            "spddelete 10.0.0.1[any] 10.0.0.2[2816] 132 -P out;\n"
            "spddelete 10.0.0.2[2816] 10.0.0.1[any] 132 -P in;\n");
}

TEST(IfupPlan, LetsIkeAndMediaPassBeforeATunnelThatHoldsThePeer) {
  IpsecInterface interface = interface_of(
      "SRC=10.0.0.1\nSRCNET=10.0.0.1/32\nDSTNET=10.0.0.0/24\nMGU_PROFILE=legacy\n"
      "AH_PROTO=none\nMGU_MEDIA=10.0.0.7\n");
  const std::string script = print_policies(interface, self);
  EXPECT_EQ(script,
            "spdadd 10.0.0.7 10.0.0.0/24 any -P out none;\n"
            "spdadd 10.0.0.0/24 10.0.0.7 any -P in none;\n"
            "spdadd 10.0.0.1[500] 10.0.0.2[500] udp -P out none;\n"
            "spdadd 10.0.0.2[500] 10.0.0.1[500] udp -P in none;\n"
            "spdadd 10.0.0.1[4500] 10.0.0.2[4500] udp -P out none;\n"
            "spdadd 10.0.0.2[4500] 10.0.0.1[4500] udp -P in none;\n"
            "spdadd 10.0.0.1/32 10.0.0.0/24 any -P out ipsec "
            "esp/tunnel/10.0.0.1-10.0.0.2/require;\n"
            "spdadd 10.0.0.0/24 10.0.0.1/32 any -P in ipsec "
            "esp/tunnel/10.0.0.2-10.0.0.1/require;\n");
  EXPECT_TRUE(read_setkey(secret(script), Profile::strict).accepted);
  EXPECT_TRUE(read_setkey(secret(print_policy_removal(script)), Profile::strict).accepted);
}

TEST(IfupPlan, PlansNothingForOtherMethods) {
  EXPECT_FALSE(plan_ifup(IpsecInterface(), self, "", {}));
  IpsecInterface manual = interface_of();
  manual.method = IkeMethod::manual;
  EXPECT_FALSE(plan_ifup(manual, self, "", {}));
}

}  // namespace
}  // namespace touchstone::ipsec::config
