#include "reference/diameter/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::diameter {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::header_truncated, ExitClass::format, "expected a header of 20 octets"},
    {Errc::avp_truncated, ExitClass::format, "an AVP header is cut off"},
    {Errc::avp_length, ExitClass::format, "the AVP Length does not fit"},
    {Errc::message_length, ExitClass::format, "the Message Length is impossible"},
    {Errc::version, ExitClass::format, "expected version 1"},
    {Errc::answer, ExitClass::format, "the answer does not fit its request"},
    {Errc::configuration, ExitClass::format, "the configuration is not usable"},
    {Errc::configuration_strict, ExitClass::findings, "the configuration has findings"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("diameter", rows);
  return table.code(code);
}

}  // namespace touchstone::diameter
