#pragma once
// The root keys that an emulated node joins with: what `provision --emit` hands out (LK-03), or one
// key alone.

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/keyring/model.h"

namespace touchstone::gateway {

/// A file is at most this long: a million rows and more.
inline constexpr std::uint64_t max_node_key_file_octets = std::uint64_t{64} << 20;

/// Either rows as in keyring.csv, after the lines of the network keys if they are there, or one
/// line of 32 hexadecimal digits, with or without 0x, which is the key of `node_id`. Rows come in
/// ascending node id. Errc::not_a_key or an error of keyring's rows; none holds octets of a key.
Result<keyring::NodeRows> parse_node_key_file(OctetView file, keyring::NodeId node_id);

}  // namespace touchstone::gateway
