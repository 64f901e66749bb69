#include "sim/checks/key_scan.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

constexpr std::size_t head = 8;
constexpr std::size_t filter_bits = 1 << 20;

std::size_t slot(std::uint64_t word) {
  return (word * 0x9E3779B97F4A7C15) >> 44;
}

std::uint64_t word_of(OctetView octets) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < head; ++i)
    word = word << 8 | octets[i];
  return word;
}

}  // namespace

KeyScan::KeyScan(const std::vector<SecretOctets>& keys) : filter_(filter_bits) {
  for (const SecretOctets& key : keys) {
    const std::string digits = to_hex(key);
    add(copy_secret(key));
    add(copy_secret(as_octets(digits)));
  }
}

void KeyScan::add(SecretOctets form) {
  const std::uint64_t word = word_of(form);
  by_head_.emplace(word, forms_.size());
  filter_[slot(word)] = true;
  longest_ = std::max(longest_, form.size());
  forms_.push_back(std::move(form));
}

bool KeyScan::has_key(OctetView octets) const {
  if (octets.size() < head) return false;
  std::uint64_t word = word_of(octets) >> 8;
  for (std::size_t i = 0; i + head <= octets.size(); ++i) {
    word = word << 8 | octets[i + head - 1];
    if (!filter_[slot(word)]) continue;
    const auto [first, last] = by_head_.equal_range(word);
    for (auto one = first; one != last; ++one) {
      const SecretOctets& form = forms_[one->second];
      if (octets.size() - i >= form.size() && std::equal(form.begin(), form.end(), &octets[i]))
        return true;
    }
  }
  return false;
}

bool KeyScan::finds(const Captured& captured) {
  scanned_ += captured.payload.size();
  if (!captured.is_stream) return has_key(captured.payload);
  Octets& kept = ends_[{captured.link, captured.from, captured.to}];
  kept.insert(kept.end(), captured.payload.begin(), captured.payload.end());
  const bool is_found = has_key(kept);
  const std::size_t rest = std::min(kept.size(), longest_ - 1);
  kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(rest));
  return is_found;
}

}  // namespace touchstone::sim
