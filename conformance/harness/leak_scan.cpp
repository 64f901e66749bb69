#include "conformance/harness/leak_scan.h"

#include <algorithm>
#include <cstring>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::size_t start_octets = 8;  // a needle is found by its first octets
constexpr std::size_t most_learned = 256;

std::uint64_t start_of(const char* text) noexcept {
  std::uint64_t start = 0;
  std::memcpy(&start, text, start_octets);
  return start;
}

std::size_t slot_of(std::uint64_t start) noexcept {
  return static_cast<std::size_t>((start * 0x9E3779B97F4A7C15U) >> 48);
}

bool is_hex(char digit) noexcept {
  return hex_value(digit) != 0xFF;
}

bool is_key_in_hex(std::string_view text) noexcept {
  return (text.size() == 32 || text.size() == 48) && std::ranges::all_of(text, is_hex);
}

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& letter : copy)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return copy;
}

// The digits that depend on the secret alone when it stands `lead` octets into a group of three.
std::string inner_base64(OctetView secret, std::size_t lead) {
  Octets shifted(lead, 0);
  shifted.insert(shifted.end(), secret.begin(), secret.end());
  const std::string whole = to_base64(shifted);
  const std::size_t first = (lead * 8 + 5) / 6;
  const std::size_t last = shifted.size() * 8 / 6;
  return whole.substr(first, last - first);
}

}  // namespace

void LeakScan::add_needle(std::string text, std::string_view form) {
  if (text.size() < start_octets) return;
  const std::uint64_t start = start_of(text.data());
  filter_[slot_of(start)] = true;
  by_start_.emplace(start, needles_.size());
  needles_.push_back({std::move(text), form});
}

void LeakScan::add(OctetView secret) {
  if (secret.size() < 8 || std::set(secret.begin(), secret.end()).size() < 4) return;
  if (!known_.emplace(secret.begin(), secret.end()).second) return;
  add_needle(std::string(as_text(secret)), "raw");
  add_needle(to_hex(secret), "hexadecimal");
  for (std::size_t lead = 0; lead < 3; ++lead)
    add_needle(inner_base64(secret, lead), "base64");
}

void LeakScan::learn_member(std::string_view name, const std::string& value) {
  if (is_key_in_hex(value)) {
    add(*from_hex(value));
  } else if (name.ends_with("_pem") && value.find("PRIVATE") != std::string::npos) {
    // The third line of a PEM is all key material, whatever the algorithm.
    const std::size_t at = value.find('\n', value.find('\n') + 1);
    if (at != std::string::npos && value.size() > at + 49)
      add(as_octets(std::string_view(value).substr(at + 1, 48)));
  } else if (name == "octets_b64" || name == "keyring_b64") {
    if (const auto octets = from_base64(value)) learn_text(as_text(*octets));
  } else if (name == "passphrase_b64") {
    if (const auto octets = from_base64(value)) add(*octets);
  } else if (name == "passphrases" || name == "lines") {
    add(as_octets(value));
  }
}

void LeakScan::learn_arguments(const Json& args) {
  // Depth first without recursion into scalars; an array's elements take the name of the array.
  std::vector<std::pair<std::string, const Json*>> open{{"", &args}};
  while (!open.empty()) {
    const auto [name, value] = open.back();
    open.pop_back();
    if (value->is_string()) learn_member(name, value->get_ref<const std::string&>());
    if (value->is_object())
      for (const auto& member : value->items())
        open.emplace_back(member.key(), &member.value());
    if (value->is_array() && known_.size() < most_learned)
      for (const Json& element : *value)
        if (element.is_string() || element.is_structured()) open.emplace_back(name, &element);
  }
}

void LeakScan::learn_text(std::string_view text) {
  for (std::size_t at = text.find("0x");
       at != std::string_view::npos && known_.size() < most_learned; at = text.find("0x", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && is_hex(text[end]))
      ++end;
    const std::string_view digits = text.substr(at + 2, end - at - 2);
    if (is_key_in_hex(digits)) add(*from_hex(digits));
  }
}

const LeakScan::Needle* LeakScan::search(std::string_view text) const {
  if (text.size() < start_octets) return nullptr;
  for (std::size_t at = 0; at + start_octets <= text.size(); ++at) {
    const std::uint64_t start = start_of(text.data() + at);
    if (!filter_[slot_of(start)]) continue;
    const auto [first, last] = by_start_.equal_range(start);
    for (auto found = first; found != last; ++found)
      if (text.substr(at).starts_with(needles_[found->second].text))
        return &needles_[found->second];
  }
  return nullptr;
}

std::optional<std::string_view> LeakScan::find_in(std::string_view text) {
  scanned_ += text.size();
  if (const Needle* found = search(text)) return found->form;
  if (std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'F'; })) return std::nullopt;
  if (const Needle* found = search(lower(text)); found != nullptr && found->form == "hexadecimal")
    return found->form;
  return std::nullopt;
}

void LeakScan::clear() {
  const std::uint64_t scanned = scanned_;
  *this = LeakScan();
  scanned_ = scanned;
}

bool leak_scan_proves_itself() {
  const Octets key = *from_hex("3f7ad1529be4067c58b19e2304d86fa5");
  const std::string clean = "error: line 7, column 3: KL-HEXLEN: expected 32 digits\n";
  std::vector<std::string> forms{std::string(as_text(key)), to_hex(key),
                                 "3F7AD1529BE4067C58B19E2304D86FA5"};
  for (std::size_t lead = 0; lead < 3; ++lead) {
    Octets around(lead, 0x5A);
    around.insert(around.end(), key.begin(), key.end());
    around.push_back(0xA5);
    forms.push_back(to_base64(around));
  }
  LeakScan scan;
  scan.add(key);
  const bool quiet = !scan.find_in(clean);
  return quiet && scan.scanned_octets() == clean.size() &&
         std::ranges::all_of(forms, [&](const std::string& form) {
           return scan.find_in(clean + form + clean).has_value();
         });
}

}  // namespace touchstone::conformance::harness
