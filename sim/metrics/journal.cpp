#include "sim/metrics/journal.h"

#include <array>

namespace touchstone::sim {

const char* print_kind(Happening::Kind kind) noexcept {
  constexpr std::array<const char*, static_cast<std::size_t>(Happening::Kind::count_)> names{
      "start",   "crash",     "begin",  "join",  "admit",  "ask",     "answer", "reply",
      "peer_up", "peer_down", "keys",   "serve", "refuse", "rotate",  "import", "deliver",
      "disk",    "attack",    "breach", "fault", "heal",   "recover", "load",   "check"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace touchstone::sim
