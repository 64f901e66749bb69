#pragma once
// The keys that a gateway has fetched, and their file (docs/formats/gateway-cache.md). With them it
// starts and admits known nodes while no KMS can be reached (004 §3, GC-01, GC-02, GC-06).

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/keyring/model.h"

namespace touchstone::gateway {

/// A larger file is not a cache: 64 MiB hold more than a million nodes.
inline constexpr std::uint64_t max_cache_octets = std::uint64_t{64} << 20;

struct Cache {
  std::string realm;  ///< of the KMS that gave the keys (GC-10)
  std::optional<SecretKey<24>> gateway;
  std::optional<SecretKey<16>> code_download;
  std::map<keyring::NodeId, SecretKey<16>> nodes;
};

/// Reads a cache file of `realm`. Only what print_cache() writes is taken: nobody else writes it,
/// and a cache that is refused costs no more than asking again. Errc::other_realm is told apart
/// from damage. The Error's offset is that of the line; no error holds octets of a key.
Result<Cache> parse_cache(OctetView file, std::string_view realm);

/// parse_cache(print_cache(c), c.realm) == c. The file is written whole, mode 0600.
[[nodiscard]] SecretOctets print_cache(const Cache& cache);

}  // namespace touchstone::gateway
