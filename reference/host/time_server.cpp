#include "reference/host/time_server.h"

namespace touchstone::host {

TimeServer::TimeServer(const sntp::ServerSettings& settings, std::function<sntp::Time()> now)
    : settings_(settings), now_(std::move(now)) {}

Result<std::unique_ptr<TimeServer>> TimeServer::open(EventLoop& loop, const Endpoint& listen,
                                                     const sntp::ServerSettings& settings,
                                                     std::function<sntp::Time()> now) {
  auto server = std::make_unique<TimeServer>(settings, std::move(now));
  TOUCHSTONE_TRY(server->port_,
                 DatagramPort::open(loop, listen,
                                    [self = server.get()](OctetView octets, const Endpoint& from) {
                                      self->take(octets, from);
                                    }));
  return server;
}

void TimeServer::take(OctetView request, const Endpoint& sender) {
  const sntp::Time received = now_();
  if (const auto answer = sntp::answer(settings_, request, received, now_()))
    port_->send(*answer, sender);
}

}  // namespace touchstone::host
