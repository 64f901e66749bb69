// The text of a KDF and its cost, and the rules of a passphrase.

#include <cstdlib>
#include <string>

#include "reference/keyring/passphrase.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace keyring = touchstone::keyring;
  const touchstone::OctetView octets(data, size);
  if (const auto kdf = keyring::parse_kdf(touchstone::as_text(octets))) {
    const bool scrypt = kdf->kind == keyring::PassphraseKdf::Kind::scrypt;
    const std::string printed = (scrypt ? "scrypt:" : "pbkdf2:") + std::to_string(kdf->cost);
    if (printed != touchstone::as_text(octets) || !keyring::check_kdf(*kdf)) std::abort();
  }
  touchstone::Findings findings;
  if (keyring::check_passphrase(octets, true, findings) && size < 12) std::abort();
  return 0;
}
