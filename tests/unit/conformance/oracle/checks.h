#pragma once
// What the oracle is held against: vectors of fixtures/keyring, cases written by hand from the
// documents, and tools that we did not write. A check is a function, so that the same table both
// tests the oracle and proves that each seeded fault of the oracle would be noticed.

#include <functional>
#include <string>
#include <vector>

namespace touchstone::conformance::oracle {

struct Check {
  std::string name;
  std::function<std::string()> run;  ///< empty when the oracle is right, else what it got wrong
};

void add_text_checks(std::vector<Check>& checks);             // keyring, manifest, merge model
void add_crypto_checks(std::vector<Check>& checks);           // derivations, Gateway key file, RSA
void add_batch_checks(std::vector<Check>& checks);            // batches, good and wrong
void add_conf_checks(std::vector<Check>& checks);             // diameter_*.conf
void add_diameter_checks(std::vector<Check>& checks);         // messages and formats
void add_diameter_answer_checks(std::vector<Check>& checks);  // the expected answers
void add_ipsec_checks(std::vector<Check>& checks);            // racoon.conf, setkey, keys, pairs
void add_gateway_checks(std::vector<Check>& checks);          // trees and policies of `ipsec`
void add_dot1x_checks(std::vector<Check>& checks);            // wpa_supplicant.conf, status, time
void add_foreign_checks(std::vector<Check>& checks);          // openssl and Python

/// "" when `a` equals `b`, else both as text.
template <class A, class B>
std::string differ(const std::string& what, const A& wanted, const B& got) {
  if (wanted == got) return {};
  if constexpr (requires { std::string(wanted); })
    return what + ": wanted " + std::string(wanted) + ", got " + std::string(got);
  else if constexpr (requires { std::to_string(wanted); })
    return what + ": wanted " + std::to_string(wanted) + ", got " + std::to_string(got);
  else
    return what + " differs";
}

/// The first of `results` that is not empty.
inline std::string first_of(std::initializer_list<std::string> results) {
  for (const std::string& result : results)
    if (!result.empty()) return result;
  return {};
}

}  // namespace touchstone::conformance::oracle
