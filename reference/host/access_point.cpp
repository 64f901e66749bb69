#include "reference/host/access_point.h"

#include <csignal>

#include "reference/gateway/access_point.h"
#include "reference/host/datagram_port.h"

namespace touchstone::host {
namespace {

std::chrono::seconds seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(EventLoop::now().time_since_epoch());
}

}  // namespace

Result<void> run_access_point(const Endpoint& listen, const Endpoint& gateway,
                              const std::function<void(const Endpoint&)>& ready) {
  EventLoop loop;
  gateway::AccessPoint attempts;
  std::unique_ptr<DatagramPort> below;
  std::unique_ptr<DatagramPort> above;
  const auto go_up = [&](OctetView datagram, const Endpoint& node) {
    if (attempts.goes_up(datagram, encode_endpoint(node), seconds_now()))
      above->send(datagram, gateway);
  };
  const auto go_down = [&](OctetView datagram, const Endpoint& sender) {
    if (sender != gateway) return;
    if (const auto node = attempts.goes_down(datagram))
      below->send(datagram, decode_endpoint(*node));
  };
  TOUCHSTONE_TRY(above, DatagramPort::open(loop, Endpoint{}, go_down));
  TOUCHSTONE_TRY(below, DatagramPort::open(loop, listen, go_up));
  for (const int signal : {SIGTERM, SIGINT})
    loop.on_signal(signal, [&loop] { loop.stop(); });
  ready(below->local());
  loop.run();
  return {};
}

}  // namespace touchstone::host
