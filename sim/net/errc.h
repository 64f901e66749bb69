#pragma once
// Why there is no world of ns-3.

#include <system_error>

namespace touchstone::sim::net {

enum class Errc {
  running = 1,  ///< 1: one lives in this process already
  topology,     ///< 6: it has no nodes
  scheduler,    ///< 2: ns-3 has none of this name
  capture,      ///< 3: a file of captured packets cannot be written
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::sim::net

template <>
struct std::is_error_code_enum<touchstone::sim::net::Errc> : std::true_type {};
