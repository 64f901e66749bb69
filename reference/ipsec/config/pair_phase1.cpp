#include "reference/ipsec/config/pair_phase1.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/certificate.h"
#include "reference/ipsec/config/algorithms.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::string_view no_proposal = "NO-PROPOSAL-CHOSEN";
constexpr std::string_view no_key = "INVALID-KEY-INFORMATION";
constexpr std::string_view not_authentic = "AUTHENTICATION-FAILED";
constexpr std::uint16_t pre_shared_key = 1;

std::string_view mode_name(ExchangeMode mode) {
  return mode == ExchangeMode::main ? "main" : mode == ExchangeMode::base ? "base" : "aggressive";
}

std::string name_of(AlgorithmClass place, std::uint16_t number) {
  const Algorithm* found = find_algorithm(place, number);
  return found == nullptr ? std::to_string(number) : std::string(found->spelling);
}

std::uint64_t lifetime_of(const Remote& remote, const IkeProposal& one) {
  return one.lifetime.value_or(remote.lifetime);
}

std::string describe(const Remote& remote) {
  std::string text;
  for (const IkeProposal& one : remote.proposals) {
    if (!text.empty()) text += ", ";
    text += name_of(AlgorithmClass::phase1_cipher, one.cipher);
    if (one.key_bits != 0) text += fmt::format("-{}", one.key_bits);
    text +=
        fmt::format("/{}/{}/{} {} s", name_of(AlgorithmClass::phase1_hash, one.hash),
                    name_of(AlgorithmClass::phase1_group, one.group),
                    name_of(AlgorithmClass::phase1_method, one.method), lifetime_of(remote, one));
  }
  return text;
}

/// The first rule that an offer breaks, in the order of what a responder looks at; nothing if it
/// takes the offer.
std::optional<Rule> objection(const Negotiation& facts, const IkeProposal& offer,
                              const IkeProposal& own) {
  // charon takes whatever method is offered and finds out when it has to authenticate.
  const bool other_method = offer.method != own.method;
  if (other_method && !facts.charon()) return Rule::pc_method;
  if (offer.cipher != own.cipher) return Rule::pc_cipher;
  if (offer.group != own.group) return Rule::pc_group;
  if (offer.hash != own.hash) return Rule::pc_hash;
  if (facts.charon()) {
    if (offer.key_bits != own.key_bits) return Rule::pc_key_length;
    return other_method ? std::optional(Rule::pc_method) : std::nullopt;
  }
  const std::uint64_t offered = lifetime_of(*facts.mine, offer);
  const std::uint64_t kept = lifetime_of(*facts.theirs, own);
  switch (facts.theirs->check) {
    case ProposalCheck::obey:
      return std::nullopt;
    case ProposalCheck::exact:
      if (offer.key_bits != own.key_bits) return Rule::pc_key_length;
      return offered == kept ? std::nullopt : std::optional(Rule::pc_lifetime);
    case ProposalCheck::strict:
    case ProposalCheck::claim:
      if (offer.key_bits < own.key_bits) return Rule::pc_key_length;
      return offered <= kept || TOUCHSTONE_DEFECT("OR-06.longer_life")
                 ? std::nullopt
                 : std::optional(Rule::pc_lifetime);
  }
  return std::nullopt;
}

/// How far an offer came before the responder objected.
int progress(const Negotiation& facts, Rule rule) {
  constexpr Rule order[] = {Rule::pc_cipher, Rule::pc_group, Rule::pc_hash, Rule::pc_key_length,
                            Rule::pc_lifetime};
  if (rule == Rule::pc_method) return facts.charon() ? 5 : -1;
  return static_cast<int>(std::ranges::find(order, rule) - std::begin(order));
}

/// What an end sends as its identifier.
std::string sent_identity(const Remote& remote, const Address& self) {
  if (remote.mine.type == IdType::address) return print_address(remote.mine.address.value_or(self));
  return remote.mine.value.value_or("");
}

