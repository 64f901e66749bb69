#pragma once
// Rules over many rows at once.

#include <cstddef>
#include <optional>
#include <span>

#include "reference/keyring/model.h"

namespace touchstone::keyring {

/// Two rows with one root key; `second` is the smallest index at which a key comes again.
struct SameKey {
  std::size_t first = 0;
  std::size_t second = 0;
};

/// Finds a root key that stands in two rows (KR-19), whatever their node ids. At most 2^32 - 1
/// rows. Takes a hash of four octets and two to four bits a row, and no hash table: a million rows
/// cost a few milliseconds.
[[nodiscard]] std::optional<SameKey> find_same_key(std::span<const NodeRow> rows);

}  // namespace touchstone::keyring
