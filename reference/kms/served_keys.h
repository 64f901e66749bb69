#pragma once
// Which network keys a KMS has served, across restarts (docs/formats/served-keys.md). A gateway has
// its keys in a cache: the new ones have to reach it even where the KMS was started again between
// the change and the moment at which the gateway is there to hear of it.

#include <string>

#include "reference/base/files.h"
#include "reference/kms/key_snapshot.h"

namespace touchstone::kms {

/// Network keys that are others than those which this KMS served first.
struct ReplacedKeys {
  bool gateway = false;
  bool code_download = false;

  friend bool operator==(const ReplacedKeys&, const ReplacedKeys&) = default;
};

/// `keyring.csv.served` beside `keyring.csv`.
[[nodiscard]] std::string served_keys_name(const std::string& keyring);

/// Compares `keys` with what the file at `path` says of earlier ones, and notes them there when
/// they are others. Without a file nothing has been replaced; with one that is damaged everything
/// has: whoever hears of keys that it has already loses nothing. Errors of FileErrc: nothing is
/// noted.
Result<ReplacedKeys> note_served_keys(Files& files, const std::string& path,
                                      const KeySnapshot& keys);

}  // namespace touchstone::kms