bool accepts(const Remote& checker, const Remote& sender, const Address& self) {
  return std::ranges::any_of(checker.peers, [&](const Identity& wanted) {
    if (wanted.type != sender.mine.type) return false;
    if (!wanted.value) return true;
    if (wanted.type == IdType::address) return wanted.address == sender.mine.address.value_or(self);
    return wanted.value == sender.mine.value;
  });
}

std::string wanted_identities(const Remote& checker, bool verifies) {
  if (!verifies || checker.peers.empty()) return "any";
  std::string text;
  for (const Identity& one : checker.peers)
    text += (text.empty() ? "" : " or ") + one.value.value_or("any of its type");
  return text;
}

/// The key that an end has for its peer: main mode knows the address alone, aggressive mode the
/// identifier first (RFC 2409 §5.4).
const PskEntry* find_key(const End& end, const Address& peer, const Remote& sender,
                         bool main_mode) {
  if (!main_mode && sender.mine.type != IdType::address && sender.mine.value)
    if (const PskEntry* found = end.keys.find(*sender.mine.value)) return found;
  return end.keys.find(print_address(peer));
}

const SecretOctets* file_of(const End& end, const std::string& name) {
  const auto found = end.certificates.find(name);
  return found == end.certificates.end() ? nullptr : &found->second;
}

/// Whether the certificate that `shows` sends leads to the CA of the other end, today.
std::optional<Rule> mistrust(const Negotiation& facts, bool of_initiator) {
  const End& shows = of_initiator ? *facts.initiator : *facts.responder;
  const End& checks = of_initiator ? *facts.responder : *facts.initiator;
  const Remote& shown = of_initiator ? *facts.mine : *facts.theirs;
  const Remote& checking = of_initiator ? *facts.theirs : *facts.mine;
  const SecretOctets* own = file_of(shows, shown.certificate);
  const SecretOctets* root = file_of(checks, checking.ca);
  if (!facts.charon() && !checking.verify_certificate) return std::nullopt;
  if (own == nullptr || root == nullptr) return std::nullopt;
  using crypto::CertificateFault;
  const auto report =
      crypto::check_certificates({.root = *root, .own = *own, .key = {}},
                                 facts.options.now.value_or(std::chrono::sys_seconds()));
  const bool same = std::ranges::equal(*own, *root);
  const bool late =
      report.has(CertificateFault::expired) || report.has(CertificateFault::not_yet_valid);
  if (facts.options.now && late) return Rule::pc_cert_date;
  if (!same &&
      (report.has(CertificateFault::wrong_root) || report.has(CertificateFault::self_signed)))
    return Rule::pc_trust;
  return std::nullopt;
}

}  // namespace

Outcome compare_modes(const Negotiation& facts) {
  Outcome out;
  if (!facts.mine->modes.empty()) out.initiator = mode_name(facts.mine->modes[0]);
  for (const ExchangeMode mode : facts.theirs->modes)
    out.responder += (out.responder.empty() ? "" : ", ") + std::string(mode_name(mode));
  const bool agrees =
      !facts.mine->modes.empty() &&
      std::ranges::find(facts.theirs->modes, facts.mine->modes[0]) != facts.theirs->modes.end();
  if (agrees) return out;
  out.rule = Rule::pc_mode;
  if (facts.charon()) out.notify = not_authentic;
  return out;
}

Outcome compare_proposals(const Negotiation& facts) {
  Outcome out{describe(*facts.mine), describe(*facts.theirs)};
  std::optional<Rule> nearest;
  for (const IkeProposal& offer : facts.mine->proposals) {
    for (const IkeProposal& own : facts.theirs->proposals) {
      const auto why = objection(facts, offer, own);
      if (!why) return out;
      if (!nearest || progress(facts, *why) >= progress(facts, *nearest)) nearest = why;
    }
  }
  out.rule = nearest.value_or(Rule::pc_method);
  out.notify = no_proposal;
  if (facts.charon() && out.rule == Rule::pc_method)
    out.notify = facts.mine->proposals[0].method == pre_shared_key ? no_key : not_authentic;
  return out;
}

