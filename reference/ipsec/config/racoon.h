#pragma once
// racoon.conf: what a file says, and whether racoon (profile daemon, "racoon-0.8") or a careful
// engineer (profile strict) takes it. docs/formats/racoon-conf.md has the grammar and the rules.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/racoon_document.h"
#include "reference/ipsec/config/racoon_model.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

struct RacoonOptions {
  Profile profile = Profile::strict;
  RacoonIncludes includes = {};  ///< without a view neither includes nor certificates are opened
  /// Whether the system knows a user or a group; without it every name is known.
  std::function<bool(std::string_view)> has_user = {};
  std::function<bool(std::string_view)> has_group = {};
};

struct RacoonReading {
  RacoonDocument document;
  RacoonConfig config;  ///< as far as it could be read
  std::vector<FileFinding> findings;
  bool accepted = false;  ///< by the profile that was asked for
};

/// Reads the octets of the file `name` and what it includes; never fails.
[[nodiscard]] RacoonReading read_racoon(std::string name, SecretOctets text,
                                        const RacoonOptions& options);

}  // namespace touchstone::ipsec::config
