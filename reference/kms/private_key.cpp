#include "reference/kms/private_key.h"

#include "reference/base/defect.h"

namespace touchstone::kms {
namespace {

constexpr std::uint64_t max_pem_octets = 64 << 10;

}  // namespace

Result<crypto::RsaPrivateKey> read_private_key(Files& files, const std::string& path,
                                               PassphraseSource& passphrases) {
  const Access access = TOUCHSTONE_DEFECT("KU-23.mode_unchecked") ? Access::any : Access::secret;
  TOUCHSTONE_TRY(const SecretOctets pem, files.read(path, max_pem_octets, access));
  const auto ask = [&]() -> std::optional<SecretOctets> {
    Result<SecretOctets> typed = passphrases.ask("Passphrase of " + path);
    if (!typed) return std::nullopt;
    return std::move(*typed);
  };
  return located(path, crypto::RsaPrivateKey::from_pem(pem, ask));
}

}  // namespace touchstone::kms
