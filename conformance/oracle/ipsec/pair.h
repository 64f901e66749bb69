#pragma once
// The oracle's prediction of a negotiation (RFC 2409): what each step compares, and what differs
// between racoon and charon as the responder. A list of steps, each of which may object.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/oracle/ipsec/keys_files.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/ipsec/setkey_script.h"

namespace touchstone::conformance::oracle::ipsec {

/// One end: its address, and what its files say.
struct PairEnd {
  std::string address;
  RacoonConf racoon;
  PskRows keys;
  std::vector<SetkeyPolicy> policies;
};

struct PairUse {
  bool charon = false;  ///< who answers
  bool nat = false;
};

/// The code of the rule that stops the negotiation which `from` begins; empty when it succeeds.
[[nodiscard]] std::string predict(const PairEnd& from, const PairEnd& to, const PairUse& use);

}  // namespace touchstone::conformance::oracle::ipsec
