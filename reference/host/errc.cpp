#include "reference/host/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::host {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::endpoint, ExitClass::usage, "expected ADDRESS:PORT"},
    {Errc::in_use, ExitClass::busy, "the address is in use"},
    {Errc::network, ExitClass::file, "the system refuses the address"},
    {Errc::control, ExitClass::file, "no answer at the control socket"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("host", rows);
  return table.code(code);
}

}  // namespace touchstone::host
