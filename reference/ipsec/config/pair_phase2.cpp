#include "reference/ipsec/config/pair_phase2.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/algorithms.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::string_view no_proposal = "NO-PROPOSAL-CHOSEN";
constexpr std::string_view invalid_id = "INVALID-ID-INFORMATION";

std::string describe(const Endpoint& end) {
  if (!end.address) return "a name";
  std::string text = print_address(*end.address);
  if (end.prefix != end.address->bits()) text += fmt::format("/{}", end.prefix);
  if (end.port != 0) text += fmt::format("[{}]", end.port);
  return text;
}

std::string describe(const Policy& policy) {
  const std::string protocol = policy.protocol == 255 ? "" : fmt::format(" {}", policy.protocol);
  return fmt::format("{} to {}{}", describe(policy.from), describe(policy.to), protocol);
}

std::string describe(const std::vector<PolicyRequest>& requests) {
  std::string text;
  for (const PolicyRequest& one : requests) {
    if (!text.empty()) text += ", ";
    text += one.protocol == SaProtocol::ah    ? "ah"
            : one.protocol == SaProtocol::esp ? "esp"
                                              : "ipcomp";
    text += one.mode == SaMode::tunnel ? "/tunnel" : "/transport";
    if (one.from) text += fmt::format(" {}-{}", print_address(*one.from), print_address(*one.to));
  }
  return text;
}

/// Whether two ends have an address in common, port and all.
bool meets(const Endpoint& one, const Endpoint& other) {
  if (!one.address || !other.address || one.address->v6 != other.address->v6) return false;
  const bool ports = one.port == 0 || other.port == 0 || one.port == other.port;
  const auto prefix = static_cast<unsigned>(std::min(one.prefix, other.prefix));
  return ports && same_network(*one.address, *other.address, prefix);
}

bool is_mirror(const Negotiation& facts, const Policy& other) {
  if (other.direction != Direction::in || other.action != PolicyAction::ipsec) return false;
  const Policy& own = *facts.policy;
  if (!facts.charon())
    return (other.from == own.from || TOUCHSTONE_DEFECT("MO-16.any_source")) &&
           other.to == own.to && other.protocol == own.protocol;
  const bool protocols =
      other.protocol == 255 || own.protocol == 255 || other.protocol == own.protocol;
  return protocols && meets(own.from, other.from) && meets(own.to, other.to);
}

bool uses(const Negotiation& facts, SaProtocol protocol) {
  return std::ranges::any_of(facts.policy->requests,
                             [&](const PolicyRequest& one) { return one.protocol == protocol; });
}

/// An end of a sainfo against an end of a policy; protocols and ports do not count.
bool fits(const SainfoId& id, const Endpoint& end) {
  using Kind = SainfoId::Kind;
  if (id.kind == Kind::anonymous) return true;
  if (id.kind != Kind::network || !end.address) return false;
  return id.low == *end.address && id.prefix == end.prefix;
}

int exactness(const Sainfo& one) {
  using Kind = SainfoId::Kind;
  return (one.remote_id != 0 ? 3 : 0) + (one.from ? 3 : 0) +
         (one.local.kind != Kind::anonymous ? 1 : 0) + (one.peer.kind != Kind::anonymous ? 1 : 0);
}

const Sainfo* find_sainfo(const End& end, const Endpoint& local, const Endpoint& peer,
                          const Address& from) {
  const Sainfo* best = nullptr;
  for (const Sainfo& one : end.racoon.sainfos) {
    const bool source = !one.from || one.from->address == from;
    if (!source || !fits(one.local, local) || !fits(one.peer, peer)) continue;
    if (best == nullptr || exactness(one) > exactness(*best)) best = &one;
  }
  return best;
}

std::string describe(const std::vector<Transform>& list, AlgorithmClass place) {
  std::string text;
  for (const Transform& one : list) {
    const Algorithm* found = find_algorithm(place, one.number);
    text += (text.empty() ? "" : ", ") +
            (found == nullptr ? std::to_string(one.number) : std::string(found->spelling));
    if (one.key_bits != 0) text += fmt::format("-{}", one.key_bits);
  }
  return text;
}

/// Whether the responder takes one of the offers.
bool meet(const Negotiation& facts, const std::vector<Transform>& offers,
          const std::vector<Transform>& own) {
  const ProposalCheck check = facts.theirs->check;
  const bool exact = facts.charon() || check == ProposalCheck::exact;
  return std::ranges::any_of(offers, [&](const Transform& offer) {
    return std::ranges::any_of(own, [&](const Transform& mine) {
      if (offer.number != mine.number) return false;
      if (exact) return offer.key_bits == mine.key_bits;
      return check == ProposalCheck::obey || offer.key_bits >= mine.key_bits;
    });
  });
}

std::string group_name(std::uint16_t group) {
  return group == 0 ? "no PFS" : fmt::format("group {}", group);
}

}  // namespace

