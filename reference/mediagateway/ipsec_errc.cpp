#include "reference/mediagateway/ipsec_errc.h"

#include "reference/base/error_table.h"

namespace touchstone::mediagateway {
namespace {

constexpr ErrorRow<IpsecErrc> ipsec_rows[] = {
    {IpsecErrc::usage, ExitClass::usage, "see -h"},
    {IpsecErrc::no_such_name, ExitClass::file, "there is no configuration of this name"},
    {IpsecErrc::no_address, ExitClass::file, "the address of eth0 is not known"},
    {IpsecErrc::name_exists, ExitClass::exists, "there is a configuration of this name"},
    {IpsecErrc::peer_exists, ExitClass::exists, "there is a configuration for this peer"},
    {IpsecErrc::hand_made, ExitClass::exists, "this file was not made by ipsec"},
    {IpsecErrc::bad_file, ExitClass::format, "its program refuses this file"},
    {IpsecErrc::bad_certificate, ExitClass::format, "expected one certificate or key in PEM"},
    {IpsecErrc::wrong_key, ExitClass::manifest, "expected the private key of the certificate"},
    {IpsecErrc::not_active, ExitClass::conflict, "the state does not allow it"},
};

}  // namespace

std::error_code make_error_code(IpsecErrc code) noexcept {
  static const ErrorTable table("ipsec", ipsec_rows);
  return table.code(code);
}

}  // namespace touchstone::mediagateway
