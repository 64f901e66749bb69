#pragma once
// keyring.csv: reading and printing (004 A.4.2, docs/formats/keyring.md).

#include <span>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/keyring/errc.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

enum class Strictness {
  strict,    ///< anything but the canonical bytes is Errc::findings or worse
  tolerant,  ///< KR-14, KR-15, KR-17, KR-18, KR-20: deviations are read and told as findings
};

struct ReadOptions {
  Strictness strictness = Strictness::tolerant;
  bool accept_short_hex = false;  ///< pad `base` of 31 digits on the left (KR-13)
};

/// Limits, checked before memory is taken (KR-25).
inline constexpr std::size_t max_line_octets = 256;
inline constexpr std::uint64_t max_file_octets = std::uint64_t{8} << 30;
inline constexpr std::size_t max_rows = std::size_t{1} << 27;

/// The keyring of `file`; rows sorted, doubled identical rows kept once (KR-17, KR-18).
/// Every deviation is appended to `findings` with its place, the first 1000 of them, then one that
/// counts the rest. Errors: Errc::syntax .. short_hex with the offset of the first fault, whose
/// finding is appended too; Errc::findings when strictness is strict and the file was not
/// canonical. A canonical file is read by a fixed-layout scan at a few times the cost of touching
/// its octets.
Result<Keyring> parse_keyring(OctetView file, const ReadOptions& options, Findings& findings);

/// The rows of a batch body: node lines alone, at least one (BK-13, BK-24).
Result<NodeRows> parse_rows(OctetView body, const ReadOptions& options, Findings& findings);

/// The four header lines alone, canonical (GW-03).
Result<NetworkKeys> parse_network_keys(OctetView text, Findings& findings);

/// Canonical text (KR-07..KR-09, KR-14). parse_keyring(print_keyring(k)) == k (KR-16).
/// Rows must be in ascending node id, one a node.
SecretOctets print_keyring(const Keyring& keyring);
SecretOctets print_rows(std::span<const NodeRow> rows);
SecretOctets print_network_keys(const NetworkKeys& network);

}  // namespace touchstone::keyring
