#pragma once
// Why the KMS refuses to change a keyring.

#include <system_error>

namespace touchstone::kms {

enum class Errc {
  same_file = 1,          ///< 2: two outputs, or an output and an input, are one file (KU-26)
  several_inputs,         ///< 2: --sig or --manifest with more than one batch
  reason_text,            ///< 2: not one short printable line
  conflict,               ///< 8: other key under the same count (KU-19)
  same_key,               ///< 8, KL-SAMEKEY: the key of another node
  same_reprovision_key,   ///< 8, KL-SAMEREP: a higher count with the same key
  too_many_replacements,  ///< 8: more than --max-replace (T4)
  revoked,                ///< 8: a removed node with a higher count, without --revive (KU-27)
  no_passphrase_match,    ///< 10: the two entries of a new passphrase differ
  audit_broken,           ///< 6: the hash chain of the audit does not hold (KU-28)
  tombstones_broken,      ///< 6: a line of the tombstone file that we did not write
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::kms

template <>
struct std::is_error_code_enum<touchstone::kms::Errc> : std::true_type {};
