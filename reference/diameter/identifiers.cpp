#include "reference/diameter/identifiers.h"

namespace touchstone::diameter {

std::string SessionIds::next() {
  const std::uint64_t value = next_++;
  return identity_ + ';' + std::to_string(value >> 32) + ';' + std::to_string(value & 0xFFFFFFFF);
}

std::string_view session_identity(std::string_view session_id) noexcept {
  return session_id.substr(0, session_id.find(';'));
}

}  // namespace touchstone::diameter
