#pragma once
// Covering arrays of strength two: a few rows in which every pair of levels of two factors stands
// together, unless a constraint forbids it.

#include <functional>
#include <vector>

namespace touchstone::conformance::generators {

/// A level a factor, from 0; `open` where none is chosen yet.
using CoveringRow = std::vector<int>;
inline constexpr int open_level = -1;

/// False when the levels that are chosen cannot stand together, whatever the open ones become.
using RowConstraint = std::function<bool(const CoveringRow&)>;

/// Rows by a greedy choice, the same ones every time. `levels` says how many each factor has.
[[nodiscard]] std::vector<CoveringRow> covering_array(const std::vector<int>& levels,
                                                      const RowConstraint& allowed);

/// `row` with its open levels filled in, the lower ones first; false when nothing fits.
[[nodiscard]] bool complete_row(CoveringRow& row, const std::vector<int>& levels,
                                const RowConstraint& allowed);

}  // namespace touchstone::conformance::generators
