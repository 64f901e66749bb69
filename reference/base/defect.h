#pragma once
// Seeded defects. `if (length != 16 && !TOUCHSTONE_DEFECT("KR-02.length"))` is a correct check in a
// release build, which holds no trace of the name, and one that can be switched off at run time in
// the preset `defects`. conformance/defects/*.toml says what each does; tests/tidy compares the
// two.

#include <string_view>

namespace touchstone {

/// Switches exactly one defect on, or all off with an empty name. Only the preset `defects` has an
/// effect. The name is that of a TOUCHSTONE_DEFECT site; a name without a site changes nothing.
void activate_defect(std::string_view name);

/// The active defect; empty when none is.
[[nodiscard]] std::string_view active_defect() noexcept;

}  // namespace touchstone

#ifdef TOUCHSTONE_DEFECTS
#define TOUCHSTONE_DEFECT(name) (::touchstone::active_defect() == (name))
#else
#define TOUCHSTONE_DEFECT(name) false
#endif
