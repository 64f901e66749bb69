#pragma once
// keyring.csv as the documents describe it, written for clarity: split, look, tell. The reference
// has its own reader; the two share nothing but the text of 004 A.4.2 and KR-01..KR-27.

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

struct KeyringMode {
  bool strict = false;
  bool accept_short_hex = false;  ///< KR-13
};

/// What a correct reader makes of a file. `findings` are all deviations up to the first error.
struct KeyringReading {
  int exit_code = 0;         ///< 0, 6 or 13
  std::string reject_class;  ///< empty when exit_code is 0
  Keyring keyring;           ///< when exit_code is not 6: rows sorted, doubled rows kept once
  Findings findings;

  [[nodiscard]] bool accepted() const { return exit_code == 0; }
};

[[nodiscard]] KeyringReading read_keyring(OctetView file, KeyringMode mode);

/// The rows of a batch body: node lines alone, at least one, each node once (BK-13, BK-21, BK-24).
[[nodiscard]] KeyringReading read_batch_body(OctetView body, bool strict);

/// The four header lines alone, canonical (GW-03).
[[nodiscard]] KeyringReading read_header_lines(OctetView text);

/// The one canonical spelling (KR-07..KR-09, KR-14). Rows are printed in the order given.
[[nodiscard]] std::string print_keyring(const Keyring& keyring);
[[nodiscard]] std::string print_header(const Network& network);
[[nodiscard]] std::string print_row(const Row& row);

/// KR-12, the parity bits left aside: equal neighbours, or a weak or semi-weak part (FIPS 74).
[[nodiscard]] bool is_weak_3des_key(const Key24& key);
/// KR-11: each octet has an odd number of ones.
[[nodiscard]] bool has_odd_parity(OctetView key);

}  // namespace touchstone::conformance::oracle
