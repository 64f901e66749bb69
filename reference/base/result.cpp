#include "reference/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace touchstone {

void bug(const char* what, const char* file, int line) noexcept {
  std::fprintf(stderr, "touchstone: internal error: %s (%s:%d)\n", what, file, line);
  std::abort();
}

}  // namespace touchstone
