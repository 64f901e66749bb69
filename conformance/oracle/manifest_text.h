#pragma once
// The manifest of a batch (BK-19..BK-21).

#include <optional>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

using Sha256 = std::array<std::uint8_t, 32>;

struct ManifestRow {
  std::uint32_t id = 0;
  std::optional<std::uint32_t> batch;  ///< with `count`, or both absent: a row of the id alone
  std::optional<std::uint32_t> count;

  friend bool operator==(const ManifestRow&, const ManifestRow&) = default;
};

struct Manifest {
  std::string file;
  Sha256 sha256{};
  std::vector<ManifestRow> rows;

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

struct ManifestReading {
  Manifest manifest;
  Findings findings;  ///< KL-MANID, once a file
};

/// Refused with 6 for the text, with 7 for a count that is not that of the rows or an id that
/// stands twice (NM-03, NM-04).
[[nodiscard]] Judged<ManifestReading> read_manifest(OctetView text);

[[nodiscard]] std::string print_manifest(const Manifest& manifest);

/// The manifest that belongs to `rows` (BK-19).
[[nodiscard]] Manifest manifest_of(const Rows& rows, std::string_view file, OctetView encrypted);

[[nodiscard]] Sha256 sha256(OctetView octets);

}  // namespace touchstone::conformance::oracle
