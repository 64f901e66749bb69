#include "sim/study/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::sim::study {
namespace {

constexpr ErrorRow<Errc> error_rows[] = {
    {Errc::syntax, ExitClass::format, "the text cannot be read"},
    {Errc::unknown_key, ExitClass::format, "there is no such key"},
    {Errc::missing, ExitClass::format, "something is missing"},
    {Errc::value, ExitClass::format, "the value is not allowed here"},
    {Errc::place, ExitClass::format, "the scenario has no such place"},
    {Errc::report, ExitClass::format, "this is not the report of a run"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("study", error_rows);
  return table.code(code);
}

}  // namespace touchstone::sim::study
