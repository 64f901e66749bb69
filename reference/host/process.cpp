#include "reference/host/process.h"

#include <unistd.h>

#include <cstdlib>

#include "reference/base/defect.h"

namespace touchstone::host {

std::uint32_t user_id() noexcept {
  return ::getuid();
}

std::function<std::chrono::milliseconds()> stopwatch() {
  return [start = std::chrono::steady_clock::now()] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  };
}

void choose_defect() {
#ifdef TOUCHSTONE_DEFECTS
  if (const char* chosen = std::getenv("TOUCHSTONE_DEFECT")) activate_defect(chosen);
#endif
}

bool error_stream_is_terminal() noexcept {
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace touchstone::host
