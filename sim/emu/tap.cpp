#include "sim/emu/tap.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sim/emu/errc.h"

namespace touchstone::sim::emu {
namespace {

constexpr const char* wire_name = "wire0";

std::unexpected<Error> fault(Errc code, const std::string& what) {
  return fail(code, fmt::format("{}: {}", what, strerror(errno)));
}

bool write_file(const char* path, const std::string& text) {
  const host::Descriptor file = host::open_file(path, O_WRONLY);
  return file && host::write_all(file.get(), as_octets(text));
}

sockaddr socket_address(std::uint32_t address) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_addr.s_addr = htonl(address);
  sockaddr general{};
  memcpy(&general, &made, sizeof made);
  return general;
}

/// `name` is shorter than IFNAMSIZ.
ifreq request_for(std::string_view name) {
  ifreq request{};
  std::ranges::copy(name, request.ifr_name);
  return request;
}

bool set_up(int socket, std::string_view name) {
  ifreq request = request_for(name);
  if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  return ioctl(socket, SIOCSIFFLAGS, &request) == 0;
}

bool set_address(int socket, unsigned long what, std::uint32_t address) {
  ifreq request = request_for(wire_name);
  request.ifr_addr = socket_address(address);
  return ioctl(socket, what, &request) == 0;
}

bool add_route(int socket, std::uint32_t to, std::uint32_t mask, std::uint32_t gateway) {
  std::string device = wire_name;
  rtentry route{};
  route.rt_dst = socket_address(to);
  route.rt_genmask = socket_address(mask);
  route.rt_gateway = socket_address(gateway);
  route.rt_flags = RTF_UP;
  if (gateway != 0) route.rt_flags |= RTF_GATEWAY;
  if (mask == UINT32_MAX) route.rt_flags |= RTF_HOST;
  route.rt_dev = device.data();
  return ioctl(socket, SIOCADDRT, &route) == 0;
}

}  // namespace

Result<void> enter_own_network() {
  const unsigned user = getuid();
  const unsigned group = getgid();
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) == 0) return {};
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0)
    return fault(Errc::namespaces, "unshare (user namespaces, or root, are needed)");
  if (!write_file("/proc/self/setgroups", "deny") ||
      !write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)) ||
      !write_file("/proc/self/gid_map", fmt::format("0 {} 1", group)))
    return fault(Errc::namespaces, "uid_map");
  return {};
}

Result<host::Descriptor> open_wire(std::uint32_t address, std::uint32_t gateway) {
  host::Descriptor tap = host::open_file("/dev/net/tun", O_RDWR);
  if (!tap) return fault(Errc::tap, "/dev/net/tun");
  ifreq request = request_for(wire_name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl(tap.get(), TUNSETIFF, &request) != 0) return fault(Errc::tap, "TUNSETIFF");
  // ns-3 reads in a thread of its own, which waits.
  if (fcntl(tap.get(), F_SETFL, 0) != 0) return fault(Errc::tap, "F_SETFL");
  const host::Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const bool is_set =
      any && set_up(any.get(), "lo") && set_address(any.get(), SIOCSIFADDR, address) &&
      set_address(any.get(), SIOCSIFNETMASK, UINT32_MAX) && set_up(any.get(), wire_name) &&
      add_route(any.get(), gateway, UINT32_MAX, 0) && add_route(any.get(), 0, 0, gateway);
  if (!is_set) return fault(Errc::setup, wire_name);
  return tap;
}

Result<void> name_hosts(const std::vector<std::pair<std::string, std::uint32_t>>& hosts) {
  std::string text = "127.0.0.1 localhost\n";
  for (const auto& [name, address] : hosts)
    text += fmt::format("{}.{}.{}.{} {}\n", address >> 24, address >> 16 & 255, address >> 8 & 255,
                        address & 255, name);
  std::string path = "/tmp/touchstone-hosts.XXXXXX";
  const host::Descriptor file(mkstemp(path.data()));
  if (!file || !host::write_all(file.get(), as_octets(text)) || fchmod(file.get(), 0644) != 0)
    return fault(Errc::setup, path);
  const bool is_named = mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                        mount(path.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) == 0;
  const int failure = errno;
  unlink(path.c_str());
  errno = failure;
  if (!is_named) return fault(Errc::setup, "/etc/hosts");
  return {};
}

}  // namespace touchstone::sim::emu
