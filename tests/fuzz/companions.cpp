// The companions of a keyring: tombstones and audit trail.

#include <cstdlib>

#include "reference/kms/audit.h"
#include "reference/kms/tombstones.h"

namespace {

namespace kms = touchstone::kms;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const touchstone::OctetView octets(data, size);
  if (const auto file = kms::parse_tombstones(octets)) {
    for (std::size_t i = 1; i < file->stones.size(); ++i)
      require(file->stones[i - 1].node_id < file->stones[i].node_id);
  }
  if (const auto lines = kms::check_audit(octets)) require(size == 0 || *lines > 0);
  return 0;
}
