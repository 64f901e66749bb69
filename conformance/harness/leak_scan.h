#pragma once
// The secret-leak oracle: which octets must never be seen, and whether a text shows them (KU-21,
// KR-26).
//
// Every secret is searched raw, in hexadecimal of either case and in base64 at each of its three
// alignments, in one pass over the text however many secrets there are.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "conformance/harness/adapter.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

class LeakScan {
 public:
  /// Octets to look for. Fewer than 8 of them, or fewer than four different values, are left out:
  /// they cannot be told from chance.
  void add(OctetView secret);

  /// Adds what the arguments of an operation hold: keys in hexadecimal, passphrases, private keys
  /// and the keys inside a keyring.
  void learn_arguments(const Json& args);

  /// Adds the values `0x...` of 16 or 24 octets that stand in a text such as keyring.csv, at most
  /// 256 of them.
  void learn_text(std::string_view text);

  /// The form in which a secret stands in `text` ("hexadecimal"), or nothing.
  [[nodiscard]] std::optional<std::string_view> find_in(std::string_view text);

  [[nodiscard]] std::uint64_t scanned_octets() const noexcept { return scanned_; }
  [[nodiscard]] std::size_t secrets() const noexcept { return known_.size(); }
  void clear();

 private:
  struct Needle {
    std::string text;
    std::string_view form;
  };
  void add_needle(std::string text, std::string_view form);
  void learn_member(std::string_view name, const std::string& value);
  [[nodiscard]] const Needle* search(std::string_view text) const;

  std::set<Octets> known_;
  std::vector<Needle> needles_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_start_;
  std::vector<bool> filter_ = std::vector<bool>(1U << 16);
  std::uint64_t scanned_ = 0;
};

/// Plants a key in each form inside a text and proves that a scan finds it, and that it finds
/// nothing in the same text without it. False means that no verdict on secrets can be believed.
[[nodiscard]] bool leak_scan_proves_itself();

}  // namespace touchstone::conformance::harness
