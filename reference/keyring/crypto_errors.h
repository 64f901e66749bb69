#pragma once
// Faults of a key file that crypto found, in the words of keyring. Internal to keyring.

#include "reference/base/result.h"
#include "reference/crypto/errc.h"
#include "reference/keyring/errc.h"

namespace touchstone::keyring {

/// Codes that have no counterpart here (crypto::Errc::internal) are left as they are.
inline Error from_crypto(Error error) {
  struct Row {
    crypto::Errc from;
    Errc to;
  };
  static constexpr Row rows[] = {
      {crypto::Errc::signature_bad, Errc::signature_bad},
      {crypto::Errc::decryption, Errc::decryption},
      {crypto::Errc::malformed, Errc::syntax},
      {crypto::Errc::trailing_data, Errc::trailing_data},
      {crypto::Errc::unknown_content, Errc::unknown_format},
      {crypto::Errc::unsupported, Errc::parameters},
      {crypto::Errc::wrong_recipient, Errc::wrong_recipient},
  };
  for (const Row& row : rows)
    if (error.code == make_error_code(row.from)) error.code = make_error_code(row.to);
  return error;
}

template <class T>
Result<T> from_crypto(Result<T> result) {
  if (!result) return std::unexpected(from_crypto(std::move(result).error()));
  return result;
}

}  // namespace touchstone::keyring
