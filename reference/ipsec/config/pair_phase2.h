#pragma once
// The comparisons of phase 2 (RFC 2409 §5.5). Internal.

#include "reference/ipsec/config/pair_phase1.h"

namespace touchstone::ipsec::config {

/// Also finds the mirrored policy of the responder.
Outcome compare_selectors(Negotiation& facts);
Outcome compare_requests(const Negotiation& facts);
/// Also finds the two sainfos.
Outcome find_sainfos(Negotiation& facts);
Outcome compare_ciphers(const Negotiation& facts);
Outcome compare_auths(const Negotiation& facts);
Outcome compare_pfs(const Negotiation& facts);
Outcome compare_lifetimes(const Negotiation& facts);

}  // namespace touchstone::ipsec::config
