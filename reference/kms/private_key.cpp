#include "reference/kms/private_key.h"

namespace touchstone::kms {
namespace {

constexpr std::uint64_t max_pem_octets = 64 << 10;

}  // namespace

Result<crypto::RsaPrivateKey> read_private_key(Files& files, const std::string& path,
                                               PassphraseSource& passphrases) {
  TOUCHSTONE_TRY(const SecretOctets pem, files.read(path, max_pem_octets, Access::secret));
  const auto ask = [&]() -> std::optional<SecretOctets> {
    Result<SecretOctets> typed = passphrases.ask("Passphrase of " + path);
    if (!typed) return std::nullopt;
    return std::move(*typed);
  };
  return located(path, crypto::RsaPrivateKey::from_pem(pem, ask));
}

}  // namespace touchstone::kms