Outcome compare_selectors(Negotiation& facts) {
  Outcome out{describe(*facts.policy), ""};
  for (const Policy& other : facts.responder->policies) {
    if (other.direction == Direction::in && out.responder.empty()) out.responder = describe(other);
    if (!is_mirror(facts, other)) continue;
    facts.mirror = &other;
    out.responder = describe(other);
    return out;
  }
  if (facts.theirs->generate_policy != PolicyLevel::off) {
    out.responder = "makes the policy itself";
    return out;
  }
  out.rule = Rule::pc_selector;
  out.notify = invalid_id;
  return out;
}

Outcome compare_requests(const Negotiation& facts) {
  const std::vector<PolicyRequest>& own = facts.policy->requests;
  Outcome out{describe(own), "whatever is offered"};
  if (!TOUCHSTONE_DEFECT("MO-20.bundle") && facts.charon() && uses(facts, SaProtocol::ah) &&
      uses(facts, SaProtocol::esp)) {
    out.rule = Rule::pc_bundle;
    out.notify = no_proposal;
  }
  if (facts.mirror == nullptr || out.rule) return out;
  const std::vector<PolicyRequest>& other = facts.mirror->requests;
  out.responder = describe(other);
  const auto same = [&](auto member) { return std::ranges::equal(own, other, {}, member, member); };
  // The mirrored policy is one of traffic that comes in, so its ends stand as ours do.
  if (!same(&PolicyRequest::protocol))
    out.rule = Rule::pc_protocols;
  else if (!same(&PolicyRequest::mode) && !TOUCHSTONE_DEFECT("MO-07.modes"))
    out.rule = Rule::pc_encapsulation;
  else if (!same(&PolicyRequest::from) || !same(&PolicyRequest::to))
    out.rule = Rule::pc_ends;
  if (out.rule) out.notify = no_proposal;
  return out;
}

Outcome find_sainfos(Negotiation& facts) {
  const Policy& policy = *facts.policy;
  facts.sainfo = find_sainfo(*facts.initiator, policy.from, policy.to, facts.to);
  // charon narrows the selectors to those of its own policy, to which its algorithms belong.
  const Policy& answered = facts.charon() && facts.mirror != nullptr ? *facts.mirror : policy;
  facts.answer = find_sainfo(*facts.responder, answered.to, answered.from, facts.from);
  Outcome out{facts.sainfo == nullptr ? "" : "found", facts.answer == nullptr ? "" : "found"};
  if (facts.sainfo == nullptr || facts.answer == nullptr) out.rule = Rule::pc_no_sainfo;
  return out;
}

Outcome compare_ciphers(const Negotiation& facts) {
  if (facts.sainfo == nullptr || facts.answer == nullptr) return {};
  constexpr auto place = AlgorithmClass::phase2_cipher;
  Outcome out{describe(facts.sainfo->ciphers, place), describe(facts.answer->ciphers, place)};
  if (uses(facts, SaProtocol::esp) && !meet(facts, facts.sainfo->ciphers, facts.answer->ciphers)) {
    out.rule = Rule::pc_cipher2;
    out.notify = no_proposal;
  }
  return out;
}

Outcome compare_auths(const Negotiation& facts) {
  if (facts.sainfo == nullptr || facts.answer == nullptr) return {};
  constexpr auto place = AlgorithmClass::phase2_auth;
  Outcome out{describe(facts.sainfo->auths, place), describe(facts.answer->auths, place)};
  if (!meet(facts, facts.sainfo->auths, facts.answer->auths)) {
    out.rule = Rule::pc_auth2;
    out.notify = no_proposal;
  }
  return out;
}

Outcome compare_pfs(const Negotiation& facts) {
  if (facts.sainfo == nullptr || facts.answer == nullptr) return {};
  const std::uint16_t offered = facts.sainfo->pfs_group;
  const std::uint16_t wanted = facts.answer->pfs_group;
  Outcome out{group_name(offered), group_name(wanted)};
  const ProposalCheck check = facts.theirs->check;
  const bool exact = facts.charon() || check == ProposalCheck::exact;
  const bool agrees =
      offered == wanted || (!exact && (wanted == 0 || check == ProposalCheck::obey));
  if (!agrees && !TOUCHSTONE_DEFECT("OR-06.pfs")) {
    out.rule = Rule::pc_pfs;
    out.notify = no_proposal;
  }
  return out;
}

Outcome compare_lifetimes(const Negotiation& facts) {
  if (facts.sainfo == nullptr || facts.answer == nullptr) return {};
  const std::uint64_t offered = facts.sainfo->lifetime;
  const std::uint64_t kept = facts.answer->lifetime;
  Outcome out{fmt::format("{} s", offered), fmt::format("{} s", kept)};
  if (facts.charon()) return out;
  const ProposalCheck check = facts.theirs->check;
  const bool refused = (check == ProposalCheck::strict && offered > kept) ||
                       (check == ProposalCheck::exact && offered != kept);
  if (refused) {
    out.rule = Rule::pc_lifetime2;
    out.notify = no_proposal;
  }
  return out;
}

}  // namespace touchstone::ipsec::config
