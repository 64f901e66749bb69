#include "reference/lks/audit.h"

#include <fmt/format.h>

#include "reference/crypto/digest.h"

namespace touchstone::lks {

Sha256 audit_hash(const AuditEntry& entry) {
  const std::string lines =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", to_hex(entry.previous), entry.sequence,
                  entry.at.time_since_epoch().count(), entry.tool, entry.user, entry.text);
  return crypto::sha256(as_octets(lines));
}

AuditEntry next_audit(const std::optional<AuditEntry>& last, Time at, const AuditText& text) {
  AuditEntry entry;
  entry.sequence = last ? last->sequence + 1 : 1;
  if (last) entry.previous = last->hash;
  entry.at = at;
  entry.tool = text.tool;
  entry.user = text.user;
  entry.text = text.text;
  entry.hash = audit_hash(entry);
  return entry;
}

Result<void> check_audit(std::span<const AuditEntry> entries) {
  Sha256 previous{};
  std::uint64_t sequence = 0;
  for (const AuditEntry& entry : entries) {
    ++sequence;
    const bool follows = entry.sequence == sequence && entry.previous == previous;
    if (!follows || entry.hash != audit_hash(entry))
      return fail(Errc::audit_broken, fmt::format("audit entry {} does not follow from the one "
                                                  "before it",
                                                  sequence));
    previous = entry.hash;
  }
  return {};
}

}  // namespace touchstone::lks
