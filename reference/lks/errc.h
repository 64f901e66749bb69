#pragma once
// Why the Local Key Server refuses. One enumerator, one reason; the comment gives the exit code.

#include <system_error>

namespace touchstone::lks {

enum class Errc {
  node_known = 1,     ///< 8: provisioned before, and neither switch was given (LK-11)
  other_network,      ///< 8: the database holds another network's keys (LK-13)
  count_exhausted,    ///< 8: the reprovisioned count of a node is at 2^32 - 1
  batches_exhausted,  ///< 8: the open batch would be number 2^32
  node_range,         ///< 2: an id beyond 2^32 - 1, or no id at all
  choice,             ///< 2: switches that exclude each other
  not_a_database,     ///< 6: not SQLite, or damaged
  foreign_database,   ///< 6: an SQLite database, but not of this kind or version
  malformed_row,      ///< 6: a column of the wrong size or range (NI-17)
  audit_broken,       ///< 6: the hash chain of the audit does not hold
  database_busy,      ///< 11: another process writes
  database_write,     ///< 12: disk full or an input/output error; nothing was changed
  internal,           ///< 1: the database refused what it must be able to do
};

[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::lks

template <>
struct std::is_error_code_enum<touchstone::lks::Errc> : std::true_type {};
