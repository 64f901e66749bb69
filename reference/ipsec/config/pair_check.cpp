#include "reference/ipsec/config/pair_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/pair_phase1.h"
#include "reference/ipsec/config/pair_phase2.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {
namespace {

bool protects(const Policy& policy) {
  return policy.direction == Direction::out &&
         (TOUCHSTONE_DEFECT("IC-06.any_policy") ||
          (policy.action == PolicyAction::ipsec && !policy.requests.empty()));
}

/// The two addresses between which a policy out protects.
std::optional<std::pair<Address, Address>> ends_of(const Policy& policy) {
  for (const PolicyRequest& request : policy.requests)
    if (request.from) return std::pair(*request.from, *request.to);
  if (!policy.from.address || !policy.to.address) return std::nullopt;
  return std::pair(*policy.from.address, *policy.to.address);
}

bool has_remote(const End& end, const Address& peer) {
  return std::ranges::any_of(end.racoon.remotes,
                             [&](const Remote& one) { return one.address == peer; });
}

/// The addresses of A and B: those of a policy of one that the other's remote names.
std::optional<std::pair<Address, Address>> find_addresses(const End& a, const End& b) {
  std::vector<std::pair<Address, Address>> found;
  for (const Policy& policy : a.policies)
    if (const auto ends = ends_of(policy); protects(policy) && ends) found.push_back(*ends);
  for (const Policy& policy : b.policies)
    if (const auto ends = ends_of(policy); protects(policy) && ends)
      found.emplace_back(ends->second, ends->first);
  for (const Remote& one : a.racoon.remotes)
    for (const Remote& other : b.racoon.remotes)
      if (one.address && other.address) found.emplace_back(*other.address, *one.address);
  const auto fit = std::ranges::find_if(found, [&](const auto& pair) {
    return has_remote(a, pair.second) && has_remote(b, pair.first);
  });
  if (fit != found.end()) return *fit;
  return found.empty() ? std::nullopt : std::optional(found[0]);
}

/// The remote for an address, else the anonymous one.
const Remote* find_remote(const End& end, const Address& peer) {
  const Remote* open = nullptr;
  for (const Remote& one : end.racoon.remotes) {
    if (one.address == peer) return &one;
    if (!one.address) open = &one;
  }
  return open;
}

const Policy* find_policy(const End& end, const Address& self, const Address& peer) {
  for (const Policy& policy : end.policies)
    if (protects(policy) && ends_of(policy) == std::pair(self, peer)) return &policy;
  return nullptr;
}

/// Takes the steps of one direction and stops counting at the first that fails.
class Walk {
 public:
  explicit Walk(DirectionVerdict& out) : out_(&out) {}

  void step(std::string_view what, const Outcome& outcome) {
    Step made{what, outcome.initiator, outcome.responder, Step::Verdict::not_reached};
    if (out_->code.empty()) {
      const bool differs = outcome.rule.has_value();
      made.verdict = differs ? Step::Verdict::differs : Step::Verdict::agrees;
      if (differs) fail(outcome);
    }
    out_->steps.push_back(std::move(made));
  }

 private:
  void fail(const Outcome& outcome) {
    const RuleRow& row = rule(*outcome.rule);
    out_->code = row.code;
    out_->notify = outcome.notify;
    out_->sentence = fmt::format(
        "{} cannot negotiate with {}: {} ({}: {}; {}: {}).", out_->initiator, out_->responder,
        row.text, out_->initiator, outcome.initiator.empty() ? "none" : outcome.initiator,
        out_->responder, outcome.responder.empty() ? "none" : outcome.responder);
  }

  DirectionVerdict* out_;
};

/// What must be there before anything is compared.
Outcome presence(Negotiation& facts) {
  facts.policy = find_policy(*facts.initiator, facts.from, facts.to);
  facts.mine = find_remote(*facts.initiator, facts.to);
  facts.theirs = find_remote(*facts.responder, facts.from);
  Outcome out{facts.mine != nullptr ? facts.mine->name : "",
              facts.theirs != nullptr ? facts.theirs->name : ""};
  const auto whole = [](const Remote* remote) {
    return remote != nullptr && !remote->modes.empty() && !remote->proposals.empty();
  };
  if (!whole(facts.mine) || !whole(facts.theirs))
    out.rule = Rule::pc_no_remote;
  else if (facts.mine->passive)
    out.rule = Rule::pc_passive;
  else if (facts.policy == nullptr)
    out.rule = Rule::pc_no_policy;
  return out;
}

DirectionVerdict check_direction(Negotiation facts) {
  DirectionVerdict out;
  out.initiator = facts.initiator->name;
  out.responder = facts.responder->name;
  Walk walk(out);
  walk.step("remote and policy", presence(facts));
  out.passive = out.code == rule(Rule::pc_passive).code;
  if (!out.code.empty()) return out;
  walk.step("exchange mode", compare_modes(facts));
  walk.step("proposal of phase 1", compare_proposals(facts));
  walk.step("identifier of the initiator", compare_identity(facts, true));
  walk.step("identifier of the responder", compare_identity(facts, false));
  walk.step("authentication", compare_credentials(facts));
  walk.step("NAT", compare_nat(facts));
  walk.step("selectors", compare_selectors(facts));
  walk.step("protocols and mode", compare_requests(facts));
  walk.step("sainfo", find_sainfos(facts));
  walk.step("cipher of phase 2", compare_ciphers(facts));
  walk.step("authentication of phase 2", compare_auths(facts));
  walk.step("PFS", compare_pfs(facts));
  walk.step("life time of phase 2", compare_lifetimes(facts));
  out.negotiates = out.code.empty();
  if (out.negotiates)
    out.sentence = fmt::format("{} negotiates with {}.", out.initiator, out.responder);
  return out;
}

}  // namespace

bool PairVerdict::negotiates() const {
  const auto works = [](const DirectionVerdict& one) { return one.negotiates; };
  return std::ranges::any_of(directions, works) &&
         std::ranges::all_of(directions, [&](const DirectionVerdict& one) {
           return one.negotiates || one.passive;
         });
}

PairVerdict check_pair(const End& a, const End& b, const PairOptions& options) {
  PairVerdict verdict;
  const auto addresses = find_addresses(a, b);
  if (!addresses) {
    const RuleRow& row = rule(Rule::pc_address);
    for (const auto& [one, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
      DirectionVerdict direction;
      direction.initiator = one->name;
      direction.responder = other->name;
      direction.code = row.code;
      direction.sentence = fmt::format("{} and {}: {}.", one->name, other->name, row.text);
      verdict.directions.push_back(std::move(direction));
    }
    return verdict;
  }
  verdict.a = addresses->first;
  verdict.b = addresses->second;
  Negotiation facts{
      .initiator = &a, .responder = &b, .from = *verdict.a, .to = *verdict.b, .options = options};
  verdict.directions.push_back(check_direction(facts));
  std::swap(facts.initiator, facts.responder);
  if (!TOUCHSTONE_DEFECT("OR-06.one_direction")) std::swap(facts.from, facts.to);
  verdict.directions.push_back(check_direction(facts));
  return verdict;
}

}  // namespace touchstone::ipsec::config
