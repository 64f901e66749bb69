#pragma once
// How a batch travels from the Local Key Server to a KMS in the simulation: three files in one
// frame over TCP, in chunks of the sender's choice, and one octet back. The document leaves the
// transport open (004 §2: "by a secure channel"); what protects the batch is in its files.
//
//   "TSB1"  u32 name  u32 batch  u32 signature  u32 manifest   lengths, big-endian
//   the four, one after the other                              answer: 'Y' taken, 'N' refused

#include <string>

#include "reference/base/octets.h"

namespace touchstone::sim {

struct DeliveredBatch {
  std::string name;  ///< of the batch file, without a folder
  Octets batch;
  Octets signature;
  Octets manifest;

  friend bool operator==(const DeliveredBatch&, const DeliveredBatch&) = default;
};

inline constexpr std::uint8_t delivery_taken = 'Y';
inline constexpr std::uint8_t delivery_refused = 'N';
inline constexpr std::size_t max_delivery = std::size_t{64} << 20;  ///< octets, all four together

[[nodiscard]] Octets encode_delivery(const DeliveredBatch& batch);

/// Takes the octets of one stream.
class DeliveryReader {
 public:
  enum class State { more, whole, broken };

  /// `broken` for another magic, a name that is no file name, or lengths over the limit.
  State take(OctetView octets);
  /// Once, when whole; the reader begins anew.
  DeliveredBatch batch();

 private:
  static constexpr std::size_t header_size = 20;

  [[nodiscard]] std::size_t length(std::size_t field) const;

  Octets gathered_;
};

}  // namespace touchstone::sim