Outcome compare_identity(const Negotiation& facts, bool of_initiator) {
  const Remote& sender = of_initiator ? *facts.mine : *facts.theirs;
  const Remote& checker = of_initiator ? *facts.theirs : *facts.mine;
  const Address& self = of_initiator ? facts.from : facts.to;
  // charon always compares; racoon only where verify_identifier is on.
  const bool verifies = facts.charon() || checker.verify_identifier;
  Outcome out{sent_identity(sender, self), wanted_identities(checker, verifies)};
  const bool by_key = std::ranges::any_of(
      sender.proposals, [](const IkeProposal& one) { return one.method == pre_shared_key; });
  const bool main_mode = facts.mine->modes[0] == ExchangeMode::main;
  const bool nameless =
      by_key && main_mode && !facts.charon() && sender.mine.type != IdType::address;
  if (nameless || (verifies && !checker.peers.empty() && !accepts(checker, sender, self))) {
    out.rule = Rule::pc_identity;
    // An initiator that minds the responder's identifier tells nobody why it goes.
    if (of_initiator) out.notify = facts.charon() ? not_authentic : "INVALID-ID-INFORMATION";
  }
  if (nameless) out.responder = "an address, in main mode with a pre-shared key";
  if (!of_initiator) std::swap(out.initiator, out.responder);
  return out;
}

Outcome compare_credentials(const Negotiation& facts) {
  const std::uint16_t method = facts.mine->proposals[0].method;
  if (method != pre_shared_key) {
    const bool both = !facts.mine->certificate.empty() && !facts.theirs->certificate.empty();
    Outcome out{facts.mine->certificate, facts.theirs->certificate};
    if (!both && method >= 2 && method <= 5 && !TOUCHSTONE_DEFECT("CE-06.one_certificate"))
      out.rule = Rule::pc_certificate;
    if (!both || out.rule) return out;
    out.rule = mistrust(facts, true);
    if (out.rule) out.notify = not_authentic;
    if (!out.rule) out.rule = mistrust(facts, false);
    return out;
  }
  const bool main_mode = facts.mine->modes[0] == ExchangeMode::main;
  const PskEntry* mine = find_key(*facts.initiator, facts.to, *facts.theirs, main_mode);
  const PskEntry* theirs = find_key(*facts.responder, facts.from, *facts.mine, main_mode);
  Outcome out{mine == nullptr ? "" : "a key", theirs == nullptr ? "" : "a key"};
  if (mine == nullptr || theirs == nullptr) {
    out.rule = Rule::pc_no_key;
    if (facts.charon() && mine != nullptr) out.notify = no_key;
  } else if (!std::ranges::equal(mine->key, theirs->key) && !TOUCHSTONE_DEFECT("PK-08.other_key")) {
    out.responder = "another key";
    out.rule = Rule::pc_key;
  }
  return out;
}

Outcome compare_nat(const Negotiation& facts) {
  if (!facts.options.nat) return {"none", "none"};
  const auto name = [](Traversal nat) -> std::string {
    return nat == Traversal::off ? "off" : nat == Traversal::on ? "on" : "force";
  };
  Outcome out{name(facts.mine->nat), name(facts.theirs->nat)};
  const bool both = facts.mine->nat != Traversal::off && facts.theirs->nat != Traversal::off;
  const bool header = std::ranges::any_of(facts.policy->requests, [](const PolicyRequest& one) {
    return one.protocol == SaProtocol::ah;
  });
  if (!both && !facts.charon())
    out.rule = Rule::pc_nat;
  else if (header)
    out.rule = Rule::pc_nat_ah;
  return out;
}

}  // namespace touchstone::ipsec::config
