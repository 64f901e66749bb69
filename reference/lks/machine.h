#pragma once
// What the Local Key Server needs from the place where it runs.

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/base/progress.h"
#include "reference/base/random.h"
#include "reference/lks/key_database.h"

namespace touchstone::lks {

/// References only; all must outlive the call that gets them.
struct Machine {
  Files& files;
  KeyDatabases& databases;
  const Clock& clock;
  RandomSource& random;
  Progress& progress;
};

}  // namespace touchstone::lks
