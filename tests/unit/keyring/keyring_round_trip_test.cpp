// KR-16 over generated keyrings: what is printed is read back, and what a tolerant reader took is
// printed in the canonical layout.

#include <gtest/gtest.h>

#include <random>

#include "reference/keyring/keyring_file.h"
#include "reference/keyring/network_keys.h"
#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

constexpr ReadOptions strict{Strictness::strict, false};
constexpr ReadOptions tolerant{Strictness::tolerant, false};

class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint32_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(engine_());
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

 private:
  std::mt19937 engine_;
};

std::uint32_t number(SeededRandom& random) {
  constexpr std::uint32_t edges[] = {1, 9, 10, 99, 100, 4294967295, 1000000000, 999999999};
  return random.below(2) == 0 ? edges[random.below(8)] : random.below(1000) + 1;
}

Keyring make_keyring(SeededRandom& random) {
  Keyring keyring{make_network_keys(random), {}};
  random.fill(keyring.network.pwdh.writable());
  NodeId id = random.below(3);
  const std::uint32_t rows = random.below(60);
  for (std::uint32_t i = 0; i < rows; ++i) {
    NodeRow row{id, number(random), number(random) - 1, {}};
    random.fill(row.root_key);
    keyring.nodes.push_back(row);
    id += 1 + random.below(1 << 26);
  }
  return keyring;
}

bool same(const Keyring& a, const Keyring& b) {
  return same_network(a.network, b.network) && same_rows(a.nodes, b.nodes);
}

/// The same values in a layout that only a tolerant reader takes.
std::string roughen(std::string_view text, SeededRandom& random) {
  std::string out;
  for (const char octet : text) {
    const std::uint32_t dice = random.below(40);
    if (octet == ',' && dice < 4) out += dice < 2 ? " " : "\t";
    if (octet == '\n' && dice < 8) out += '\r';
    const bool digit_after_0x = octet >= 'a' && octet <= 'f' && !out.empty() &&
                                out.find("0x", out.rfind('\n') + 1) != std::string::npos;
    out += digit_after_0x && dice < 10 ? static_cast<char>(octet - 32) : octet;
    if (octet == ',' && dice > 35) out += ' ';
    if (octet == '\n' && dice > 36) out += "\n";
  }
  if (random.below(2) == 0) out.erase(out.find_last_not_of("\r\n") + 1);
  if (random.below(2) == 0) out.insert(0, "\xEF\xBB\xBF");
  return out;
}

TEST(KeyringRoundTrip, ReadsWhatItPrints) {
  SeededRandom random(20110516);
  for (int i = 0; i < 200; ++i) {
    const Keyring keyring = make_keyring(random);
    const SecretOctets printed = print_keyring(keyring);
    Findings findings;
    const auto parsed = parse_keyring(printed, strict, findings);
    ASSERT_TRUE(parsed) << i;
    ASSERT_TRUE(same(*parsed, keyring));
  }
}

TEST(KeyringRoundTrip, PrintsWhatATolerantReaderTookInTheCanonicalLayout) {
  SeededRandom random(7);
  for (int i = 0; i < 200; ++i) {
    const Keyring keyring = make_keyring(random);
    const SecretOctets printed = print_keyring(keyring);
    const std::string rough = roughen(as_text(printed), random);
    Findings findings;
    const auto parsed = parse_keyring(as_octets(rough), tolerant, findings);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    ASSERT_TRUE(same(*parsed, keyring));
    findings.clear();
    ASSERT_TRUE(parse_keyring(print_keyring(*parsed), strict, findings));
  }
}

TEST(KeyringRoundTrip, SortsAnyOrder) {
  SeededRandom random(11);
  for (int i = 0; i < 50; ++i) {
    const Keyring keyring = make_keyring(random);
    const SecretOctets header = print_network_keys(keyring.network);
    std::vector<std::string> lines;
    for (const NodeRow& one : keyring.nodes)
      lines.emplace_back(as_text(print_rows(std::span(&one, 1))));
    std::string text(as_text(header));
    while (!lines.empty()) {
      const std::size_t pick = random.below(static_cast<std::uint32_t>(lines.size()));
      text += lines[pick];
      if (random.below(8) == 0) text += lines[pick];
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    Findings findings;
    const auto parsed = parse_keyring(as_octets(text), tolerant, findings);
    ASSERT_TRUE(parsed);
    ASSERT_TRUE(same(*parsed, keyring));
  }
}

}  // namespace
}  // namespace touchstone::keyring
