#include "reference/ipsec/config/algorithms.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace touchstone::ipsec::config {
namespace {

constexpr Algorithm rows[] = {
#define TOUCHSTONE_ALGORITHM(spelling, enumerator, c1, hash, method, group, esp, auth, comp) \
  {spelling, #enumerator, {c1, hash, method, group, esp, auth, comp}},
#include "reference/ipsec/config/algorithms.def"
#undef TOUCHSTONE_ALGORITHM
};

struct LengthRow {
  std::string_view name;
  KeyLengths lengths;
};

// The ranges are those of RFC 2451 §2.2 and RFC 3602 §5; the kernel's are those of xfrm_algo.
constexpr LengthRow length_rows[] = {
    {"blowfish", {.least = 40, .most = 448, .kernel_least = 40}},
    {"cast128", {.least = 40, .most = 128, .kernel_least = 40}},
    {"aes", {.least = 128, .most = 256, .step = 64, .kernel_least = 128}},
    {"twofish", {.least = 40, .most = 256, .kernel_least = 128}},
    {"camellia", {.least = 128, .most = 256, .step = 64, .kernel_least = 128}},
};

constexpr std::string_view not_in_kernel[] = {"rc4", "kpdk"};
constexpr std::string_view weak[] = {"des", "des_iv64", "des_iv32", "md5", "hmac_md5", "modp768"};

}  // namespace

std::span<const Algorithm> algorithms() noexcept {
  return rows;
}

const Algorithm* find_algorithm(std::string_view spelling) noexcept {
  const auto* row = std::ranges::find(rows, spelling, &Algorithm::spelling);
  return row == std::end(rows) ? nullptr : row;
}

const Algorithm* find_algorithm(AlgorithmClass place, std::uint16_t number) noexcept {
  const auto* row =
      std::ranges::find(rows, number, [&](const Algorithm& one) { return one.in(place); });
  return number == 0 || row == std::end(rows) ? nullptr : row;
}

std::optional<KeyLengths> key_lengths(const Algorithm& cipher) noexcept {
  const auto* row = std::ranges::find(length_rows, cipher.name, &LengthRow::name);
  if (row == std::end(length_rows)) return std::nullopt;
  return row->lengths;
}

bool allows(const KeyLengths& lengths, std::uint64_t bits) noexcept {
  return bits >= lengths.least && bits <= lengths.most && bits % lengths.step == 0;
}

bool is_in_kernel(const Algorithm& algorithm, AlgorithmClass place) noexcept {
  if (place == AlgorithmClass::phase2_compression) return true;
  return std::ranges::find(not_in_kernel, algorithm.name) == std::end(not_in_kernel);
}

bool is_weak(const Algorithm& algorithm) noexcept {
  return std::ranges::find(weak, algorithm.name) != std::end(weak);
}

}  // namespace touchstone::ipsec::config
