#pragma once
// Where the parts of a network on one computer find each other unless they are told otherwise: the
// gateway has the address of the shipped diameter_client.conf (DC-14).

#include <string_view>

namespace touchstone::gateway {

inline constexpr std::string_view default_join_port = "127.0.0.2:4004";
inline constexpr std::string_view default_access_point = "127.0.0.3:4004";

}  // namespace touchstone::gateway
