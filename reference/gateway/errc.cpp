#include "reference/gateway/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::gateway {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::syntax, ExitClass::format, "not a line of a gateway cache"},
    {Errc::truncated, ExitClass::format, "the cache is cut off"},
    {Errc::other_realm, ExitClass::format, "the cache belongs to another realm"},
    {Errc::not_a_join, ExitClass::format, "not a message of the join protocol"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("gateway", rows);
  return table.code(code);
}

}  // namespace touchstone::gateway
