#pragma once
// Why a gateway does not take a cache file or a datagram.

#include <system_error>

namespace touchstone::gateway {

enum class Errc {
  syntax = 1,   ///< 6: a line of the cache that its writer does not make
  truncated,    ///< 6: the end line is missing or counts other rows
  other_realm,  ///< 6: the cache of another network (GC-10)
  not_a_join,   ///< 6: no message of the join protocol
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::gateway

template <>
struct std::is_error_code_enum<touchstone::gateway::Errc> : std::true_type {};
