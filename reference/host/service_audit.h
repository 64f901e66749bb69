#pragma once
// Who asked the KMS for which key, and what was answered: a file of its own, written before the
// answers leave (docs/components/kms.md).

#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {

/// What happens to answers while the audit cannot be written.
enum class AuditMode {
  block,  ///< they wait until it can
  deny,   ///< they become refusals
  keep,   ///< they leave, and the log says how many are not in the audit: "continue"
};

class ServiceAudit {
 public:
  /// Appends to `path`, a regular file or a device, never through a symbolic link; a new file has
  /// mode 0640. FileErrc::unreadable, not_found, not_regular.
  static Result<ServiceAudit> open(std::string path);

  /// Writes whole `lines`. When the disk does not take all of them, none is left behind;
  /// FileErrc::write_failed.
  Result<void> append(std::string_view lines);

  /// As LogFile::reopen().
  Result<void> reopen();

 private:
  ServiceAudit(std::string path, Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  Descriptor file_;
  bool is_torn_ = false;  // its last line could not be taken back
};

}  // namespace touchstone::host
