#pragma once
// The audit of the Local Key Server: a hash chain over its runs (LK-15,
// docs/formats/node-keys-db.md).

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "reference/lks/key_database.h"

namespace touchstone::lks {

/// SHA-256 of six lines, each ended by LF: previous (64 digits), sequence, seconds since 1970,
/// tool, user, text.
[[nodiscard]] Sha256 audit_hash(const AuditEntry& entry);

/// What one run has to say of itself; no line feed in any of it.
struct AuditText {
  std::string_view tool;
  std::string_view user;
  std::string text;
};

/// The entry that follows `last`, with its hash. The first follows 32 zero octets.
[[nodiscard]] AuditEntry next_audit(const std::optional<AuditEntry>& last, Time at,
                                    const AuditText& text);

/// audit_broken with the sequence of the first entry that does not follow from the one before it.
Result<void> check_audit(std::span<const AuditEntry> entries);

}  // namespace touchstone::lks
