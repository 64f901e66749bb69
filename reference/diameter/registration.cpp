#include "reference/diameter/registration.h"

#include "reference/base/reader.h"

namespace touchstone::diameter {
namespace {

constexpr std::uint8_t type_request = 1;
constexpr std::uint8_t type_reply = 3;
constexpr std::uint8_t code_accepted = 0;
constexpr std::uint64_t infinite = 0xFFFF;

/// Stores the low `width` octets of `value` and moves on.
void put(std::uint8_t*& at, std::uint64_t value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i)
    *at++ = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

std::array<std::uint8_t, registration_request_size> encode_registration_request(
    const Registration& registration) noexcept {
  std::array<std::uint8_t, registration_request_size> octets{};
  std::uint8_t* at = octets.data();
  put(at, type_request, 1);
  put(at, 0, 1);
  put(at, infinite, 2);
  put(at, registration.home_address, 4);
  put(at, registration.home_agent, 4);
  put(at, registration.care_of, 4);
  put(at, registration.identification, 8);
  return octets;
}

std::optional<Registration> decode_registration_request(OctetView octets) {
  if (octets.size() < registration_request_size || octets[0] != type_request) return std::nullopt;
  Reader reader(octets.subspan(4, 20));
  return Registration{*reader.u32(), *reader.u32(), *reader.u32(), *reader.u64()};
}

std::array<std::uint8_t, registration_reply_size> encode_registration_reply(
    const Registration& registration) noexcept {
  std::array<std::uint8_t, registration_reply_size> octets{};
  std::uint8_t* at = octets.data();
  put(at, type_reply, 1);
  put(at, code_accepted, 1);
  put(at, infinite, 2);
  put(at, registration.home_address, 4);
  put(at, registration.home_agent, 4);
  put(at, registration.identification, 8);
  return octets;
}

std::optional<Registration> decode_registration_reply(OctetView octets) {
  if (octets.size() < registration_reply_size || octets[0] != type_reply ||
      octets[1] != code_accepted)
    return std::nullopt;
  Reader reader(octets.subspan(4, 16));
  return Registration{*reader.u32(), *reader.u32(), 0, *reader.u64()};
}

}  // namespace touchstone::diameter
