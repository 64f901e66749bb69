#pragma once
// The judge is judged too: faults of the oracle itself, switched on at run time in the preset
// `defects` and seen by tests/unit/oracle, which compares the oracle with vectors and with foreign
// tools. They are apart from the defects of the reference: neither registry knows the other.

#include <string_view>

namespace touchstone::conformance::oracle {

/// Switches exactly one fault of the oracle on, or all off with an empty name.
void activate_oracle_defect(std::string_view name);

[[nodiscard]] bool oracle_defect_is_active(std::string_view name) noexcept;

}  // namespace touchstone::conformance::oracle

#ifdef TOUCHSTONE_DEFECTS
#define TOUCHSTONE_ORACLE_DEFECT(name) \
  (::touchstone::conformance::oracle::oracle_defect_is_active(name))
#else
#define TOUCHSTONE_ORACLE_DEFECT(name) false
#endif
