#include "reference/base/files.h"

#include "reference/base/error_table.h"

namespace touchstone {
namespace {

constexpr ErrorRow<FileErrc> rows[] = {
    {FileErrc::not_found, ExitClass::file, "expected a file that exists"},
    {FileErrc::unreadable, ExitClass::file, "expected a file that can be read"},
    {FileErrc::not_regular, ExitClass::file,
     "expected a regular file, not a link, FIFO, folder or device"},
    {FileErrc::bad_permissions, ExitClass::file,
     "KL-PERM: expected a file of its user alone, without group or other access"},
    {FileErrc::too_large, ExitClass::format, "larger than the limit"},
    {FileErrc::exists, ExitClass::exists, "exists and is never overwritten"},
    {FileErrc::busy, ExitClass::busy, "another run holds the lock"},
    {FileErrc::write_failed, ExitClass::write, "writing failed"},
    {FileErrc::not_synced, ExitClass::write,
     "the new file stands, but may not survive a power cut"},
};

}  // namespace

std::error_code make_error_code(FileErrc code) noexcept {
  static const ErrorTable table("file", rows);
  return table.code(code);
}

}  // namespace touchstone
