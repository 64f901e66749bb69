#include "reference/gateway/kms_order.h"

#include <algorithm>

#include "reference/base/result.h"

namespace touchstone::gateway {

void KmsOrder::set_up(std::size_t server, std::chrono::nanoseconds now) {
  TOUCHSTONE_CHECK(server < up_since_.size());
  if (!up_since_[server]) up_since_[server] = now;
  choose(now);
}

void KmsOrder::set_down(std::size_t server, std::chrono::nanoseconds now) {
  TOUCHSTONE_CHECK(server < up_since_.size());
  up_since_[server].reset();
  choose(now);
}

std::optional<std::size_t> KmsOrder::choose(std::chrono::nanoseconds now) {
  if (present_ && !up_since_[*present_]) present_.reset();
  for (std::size_t server = 0; server < up_since_.size(); ++server) {
    if (!up_since_[server]) continue;
    const bool settled = now - *up_since_[server] >= failback_after_;
    if (!present_ || (server < *present_ && settled)) present_ = server;
    if (present_ == server) break;
  }
  return present_;
}

}  // namespace touchstone::gateway
