#include "reference/keyring/passphrase.h"

#include <algorithm>
#include <charconv>

#include "reference/base/defect.h"
#include "reference/crypto/kdf.h"
#include "reference/crypto/mac.h"
#include "reference/keyring/key_derivation.h"
#include "reference/keyring/lint_codes.h"

namespace touchstone::keyring {
namespace {

constexpr std::string_view salt_label = "ULP-KMS-PWDH-SALT/1";

constexpr std::size_t min_octets = 8;
constexpr std::size_t max_octets = 1024;
constexpr std::size_t advised_octets = 12;
constexpr int advised_classes = 3;

struct CostBounds {
  std::uint32_t least;
  std::uint32_t most;
};
constexpr CostBounds scrypt_bounds = {14, 20};  // GW-12
constexpr CostBounds pbkdf2_bounds = {100'000, 10'000'000};
constexpr std::uint32_t scrypt_block_size = 8;
constexpr std::uint32_t max_parallel = 4;

bool within(std::uint32_t value, CostBounds bounds) {
  return value >= bounds.least && value <= bounds.most;
}

std::string_view label(Purpose purpose) {
  switch (purpose) {
    case Purpose::gateway_key_file:
      return TOUCHSTONE_DEFECT("GW-04.label") ? "ULP-KMS-BATCH-MAC/1" : "ULP-KMS-GWKEY-ENC/1";
    case Purpose::batch_mac:
      return TOUCHSTONE_DEFECT("BK-04.label") ? "ULP-KMS-BATCH-MAC" : "ULP-KMS-BATCH-MAC/1";
    case Purpose::database_wrap:
      return "ULP-LKS-DB-KEK/1";
  }
  return {};
}

bool is_control(std::uint8_t octet) {
  return octet < 0x20 || octet == 0x7F;
}

int count_classes(OctetView passphrase) {
  unsigned seen = 0;
  for (const std::uint8_t octet : passphrase) {
    if (octet >= 'a' && octet <= 'z')
      seen |= 1;
    else if (octet >= 'A' && octet <= 'Z')
      seen |= 2;
    else if (octet >= '0' && octet <= '9')
      seen |= 4;
    else
      seen |= 8;
  }
  return std::popcount(seen);
}

}  // namespace

Result<PassphraseKdf> parse_kdf(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon == std::string_view::npos || (name != "scrypt" && name != "pbkdf2"))
    return fail(Errc::parameters, "expected scrypt:N or pbkdf2:N");
  const std::string_view digits = text.substr(colon + 1);
  PassphraseKdf kdf;
  if (name == "pbkdf2") kdf = {PassphraseKdf::Kind::pbkdf2_hmac_sha256, 0, 0, 0};
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, kdf.cost);
  if (error != std::errc() || stop != end || digits.front() == '0')
    return fail(Errc::parameters, "expected a decimal cost after the colon");
  TOUCHSTONE_TRY_VOID(check_kdf(kdf));
  return kdf;
}

Result<void> check_kdf(const PassphraseKdf& kdf) {
  switch (kdf.kind) {
    case PassphraseKdf::Kind::scrypt:
      if (!within(kdf.cost, scrypt_bounds) &&
          !(TOUCHSTONE_DEFECT("GW-12.scrypt_of_13") && kdf.cost == 13))
        return fail(Errc::parameters, "expected a scrypt cost of 14 to 20");
      if (TOUCHSTONE_DEFECT("GW-12.least_cost_refused") && kdf.cost == scrypt_bounds.least)
        return fail(Errc::parameters, "expected a scrypt cost over 14");
      if (kdf.block_size != scrypt_block_size)
        return fail(Errc::parameters, "expected a scrypt block size of 8");
      if (TOUCHSTONE_DEFECT("GW-12.parallel_5") && kdf.parallel == max_parallel + 1) return {};
      if (kdf.parallel < 1 || kdf.parallel > max_parallel)
        return fail(Errc::parameters, "expected a scrypt parallelism of 1 to 4");
      return {};
    case PassphraseKdf::Kind::pbkdf2_hmac_sha256:
      if (!within(kdf.cost + (TOUCHSTONE_DEFECT("GW-12.pbkdf2_off_by_one") ? 1 : 0), pbkdf2_bounds))
        return fail(Errc::parameters, "expected 100000 to 10000000 iterations of PBKDF2");
      if (kdf.block_size != 0 || kdf.parallel != 0)
        return fail(Errc::parameters, "expected no further parameters for PBKDF2");
      return {};
  }
  return fail(Errc::parameters, "expected KDF 1 or 2");
}

