#pragma once
// Files as the readers of configurations see them; the host gives the machine's.

#include <string>
#include <vector>

#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone::ipsec::config {

class FileView {
 public:
  virtual ~FileView() = default;
  /// The whole of a regular file, at most `limit` octets.
  virtual Result<SecretOctets> read(const std::string& path, std::size_t limit) = 0;
  /// The names that a shell pattern stands for, sorted; empty when nothing matches.
  virtual std::vector<std::string> matches(const std::string& pattern) = 0;
};

}  // namespace touchstone::ipsec::config
