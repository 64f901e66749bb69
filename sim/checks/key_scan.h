#pragma once
// Looks for keys in what travels, as octets and as hexadecimal digits.

#include <map>
#include <unordered_map>
#include <vector>

#include "reference/base/secret.h"
#include "sim/world/world.h"

namespace touchstone::sim {

class KeyScan {
 public:
  /// Keys of at least eight octets.
  explicit KeyScan(const std::vector<SecretOctets>& keys);

  /// Whether a key begins or ends in this packet; of a stream also one that began in an earlier
  /// packet of the same link.
  [[nodiscard]] bool finds(const Captured& captured);
  [[nodiscard]] std::uint64_t scanned() const noexcept { return scanned_; }

 private:
  struct Flow {
    LinkIndex link;
    Endpoint from;
    Endpoint to;
    friend auto operator<=>(const Flow&, const Flow&) = default;
  };

  void add(SecretOctets form);
  [[nodiscard]] bool has_key(OctetView octets) const;

  std::vector<SecretOctets> forms_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_head_;
  std::vector<bool> filter_;
  std::map<Flow, Octets> ends_;
  std::size_t longest_ = 0;
  std::uint64_t scanned_ = 0;
};

}  // namespace touchstone::sim
