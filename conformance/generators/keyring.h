#pragma once
// Whole valid keyrings. Every function here is called inside a property's draw.

#include "conformance/oracle/model.h"

namespace touchstone::conformance::generators {

/// Up to `most` rows in ascending id, each id and each key once. Ids, batches and counts favour
/// their bounds (0, 0xFFFFFFFF); `batch` is never 0, which only a tolerant reader takes.
[[nodiscard]] oracle::Rows draw_rows(std::size_t most = 30);

/// A canonical keyring, now and then with no rows (KR-21).
[[nodiscard]] oracle::Keyring draw_keyring(std::size_t most_rows = 30);

/// `fewest` rows at least, for cases that need some to work on.
[[nodiscard]] oracle::Keyring draw_keyring_with_rows(std::size_t fewest,
                                                     std::size_t most_rows = 30);

/// A number below `bound`, which is not 0.
[[nodiscard]] std::uint32_t draw_below(std::uint32_t bound);
[[nodiscard]] bool draw_bool();

}  // namespace touchstone::conformance::generators
