#include "reference/host/process.h"

#include <unistd.h>

namespace touchstone::host {

std::uint32_t user_id() noexcept {
  return ::getuid();
}

bool error_stream_is_terminal() noexcept {
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace touchstone::host
