#include "reference/base/secret.h"

#include <cstring>

namespace touchstone {

void wipe(void* memory, std::size_t size) noexcept {
  if (size != 0) ::explicit_bzero(memory, size);
}

bool equal_in_constant_time(OctetView a, OctetView b) noexcept {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

SecretOctets copy_secret(OctetView octets) {
  return {octets.begin(), octets.end()};
}

}  // namespace touchstone
