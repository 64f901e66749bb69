#include "reference/diameter/duplicate_cache.h"

namespace touchstone::diameter {
// The lengths need no place in it: a host holds no blank, and the identifier is the tail.
std::string DuplicateCache::make_key(std::string_view origin_host, std::string_view session_id,
                                     std::uint32_t end_to_end) {
  std::string key;
  key.reserve(origin_host.size() + 1 + session_id.size() + 4);
  for (const char c : origin_host)
    key.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
  key += ' ';
  key += session_id;
  for (int shift = 24; shift >= 0; shift -= 8)
    key.push_back(static_cast<char>(end_to_end >> shift & 0xFF));
  return key;
}

std::optional<OctetView> DuplicateCache::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return OctetView(found->second->answer);
}

void DuplicateCache::drop_oldest() {
  octets_ -= entries_.front().answer.size();
  by_key_.erase(entries_.front().key);
  entries_.pop_front();
}

void DuplicateCache::remember(std::string key, OctetView answer) {
  if (by_key_.contains(key) || answer.size() > limits_.octets || limits_.answers == 0) return;
  while (entries_.size() >= limits_.answers || octets_ + answer.size() > limits_.octets)
    drop_oldest();
  entries_.push_back({std::move(key), copy_secret(answer)});
  octets_ += answer.size();
  by_key_.emplace(entries_.back().key, std::prev(entries_.end()));
}

}  // namespace touchstone::diameter
