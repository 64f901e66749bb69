#include "reference/host/process.h"

#include <unistd.h>

namespace touchstone::host {

std::uint32_t user_id() noexcept {
  return ::getuid();
}

std::function<std::chrono::milliseconds()> stopwatch() {
  return [start = std::chrono::steady_clock::now()] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  };
}

bool error_stream_is_terminal() noexcept {
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace touchstone::host
