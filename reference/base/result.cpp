#include "reference/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace touchstone {

void bug(const char* what, const char* file, int line) noexcept {
  // There is nowhere left to tell that this cannot be told.
  static_cast<void>(
      std::fprintf(stderr, "touchstone: internal error: %s (%s:%d)\n", what, file, line));
  std::abort();
}

}  // namespace touchstone
