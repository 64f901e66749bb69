#include "reference/crypto/kdf.h"

#include <limits>

#include "reference/crypto/errc.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {
namespace {

const char* as_char(OctetView octets) {
  // OpenSSL reads a null password as "only check the cost".
  return octets.empty() ? "" : reinterpret_cast<const char*>(octets.data());
}

}  // namespace

Result<void> scrypt(OctetView password, OctetView salt, const ScryptCost& cost,
                    std::span<std::uint8_t> out) {
  TOUCHSTONE_CHECK(cost.log2_n >= 1 && cost.log2_n <= 30 && cost.r >= 1 && cost.p >= 1);
  const ErrorQueueDrain drain;
  const std::uint64_t n = std::uint64_t{1} << cost.log2_n;
  // The default cap of OpenSSL is under what 2^17 needs, so it is said every time.
  const std::uint64_t max_memory = 128 * std::uint64_t{cost.r} * (n + cost.p + 2) + 65536;
  if (EVP_PBE_scrypt(as_char(password), password.size(), salt.data(), salt.size(), n, cost.r,
                     cost.p, max_memory, out.data(), out.size()) != 1)
    return fail(Errc::internal, "scrypt failed; it needs 128 MiB at cost 17");
  return {};
}

Result<void> pbkdf2_hmac_sha256(OctetView password, OctetView salt, std::uint32_t iterations,
                                std::span<std::uint8_t> out) {
  constexpr auto int_max = static_cast<std::size_t>(std::numeric_limits<int>::max());
  TOUCHSTONE_CHECK(iterations >= 1 && iterations <= int_max && password.size() <= int_max);
  TOUCHSTONE_CHECK(salt.size() <= int_max && out.size() <= int_max);
  const ErrorQueueDrain drain;
  if (PKCS5_PBKDF2_HMAC(as_char(password), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(out.size()), out.data()) != 1)
    return fail(Errc::internal, "PBKDF2 failed");
  return {};
}

}  // namespace touchstone::crypto
