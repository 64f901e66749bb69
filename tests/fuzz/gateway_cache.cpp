// parse_cache and parse_node_key_file: a cache that is taken prints as the octets that were read,
// and the keys of a node key file come in ascending order.

#include <cstdlib>

#include "reference/gateway/cache.h"
#include "reference/gateway/node_key_file.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const touchstone::OctetView file(data, size);
  if (const auto cache = touchstone::gateway::parse_cache(file, "example")) {
    const touchstone::SecretOctets again = touchstone::gateway::print_cache(*cache);
    require(touchstone::as_text(again) == touchstone::as_text(file));
  }
  if (const auto rows = touchstone::gateway::parse_node_key_file(file, 7)) {
    require(!rows->empty());
    for (std::size_t i = 1; i < rows->size(); ++i)
      require((*rows)[i - 1].node_id < (*rows)[i].node_id);
  }
  return 0;
}
