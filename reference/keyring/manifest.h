#pragma once
// The manifest of a batch (BK-07, BK-19..BK-21, docs/formats/batch.md).

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/keyring/errc.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

struct ManifestRow {
  NodeId node_id = 0;
  std::optional<std::uint32_t> batch;  ///< both absent in a row of the node id alone (KL-MANID)
  std::optional<std::uint32_t> count;

  friend bool operator==(const ManifestRow&, const ManifestRow&) = default;
};

struct Manifest {
  std::string file;                       ///< the name as told by the LKS; never opened
  std::array<std::uint8_t, 32> sha256{};  ///< of the encrypted batch file
  std::vector<ManifestRow> rows;          ///< in ascending node id

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// A name that a manifest may tell: 1..250 octets, no slash, no control character, not `.` or `..`.
[[nodiscard]] bool is_manifest_file_name(std::string_view name) noexcept;

/// At most `row_limit` rows are kept: a manifest that counts more is manifest_mismatch before
/// memory is taken for them (NM-11). Rows may come in any order. Nothing else of the layout is
/// tolerated. Errors: syntax group for the text, unknown_format for another version,
/// manifest_mismatch for a count line that differs from the rows or a node id that stands twice
/// (BK-21).
Result<Manifest> parse_manifest(OctetView text, std::size_t row_limit, Findings& findings);

/// `manifest.file` has to be a name that a manifest may tell.
std::string print_manifest(const Manifest& manifest);

}  // namespace touchstone::keyring
