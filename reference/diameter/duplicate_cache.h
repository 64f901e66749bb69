#pragma once
// Requests that come again get the same answer again, and change nothing (RFC 6733 §3, §5.5.4).

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

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

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    SecretOctets answer;
  };

  void drop_oldest();

  Limits limits_;
  std::size_t octets_ = 0;
  std::list<Entry> entries_;  // the oldest at the front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace touchstone::diameter
