#pragma once
// Requests that come again get the same answer again, and change nothing (RFC 6733 §3, §5.5.4).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/octets.h"
#include "reference/base/secret.h"

namespace touchstone::diameter {

/// The last answers by the key of their request. Bounded by number and by octets: the oldest goes
/// first. Answers carry keys, so their octets are wiped when they go.
class DuplicateCache {
 public:
  struct Limits {
    std::size_t answers = 65536;  ///< six seconds at 10,000 a second
    std::size_t octets = 32 * 1024 * 1024;
  };

  explicit DuplicateCache(Limits limits) : limits_(limits) {}
  DuplicateCache() : DuplicateCache(Limits{}) {}

  /// What a request is known by: two keys are equal when all three are, the host without regard to
  /// case.
  [[nodiscard]] static std::string make_key(std::string_view origin_host,
                                            std::string_view session_id, std::uint32_t end_to_end);

  /// The answer that was given, until the next remember().
  [[nodiscard]] std::optional<OctetView> find(std::string_view key) const;

  /// Keeps `answer`; one that is kept already stays the first.
  void remember(std::string key, OctetView answer);

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::string key;
    SecretOctets answer;
  };

  [[nodiscard]] std::size_t slot_at(std::size_t age) const noexcept {
    return (first_ + age) % ring_.size();
  }
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view key,
                                                    std::uint64_t hash) const noexcept;
  void drop_oldest();
  void grow();
  void enter(std::size_t slot) noexcept;
  void leave(std::size_t slot) noexcept;

  Limits limits_;
  std::size_t octets_ = 0;
  // A ring whose entries keep their memory: once it is full, an answer costs no allocation.
  std::vector<Entry> ring_;
  std::size_t first_ = 0;  // the oldest
  std::size_t count_ = 0;
  // Open addressing, a power of two of places at most half full: the upper half of the hash, then
  // the slot from 1; 0 is free.
  std::vector<std::uint64_t> index_;
};

}  // namespace touchstone::diameter
