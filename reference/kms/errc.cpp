#include "reference/kms/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::kms {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::same_file, ExitClass::usage, "expected files that differ"},
    {Errc::several_inputs, ExitClass::usage, "expected one -i with --sig or --manifest"},
    {Errc::reason_text, ExitClass::usage, "expected one printable line of at most 200 octets"},
    {Errc::conflict, ExitClass::conflict, "another key under the same count"},
    {Errc::same_key, ExitClass::conflict, "KL-SAMEKEY: the key of another node"},
    {Errc::same_reprovision_key, ExitClass::conflict,
     "KL-SAMEREP: a higher count must bring another key"},
    {Errc::too_many_replacements, ExitClass::conflict,
     "more replacements than --max-replace allows"},
    {Errc::revoked, ExitClass::conflict, "a removed node comes back only with --revive"},
    {Errc::no_passphrase_match, ExitClass::passphrase, "expected the same passphrase twice"},
    {Errc::audit_broken, ExitClass::format, "the audit was changed: its hash chain does not hold"},
    {Errc::tombstones_broken, ExitClass::format,
     "expected a tombstone line 0xID,count,time,reason"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("kms", rows);
  return table.code(code);
}

}  // namespace touchstone::kms
