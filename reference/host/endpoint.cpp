#include "reference/host/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

std::uint32_t address_in(const sockaddr* address) {
  return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
}

std::string print_address(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 0xFF, address >> 8 & 0xFF,
                     address & 0xFF);
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string host(text.substr(0, colon));
  in_addr address{};
  Endpoint endpoint;
  if (colon == std::string_view::npos || ::inet_pton(AF_INET, host.c_str(), &address) != 1)
    return fail(Errc::endpoint, "expected an IPv4 address and a port, such as 127.0.0.1:3868");
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (fault != std::errc{} || stop != end)
    return fail(Errc::endpoint, "expected a port from 0 to 65535", colon + 1);
  endpoint.address = ntohl(address.s_addr);
  return endpoint;
}

std::string print_endpoint(const Endpoint& endpoint) {
  return fmt::format("{}:{}", print_address(endpoint.address), endpoint.port);
}

std::vector<std::uint32_t> addresses_of(const std::string& host) {
  addrinfo wish{};
  wish.ai_family = AF_INET;
  wish.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wish, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  std::vector<std::uint32_t> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const std::uint32_t address = address_in(one->ai_addr);
    if (std::ranges::count(addresses, address) == 0) addresses.push_back(address);
  }
  return addresses;
}

std::vector<std::string> own_hosts() {
  std::vector<std::string> hosts = {"localhost"};
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) hosts.emplace_back(name.data());
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) return hosts;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(found, ::freeifaddrs);
  for (const ifaddrs* one = found; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET)
      hosts.push_back(print_address(address_in(one->ifa_addr)));
  }
  return hosts;
}

}  // namespace touchstone::host
