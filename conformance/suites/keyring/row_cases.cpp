// The node rows: KR-06, KR-08..KR-10, KR-17, KR-20.

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

oracle::Keyring with_row(const oracle::Row& row) {
  return {vector_keyring().network, {row}};
}

oracle::Key16 key(std::initializer_list<std::uint8_t> first) {
  oracle::Key16 made{};
  std::copy(first.begin(), first.end(), made.begin());
  return made;
}

/// Bounds, and keys that begin or end with zeros: what a lost digit would show.
const oracle::Row corner_rows[] = {
    {0, key({0, 0, 0, 1}), 1, 0},
    {0xFFFFFFFF, key({0xFF, 0xFF, 0xFF, 0xFE}), 4294967295, 4294967295},
    {0x00000001, key({1}), 9, 10},
    {0x0000ABCD, key({0, 0xAB, 0xCD, 0xEF}), 2147483648, 2147483647},
    {0x80000000, key({0x80}), 999999999, 1000000000},
    {0x10000000, key({0x10, 0x01}), 10, 4294967294},
};

void check_corner_rows_read(CaseContext& ctx) {
  for (const oracle::Row& row : corner_rows)
    expect_taken(ctx, "KR-10", oracle::print_keyring(with_row(row)));
}

void check_corner_rows_printed(CaseContext& ctx, std::string_view requirement) {
  for (const oracle::Row& row : corner_rows) {
    const std::string wanted = oracle::print_keyring(with_row(row));
    const Octets text = encode(ctx, with_row(row), requirement);
    ctx.expect_octets(requirement, "the printed row", as_octets(wanted), text);
  }
}

void check_columns_in_order(CaseContext& ctx) {
  const oracle::Row row{0x01020304, key({5, 6, 7}), 8, 9};
  expect_taken(ctx, "KR-06", oracle::print_keyring(with_row(row)));
}

void check_bounds(CaseContext& ctx) {
  const std::string row = oracle::print_row(vector_keyring().rows[0]);
  const std::string front = row.substr(0, row.find(',', row.find(',') + 1) + 1);
  for (const char* numbers : {"4294967295,0", "1,4294967295", "1,0"})
    expect_taken(ctx, "KR-20", vector_text(row, front + numbers + "\n"));
  for (const char* numbers : {"4294967296,0", "1,4294967296", "-1,0", "1,-1", "+1,0", "1,1.0",
                              "1,0x1", "1,1e3", "18446744073709551617,0"})
    expect_refused(ctx, "KR-20", vector_text(row, front + numbers + "\n"));
}

void check_rows_sorted(CaseContext& ctx) {
  const oracle::Keyring& keyring = vector_keyring();
  std::string text = oracle::print_header(keyring.network);
  for (const std::size_t index : {4UL, 0UL, 3UL, 1UL, 2UL})
    text += oracle::print_row(keyring.rows[index]);
  expect_tolerated(ctx, "KR-17", text, "KL-ORDER", keyring);
}

/// Ids are compared as numbers of 32 bits, also past the sign bit.
void check_order_is_unsigned(CaseContext& ctx) {
  oracle::Keyring keyring{vector_keyring().network,
                          {{0x7FFFFFFF, key({1}), 1, 0}, {0x80000000, key({2}), 1, 0}}};
  expect_taken(ctx, "KR-17", oracle::print_keyring(keyring));
}

}  // namespace

void add_row_cases(harness::Registry& registry) {
  add_decode_case(registry, "KR-06.ReadsFourColumns", {"KR-06"},
                  "A row is node id, root key, batch and count", check_columns_in_order);
  add_case(registry, "KR-08.PrintsRows", {"KR-08"}, {"keyring.encode"},
           "A row is printed with one space after the first comma and none after the others",
           [](CaseContext& ctx) { check_corner_rows_printed(ctx, "KR-08"); });
  add_case(registry, "KR-09.PrintsFullWidth", {"KR-09"}, {"keyring.encode"},
           "Hexadecimal is printed in lower case and full width",
           [](CaseContext& ctx) { check_corner_rows_printed(ctx, "KR-09"); });
  add_decode_case(registry, "KR-10.ReadsBounds", {"KR-10", "KR-20"},
                  "Ids, batches and counts are read up to their bounds", check_corner_rows_read);
  add_decode_case(registry, "KR-20.TakesTheWholeRange", {"KR-20"},
                  "Batch and count are unsigned numbers of 32 bits", check_bounds);
  add_decode_case(registry, "KR-17.SortsRows", {"KR-17"},
                  "Rows in another order are read, told and sorted", check_rows_sorted);
  add_decode_case(registry, "KR-17.ComparesIdsUnsigned", {"KR-17"},
                  "Ids are in order as unsigned numbers", check_order_is_unsigned);
}

}  // namespace touchstone::conformance::suites::keyring