Result<void> check_passphrase(OctetView passphrase, bool strict, Findings& findings) {
  const std::size_t least = TOUCHSTONE_DEFECT("KU-14.seven_octets") ? 7 : min_octets;
  if (passphrase.size() < least || passphrase.size() > max_octets)
    return fail(Errc::passphrase_refused, "expected 8 to 1024 octets");
  if (std::any_of(passphrase.begin(), passphrase.end(), is_control))
    return fail(Errc::passphrase_refused, "expected no control characters");
  const bool is_ascii = std::all_of(passphrase.begin(), passphrase.end(),
                                    [](std::uint8_t octet) { return octet < 0x80; });
  if (!is_ascii && !TOUCHSTONE_DEFECT("KU-15.nonascii_is_silent"))
    findings.push_back(make_finding(Lint::nonascii));
  if (passphrase.size() >= advised_octets && count_classes(passphrase) >= advised_classes)
    return {};
  if (strict && !TOUCHSTONE_DEFECT("KU-14.strict_ignored"))
    return fail(Errc::passphrase_refused,
                "expected 12 octets or more out of three classes of characters");
  findings.push_back(make_finding(Lint::passphrase));
  return {};
}

std::array<std::uint8_t, 16> pwdh_salt(const SecretKey<16>& base) {
  return crypto::cmac(base.view(), as_octets(salt_label));
}

Result<SecretKey<16>> derive_pwdh(OctetView passphrase, const SecretKey<16>& base,
                                  const PassphraseKdf& kdf) {
  return derive_pwdh_with_salt(passphrase, pwdh_salt(base), kdf);
}

Result<SecretKey<16>> derive_pwdh_with_salt(OctetView passphrase,
                                            std::span<const std::uint8_t, 16> salt,
                                            const PassphraseKdf& kdf) {
  TOUCHSTONE_TRY_VOID(check_kdf(kdf));
  if (passphrase.size() > max_octets)
    return fail(Errc::passphrase_refused, "expected at most 1024 octets");
  const std::array<std::uint8_t, 16> no_salt{};
  if (TOUCHSTONE_DEFECT("GW-04.salt_ignored")) salt = no_salt;
  if (TOUCHSTONE_DEFECT("KU-15.cut_at_nonascii"))
    passphrase = passphrase.first(static_cast<std::size_t>(
        std::find_if(passphrase.begin(), passphrase.end(), [](auto c) { return c > 0x7F; }) -
        passphrase.begin()));
  SecretKey<16> pwdh;
  if (kdf.kind == PassphraseKdf::Kind::scrypt) {
    TOUCHSTONE_TRY_VOID(crypto::scrypt(passphrase, salt, {kdf.cost, kdf.block_size, kdf.parallel},
                                       pwdh.writable()));
  } else {
    TOUCHSTONE_TRY_VOID(crypto::pbkdf2_hmac_sha256(passphrase, salt, kdf.cost, pwdh.writable()));
  }
  return pwdh;
}

SecretKey<16> derive_subkey(const SecretKey<16>& pwdh, Purpose purpose) {
  crypto::Cmac mac(pwdh.view());
  return SecretKey<16>(counter_kdf(mac, as_octets(label(purpose)), {}));
}

}  // namespace touchstone::keyring
