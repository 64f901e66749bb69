// Certificates and keys of any octets: the check ends, and what is found is told in bounded words.

#include <cstdlib>

#include "reference/crypto/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace crypto = touchstone::crypto;
  const touchstone::OctetView all(data, size);
  const std::size_t cut = size / 2;
  const auto now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);
  const auto report = crypto::check_certificates(
      {.root = all, .own = all.first(cut), .key = all.subspan(cut), .password = all.first(cut)},
      now);
  for (const auto& problem : report.problems)
    if (problem.text.empty() || problem.text.size() > 200) std::abort();
  static_cast<void>(crypto::read_certificate(all));
  return 0;
}
