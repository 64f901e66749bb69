// Keys in PEM: any text is a key or an error, and a key that was read prints and reads back.

#include <cstdlib>

#include "reference/crypto/rsa.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace crypto = touchstone::crypto;
  const touchstone::OctetView pem(data, size);
  if (const auto key = crypto::RsaPublicKey::from_pem(pem)) {
    const std::string printed = key->to_pem();
    const auto again = crypto::RsaPublicKey::from_pem(touchstone::as_octets(printed));
    if (!again || again->spki_sha256() != key->spki_sha256()) std::abort();
  }
  if (const auto key = crypto::RsaPrivateKey::from_pem(pem)) {
    const auto again = crypto::RsaPrivateKey::from_pem(key->to_pem());
    if (!again) std::abort();
  }
  return 0;
}
