#include "reference/keyring/keyring_file.h"

#include "reference/base/defect.h"
#include "reference/keyring/finding_log.h"
#include "reference/keyring/header_reader.h"
#include "reference/keyring/line_reader.h"
#include "reference/keyring/row_reader.h"

namespace touchstone::keyring {
namespace {

Result<void> check_size(OctetView file, FindingLog& log) {
  if (file.size() <= max_file_octets) return {};
  log.refuse(Lint::toolong, 0, 0, "expected at most 8 GiB");
  return fail(Errc::limit, "expected at most 8 GiB");
}

/// Strict reading is tolerant reading that found nothing to tolerate.
Result<void> check_strictness(const ReadOptions& options, const FindingLog& log) {
  if (options.strictness == Strictness::tolerant || log.count() == 0) return {};
  return fail(Errc::findings);
}

Result<Keyring> read_keyring(OctetView file, const ReadOptions& options, FindingLog& log) {
  TOUCHSTONE_TRY_VOID(check_size(file, log));
  LineReader lines(file, log);
  lines.skip_byte_order_mark();
  Keyring keyring;
  TOUCHSTONE_TRY(keyring.network, read_header(lines, options.accept_short_hex));
  TOUCHSTONE_TRY(keyring.nodes, RowReader(file, lines, Repeats::keep_once).read());
  if (TOUCHSTONE_DEFECT("KR-21.empty") && keyring.nodes.empty()) return fail(Errc::syntax);
  TOUCHSTONE_TRY_VOID(check_strictness(options, log));
  return keyring;
}

Result<NodeRows> read_rows(OctetView body, const ReadOptions& options, FindingLog& log) {
  TOUCHSTONE_TRY_VOID(check_size(body, log));
  LineReader lines(body, log);
  lines.skip_byte_order_mark();
  TOUCHSTONE_TRY(NodeRows rows, RowReader(body, lines, Repeats::refuse).read());
  if (rows.empty() && !TOUCHSTONE_DEFECT("BK-13.empty_taken")) {
    log.refuse(Lint::syntax, 0, 0, "expected at least one node row");
    return fail(Errc::syntax, "expected at least one node row", 0);
  }
  TOUCHSTONE_TRY_VOID(check_strictness(options, log));
  return rows;
}

Result<NetworkKeys> read_network_keys(OctetView text, FindingLog& log) {
  LineReader lines(text, log);
  TOUCHSTONE_TRY(NetworkKeys network, read_header(lines, false));
  if (!lines.at_end()) {
    log.refuse(Lint::header, lines.line_number(), 1, "expected the four header lines alone");
    return fail(Errc::header, "expected the four header lines alone", lines.offset());
  }
  return network;
}

}  // namespace

Result<Keyring> parse_keyring(OctetView file, const ReadOptions& options, Findings& findings) {
  FindingLog log(findings, options.strictness);
  Result<Keyring> result = read_keyring(file, options, log);
  log.close();
  return result;
}

Result<NodeRows> parse_rows(OctetView body, const ReadOptions& options, Findings& findings) {
  FindingLog log(findings, options.strictness);
  Result<NodeRows> result = read_rows(body, options, log);
  log.close();
  return result;
}

Result<NetworkKeys> parse_network_keys(OctetView text, Findings& findings) {
  const std::size_t before = findings.size();
  FindingLog log(findings, Strictness::tolerant);
  Result<NetworkKeys> result = read_network_keys(text, log);
  log.close();
  if (!result) return result;
  // The parity of a key is a matter of its value (KR-16); everything else is layout.
  for (std::size_t i = before; i < findings.size(); ++i)
    if (findings[i].code != lint_code(Lint::parity).code)
      return fail(Errc::syntax, "expected the canonical layout");
  return result;
}

}  // namespace touchstone::keyring
