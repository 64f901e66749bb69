#pragma once
// Why there is no world in real time.

#include <system_error>

namespace touchstone::sim::emu {

enum class Errc {
  namespaces = 1,  ///< 3: this machine gives no network of one's own
  tap,             ///< 3: it has no TAP interfaces
  setup,           ///< 3: the network of a process cannot be set up
  not_external,    ///< 2: a process for a node that is none of Role::external, or none for one
  ended,           ///< 15: a process ended before it was ready
  not_ready,       ///< 15: its port does not listen
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::sim::emu

template <>
struct std::is_error_code_enum<touchstone::sim::emu::Errc> : std::true_type {};
