#include "reference/keyring/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::keyring {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::syntax, ExitClass::format, "syntax error"},
    {Errc::header, ExitClass::format, "the four header lines are not as they must be"},
    {Errc::length, ExitClass::format, "a value has the wrong length"},
    {Errc::range, ExitClass::format, "a number is out of its range"},
    {Errc::charset, ExitClass::format, "an octet that no key file may hold"},
    {Errc::limit, ExitClass::format, "a limit of the format is passed"},
    {Errc::duplicate, ExitClass::format, "a node id stands twice"},
    {Errc::weak_key, ExitClass::format, "a key that must not be used"},
    {Errc::short_hex, ExitClass::format, "a value is one digit short"},
    {Errc::unknown_format, ExitClass::format, "not a file of this format"},
    {Errc::parameters, ExitClass::format, "an algorithm or a cost outside the allowed"},
    {Errc::trailing_data, ExitClass::format, "there are octets after the end of the structure"},
    // One text for every failure of a MAC: it must not tell more than that it failed (BK-16).
    {Errc::signature_missing, ExitClass::signature,
     "the signature does not verify: passphrase differs or file altered"},
    {Errc::signature_bad, ExitClass::signature,
     "the signature does not verify: passphrase differs or file altered"},
    {Errc::wrong_recipient, ExitClass::decryption, "made for another KMS key"},
    {Errc::decryption, ExitClass::decryption, "decryption failed"},
    {Errc::manifest_missing, ExitClass::manifest, "the manifest is missing"},
    {Errc::manifest_mismatch, ExitClass::manifest, "manifest and batch differ"},
    {Errc::passphrase_wrong, ExitClass::passphrase, "wrong passphrase"},
    {Errc::passphrase_refused, ExitClass::passphrase, "the passphrase is refused"},
    {Errc::key_unusable, ExitClass::file, "not a key that can be used here"},
    {Errc::key_too_short, ExitClass::usage, "an RSA key has to have at least 2048 bits"},
    {Errc::findings, ExitClass::findings, "read, but not canonical"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("keyring", rows);
  return table.code(code);
}

}  // namespace touchstone::keyring
