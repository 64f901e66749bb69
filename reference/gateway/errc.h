#pragma once
// Why a gateway does not take a cache file or a datagram, and a node does not get in.

#include <system_error>

namespace touchstone::gateway {

enum class Errc {
  syntax = 1,   ///< 6: a line of the cache that its writer does not make
  truncated,    ///< 6: the end line is missing or counts other rows
  other_realm,  ///< 6: the cache of another network (GC-10)
  not_a_join,   ///< 6: no message of the join protocol
  not_a_key,    ///< 6: no root key of a node
  refused,      ///< 14: the gateway does not admit the node
  later,        ///< 15: the gateway cannot ask a KMS now
  no_answer,    ///< 15: nobody answers the node
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::gateway

template <>
struct std::is_error_code_enum<touchstone::gateway::Errc> : std::true_type {};
