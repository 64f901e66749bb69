#pragma once
// The comparisons of phase 1 (RFC 2409 §5). Internal.

#include <optional>
#include <string>
#include <string_view>

#include "reference/ipsec/config/pair_check.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// Who speaks to whom, and what was found for them.
struct Negotiation {
  const End* initiator = nullptr;
  const End* responder = nullptr;
  Address from, to;
  PairOptions options;
  const Remote* mine = nullptr;    ///< of the initiator, for `to`
  const Remote* theirs = nullptr;  ///< of the responder, for `from`
  const Policy* policy = nullptr;  ///< of the initiator, out
  const Sainfo* sainfo = nullptr;  ///< of the initiator
  const Sainfo* answer = nullptr;  ///< the sainfo of the responder
  const Policy* mirror = nullptr;  ///< of the responder, in

  [[nodiscard]] bool charon() const { return options.peer == PeerModel::charon; }
};

/// What both have, and the rule that fails.
struct Outcome {
  std::string initiator, responder;
  std::optional<Rule> rule = {};
  std::string_view notify = {};
};

Outcome compare_modes(const Negotiation& facts);
Outcome compare_proposals(const Negotiation& facts);
/// The identifier of one end against what the other verifies.
Outcome compare_identity(const Negotiation& facts, bool of_initiator);
Outcome compare_credentials(const Negotiation& facts);
Outcome compare_nat(const Negotiation& facts);

}  // namespace touchstone::ipsec::config
