#include "reference/host/service_audit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace touchstone::host {
namespace {

Result<Descriptor> open_audit(const std::string& path) {
  Descriptor file = open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0640);
  if (file) {
    static_cast<void>(::fchmod(file.get(), 0640));
    return file;
  }
  file = open_file(path, O_WRONLY | O_APPEND);
  if (!file) return read_fault(path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || S_ISDIR(status.st_mode) || S_ISFIFO(status.st_mode)) {
    errno = EINVAL;
    return system_fault(FileErrc::not_regular, path);
  }
  return file;
}

}  // namespace

Result<ServiceAudit> ServiceAudit::open(std::string path) {
  TOUCHSTONE_TRY(Descriptor file, open_audit(path));
  return ServiceAudit(std::move(path), std::move(file));
}

Result<void> ServiceAudit::append(std::string_view lines) {
  struct stat before{};
  const bool known = ::fstat(file_.get(), &before) == 0;
  const bool ended = !is_torn_ || write_all(file_.get(), as_octets("\n"));
  if (ended && write_all(file_.get(), as_octets(lines))) {
    is_torn_ = false;
    return {};
  }
  const auto fault = system_fault(FileErrc::write_failed, path_);
  const bool can_mend = known && S_ISREG(before.st_mode);
  if (can_mend && ::ftruncate(file_.get(), before.st_size) != 0) is_torn_ = true;
  return fault;
}

Result<void> ServiceAudit::reopen() {
  TOUCHSTONE_TRY(file_, open_audit(path_));
  return {};
}

}  // namespace touchstone::host
