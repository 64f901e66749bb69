#pragma once
// Serves the time of this machine over UDP, on a loop.

#include <functional>
#include <memory>

#include "reference/host/datagram_port.h"
#include "reference/sntp/server.h"

namespace touchstone::host {

class TimeServer {
 public:
  /// Serves at `listen` what `now` reads. Errors of DatagramPort::open().
  static Result<std::unique_ptr<TimeServer>> open(EventLoop& loop, const Endpoint& listen,
                                                  const sntp::ServerSettings& settings,
                                                  std::function<sntp::Time()> now);
  TimeServer(const sntp::ServerSettings& settings, std::function<sntp::Time()> now);

  [[nodiscard]] Endpoint local() const { return port_->local(); }

 private:
  void take(OctetView request, const Endpoint& sender);

  sntp::ServerSettings settings_;
  std::function<sntp::Time()> now_;
  std::unique_ptr<DatagramPort> port_;
};

}  // namespace touchstone::host
