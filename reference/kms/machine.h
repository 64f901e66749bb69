#pragma once
// What the roles of the KMS need from the place where they run.

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/base/passphrase_source.h"
#include "reference/base/progress.h"
#include "reference/base/random.h"

namespace touchstone::kms {

/// References only; all must outlive the call that gets them.
struct Machine {
  Files& files;
  const Clock& clock;
  RandomSource& random;
  PassphraseSource& passphrases;
  PassphraseSource& key_passphrases;  ///< asked when a PEM file turns out to be encrypted
  Progress& progress;
  std::uint32_t user_id = 0;  ///< who runs, for the audit
};

}  // namespace touchstone::kms
