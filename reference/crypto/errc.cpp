#include "reference/crypto/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::crypto {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::not_a_key, ExitClass::file, "not an RSA key in PEM of the kind that is needed"},
    {Errc::passphrase_needed, ExitClass::passphrase,
     "the key is encrypted and its passphrase is missing or wrong"},
    {Errc::key_too_short, ExitClass::usage, "an RSA key has to have at least 2048 bits"},
    {Errc::signature_bad, ExitClass::signature, "the signature does not verify"},
    {Errc::decryption, ExitClass::decryption, "decryption failed"},
    {Errc::malformed, ExitClass::format, "the structure is malformed"},
    {Errc::trailing_data, ExitClass::format, "there are octets after the end of the structure"},
    {Errc::unknown_content, ExitClass::format, "not CMS EnvelopedData"},
    {Errc::unsupported, ExitClass::format, "an algorithm or a recipient outside the profile"},
    {Errc::wrong_recipient, ExitClass::decryption, "made for another key"},
    {Errc::internal, ExitClass::internal, "the cryptographic library failed"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("crypto", rows);
  return table.code(code);
}

}  // namespace touchstone::crypto
