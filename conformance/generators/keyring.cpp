#include "conformance/generators/keyring.h"

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "conformance/generators/secrets.h"

namespace touchstone::conformance::generators {

namespace {

/// What a row is made from: numbers that shrink by themselves.
struct RowSeed {
  std::uint32_t id = 0;
  std::uint32_t key = 0;
  std::uint32_t leading_zeros = 0;
  std::uint32_t batch = 1;
  std::uint32_t count = 0;
};

void showValue(const RowSeed& seed, std::ostream& out) {
  out << "row " << seed.id << " key#" << seed.key << " batch " << seed.batch << " count "
      << seed.count;
}

rc::Gen<std::uint32_t> numbers(std::uint32_t least) {
  using N = std::uint32_t;
  return rc::gen::oneOf(
      rc::gen::inRange<N>(least, 12), rc::gen::inRange<N>(least, 100000),
      rc::gen::map(rc::gen::arbitrary<N>(), [least](N n) { return std::max(n, least); }),
      rc::gen::element<N>(9, 10, 99, 100, 999999999, 1000000000, 2147483647, 2147483648, 4294967294,
                          4294967295));
}

rc::Gen<std::uint32_t> ids() {
  using N = std::uint32_t;
  return rc::gen::oneOf(rc::gen::inRange<N>(0, 40), rc::gen::arbitrary<N>(),
                        rc::gen::inRange<N>(0x10200, 0x10240),
                        rc::gen::element<N>(0, 1, 0xFF, 0x100, 0x7FFFFFFF, 0x80000000, 0xABCDEF01,
                                            0xFFFFFFFE, 0xFFFFFFFF));
}

rc::Gen<RowSeed> seeds() {
  using N = std::uint32_t;
  return rc::gen::build<RowSeed>(
      rc::gen::set(&RowSeed::id, ids()), rc::gen::set(&RowSeed::key, rc::gen::arbitrary<N>()),
      rc::gen::set(
          &RowSeed::leading_zeros,
          rc::gen::weightedOneOf<N>({{4, rc::gen::just<N>(0)}, {1, rc::gen::inRange<N>(0, 13)}})),
      rc::gen::set(&RowSeed::batch, numbers(1)), rc::gen::set(&RowSeed::count, numbers(0)));
}

oracle::Rows rows_of(const std::vector<RowSeed>& drawn, std::size_t most) {
  oracle::Rows rows;
  std::set<std::uint32_t> taken;
  std::set<oracle::Key16> keys;
  for (const RowSeed& seed : drawn) {
    oracle::Row row{seed.id, key_of_seed(seed.key), seed.batch, seed.count};
    std::fill_n(row.key.begin(), seed.leading_zeros, std::uint8_t{0});
    if (rows.size() < most && !taken.contains(row.id) && keys.insert(row.key).second) {
      taken.insert(row.id);
      rows.push_back(row);
    }
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

oracle::Rows draw_rows(std::size_t most) {
  return rows_of(*rc::gen::container<std::vector<RowSeed>>(seeds()), most);
}

oracle::Keyring draw_keyring(std::size_t most_rows) {
  return {draw_network(), draw_rows(most_rows)};
}

oracle::Keyring draw_keyring_with_rows(std::size_t fewest, std::size_t most_rows) {
  oracle::Keyring keyring = draw_keyring(most_rows);
  for (std::uint32_t id = 0; keyring.rows.size() < fewest; ++id) {
    const bool taken = std::ranges::any_of(keyring.rows, [&](const auto& r) { return r.id == id; });
    if (!taken) keyring.rows.push_back({id, key_of_seed(0x1000000000 + id), 1, 0});
  }
  std::ranges::sort(keyring.rows);
  return keyring;
}

std::uint32_t draw_below(std::uint32_t bound) {
  // RapidCheck narrows a range while sizes are small; a choice needs all of it from the start.
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, bound));
}

bool draw_bool() {
  return *rc::gen::arbitrary<bool>();
}

}  // namespace touchstone::conformance::generators
