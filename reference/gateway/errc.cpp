#include "reference/gateway/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::gateway {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::syntax, ExitClass::format, "not a line of a gateway cache"},
    {Errc::truncated, ExitClass::format, "the cache is cut off"},
    {Errc::other_realm, ExitClass::format, "the cache belongs to another realm"},
    {Errc::not_a_join, ExitClass::format, "not a message of the join protocol"},
    {Errc::not_a_key, ExitClass::format, "not a root key"},
    {Errc::refused, ExitClass::refused,
     "the node is unknown, or its key is not the one that the KMS has"},
    {Errc::later, ExitClass::no_answer, "the gateway can ask no KMS for this node now; try again"},
    {Errc::no_answer, ExitClass::no_answer, "nobody answers there"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("gateway", rows);
  return table.code(code);
}

}  // namespace touchstone::gateway
