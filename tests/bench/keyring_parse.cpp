// Reading a keyring of a million nodes against the cost of touching its octets.

#include <sys/mman.h>

#include <cctype>
#include <cstring>
#include <memory>

#include "reference/base/result.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/row_scan.h"
#include "tests/bench/bench.h"
#include "tests/bench/made_keyring.h"

namespace {

using namespace std::string_view_literals;
using touchstone::OctetView;
using touchstone::SecretOctets;
namespace bench = touchstone::bench;
namespace keyring = touchstone::keyring;

constexpr std::size_t nodes = 1'000'000;
constexpr int rounds = 15;

/// A file as the commands have it in memory: in large pages. In small ones, what a virtual machine
/// takes for a page that was not touched for a while is more than what is measured.
SecretOctets in_large_pages(const SecretOctets& file) {
  SecretOctets out(file.size());
  constexpr std::size_t page = 4096;
  void* begin = out.data();
  std::size_t size = out.size();
  if (std::align(page, page, begin, size) != nullptr)
    ::madvise(begin, size & ~(page - 1), MADV_HUGEPAGE);
  std::memcpy(out.data(), file.data(), file.size());
  return out;
}

void sum_octets(OctetView file) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 8 <= file.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, file.data() + i, 8);
    sum += word;
  }
  bench::use(sum);
}

void tokenise(OctetView file, std::size_t header) {
  std::size_t at = header;
  std::uint64_t fields = 0;
  while (file.size() - at >= keyring::row_room) {
    const keyring::RowFields row = keyring::split_row(file.data() + at);
    TOUCHSTONE_CHECK(row.length != 0);
    fields += row.count_at ^ row.end;
    at += row.length;
  }
  bench::use(fields);
}

void parse(OctetView file, keyring::Strictness strictness) {
  touchstone::Findings findings;
  const auto result = keyring::parse_keyring(file, {strictness, false}, findings);
  TOUCHSTONE_CHECK(result && result->nodes.size() == nodes);
}

SecretOctets with_crlf(OctetView file) {
  SecretOctets out;
  out.reserve(file.size() + nodes + 8);
  for (const std::uint8_t octet : file) {
    if (octet == '\n') out.push_back('\r');
    out.push_back(octet);
  }
  return out;
}

SecretOctets in_upper_case(OctetView file, std::size_t header) {
  SecretOctets out = touchstone::copy_secret(file);
  for (std::size_t i = header; i < out.size(); ++i)
    if (out[i] != 'x') out[i] = static_cast<std::uint8_t>(std::toupper(out[i]));
  return out;
}

/// One more blank than the layout has, in every line.
SecretOctets with_spaces(OctetView file) {
  SecretOctets out;
  out.reserve(file.size() + nodes + 8);
  for (const std::uint8_t octet : file) {
    if (octet == '\n') out.push_back(' ');
    out.push_back(octet);
  }
  return out;
}

}  // namespace

int main() {
  const keyring::Keyring made = bench::make_keyring(nodes);
  const SecretOctets file = in_large_pages(keyring::print_keyring(made));
  const std::size_t header = keyring::print_network_keys(made.network).size();
  const SecretOctets crlf = in_large_pages(with_crlf(file));
  const SecretOctets upper = in_large_pages(in_upper_case(file, header));
  const SecretOctets spaces = in_large_pages(with_spaces(file));
  using keyring::Strictness;
  std::vector<bench::Subject> subjects = {
      {"sum of octets", [&] { sum_octets(file); }},
      {"tokenise", [&] { tokenise(file, header); }},
      {"strict parse", [&] { parse(file, Strictness::strict); }},
      {"tolerant parse, CRLF", [&] { parse(crlf, Strictness::tolerant); }},
      {"tolerant parse, upper case", [&] { parse(upper, Strictness::tolerant); }},
      {"tolerant parse, blanks", [&] { parse(spaces, Strictness::tolerant); }},
      {"print", [&] { bench::use(keyring::print_keyring(made)); }},
      {"copy to fresh memory", [&] { bench::use(touchstone::copy_secret(file)); }},
  };
  bench::measure(subjects, rounds);
  std::printf("%zu nodes, %zu octets\n", nodes, file.size());
  bool good = bench::is_reasonable(subjects[0], file.size());
  good = bench::report(subjects[1], subjects[0], 4) && good;
  good = bench::report(subjects[2], subjects[0], 7) && good;
  for (std::size_t i = 3; i < 6; ++i)
    good = bench::report(subjects[i], subjects[2], 2.5) && good;
  good = bench::report(subjects[6], subjects[7], 4) && good;  // both take the pages of a file
  return good ? 0 : 1;
}
