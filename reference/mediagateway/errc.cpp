#include "reference/mediagateway/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::mediagateway {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::bad_address, ExitClass::usage, "expected an IP address of one host"},
    {Errc::bad_name, ExitClass::usage, "expected a name that can be written into the file"},
    {Errc::broken_file, ExitClass::format, "the file is not as the command leaves it"},
    {Errc::bad_file, ExitClass::format, "the file cannot be used"},
    {Errc::mismatch, ExitClass::manifest, "the files do not belong together"},
    {Errc::foreign_file, ExitClass::exists, "the file was made by hand"},
    {Errc::no_password, ExitClass::usage, "expected a password for an encrypted key alone"},
    {Errc::no_server, ExitClass::usage, "no NTP server is stored"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("mediagateway", rows);
  return table.code(code);
}

}  // namespace touchstone::mediagateway
