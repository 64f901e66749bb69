#pragma once
// Where a person types a passphrase, or a test supplies one.

#include <string_view>

#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone {

class PassphraseSource {
 public:
  virtual ~PassphraseSource() = default;

  /// One entry, the octets as typed without the line end (KU-15); each call is a new entry, so two
  /// where a new passphrase is asked twice. Errors end with exit 10: nothing was typed, or nobody
  /// is there to type.
  virtual Result<SecretOctets> ask(std::string_view prompt) = 0;
};

}  // namespace touchstone
