#include "reference/host/endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

TEST(Endpoint, IsParsedAsItIsPrinted) {
  for (const char* text : {"127.0.0.1:3868", "0.0.0.0:0", "10.50.4.40:65535"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(print_endpoint(*endpoint), text);
  }
}

TEST(Endpoint, RefusesWhatIsNoAddressAndPort) {
  for (const char* text : {"", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:1x",
                           "127.0.0.1:-1", "localhost:1", "::1:1", "127.1:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code, Errc::endpoint);
  }
}

TEST(Endpoint, LoopbackIsKnownByNameAndIsOurs) {
  EXPECT_EQ(addresses_of("localhost"), std::vector<std::uint32_t>{0x7F000001});
  EXPECT_TRUE(addresses_of("kms.invalid").empty());
  const auto hosts = own_hosts();
  EXPECT_NE(std::ranges::find(hosts, "127.0.0.1"), hosts.end());
  EXPECT_NE(std::ranges::find(hosts, "localhost"), hosts.end());
}

}  // namespace
}  // namespace touchstone::host
