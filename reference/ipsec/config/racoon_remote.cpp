// The statement `remote`: its own members, and those of a parent that it inherits.

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/racoon_builder.h"

namespace touchstone::ipsec::config {
namespace {

bool is_on(const Word& word) {
  return word.text == "on";
}

bool signs(std::uint16_t method) {
  return method >= 2 && method <= 5;
}

constexpr std::uint16_t method_gssapi = 65001;
constexpr std::uint16_t method_pre_shared_key = 1;

}  // namespace

void RacoonBuilder::remote(const Statement& statement) {
  Remote made;
  made.place = statement.place;
  if (statement.words.size() < 2 || !begin_remote(statement, made)) return;
  unsigned modes = 0;
  for (const Statement& member : statement.body)
    if (!member.damaged) remote_member(member, made, modes);
  if (modes > 1) log_->note(Rule::rc_mode_twice, statement.place);
  finish_remote(statement, made);
}

/// The head of the statement. False when it cannot be used at all.
bool RacoonBuilder::begin_remote(const Statement& statement, Remote& made) {
  const std::vector<Word>& words = statement.words;
  const auto inherit = std::ranges::find_if(words.begin() + 1, words.end(), [](const Word& word) {
    return word.text == "inherit" && word.kind != terminals().string;
  });
  const bool named = words[1].kind == terminals().string;
  if (named && std::ranges::find(config_.remotes, c_text(words[1].text), &Remote::name) !=
                   config_.remotes.end())
    log_->note(Rule::rc_dup_name, words[1].place);
  if (inherit != words.end() && inherit + 1 != words.end()) {
    const Remote* from = parent(statement, *(inherit + 1));
    if (from == nullptr) return false;
    made = *from;
    made.place = statement.place;
    made.inherits = true;
    made.has_address = true;  // the parent's, or `anonymous`
    made.named = false;
    made.mine_told = from->mine_told;
  }
  if (named) {
    made.named = true;
    made.name = c_text(words[1].text);
    return true;
  }
  const auto count = static_cast<std::size_t>(inherit - words.begin()) - 1;
  remote_index(std::span(words).subspan(1, count), made);
  return true;
}

const Remote* RacoonBuilder::parent(const Statement& statement, const Word& name) {
  std::vector<const Remote*> found;
  if (statement.words[1].kind == terminals().string) {
    for (const Remote& one : config_.remotes)
      if (one.name == c_text(name.text)) found.push_back(&one);
    if (found.size() > 1) found.resize(1);
  } else if (name.kind == terminals().address) {
    const auto wanted = address(name);
    if (!wanted) return nullptr;
    for (const Remote& one : config_.remotes)
      if (one.address == wanted) found.push_back(&one);
  }
  if (found.size() == 1) return found[0];
  if (TOUCHSTONE_DEFECT("RF-07.any_parent") && !config_.remotes.empty()) return &config_.remotes[0];
  log_->note(Rule::rc_inherit, name.place);
  return nullptr;
}

/// `anonymous` or an address, with a port.
void RacoonBuilder::remote_index(std::span<const Word> words, Remote& made) {
  made.address.reset();
  made.has_address = true;
  made.port = 500;
  if (words[0].kind == terminals().address) made.address = address(words[0]);
  if (words.size() > 1) {
    made.port = static_cast<std::uint32_t>(words[1].number);
    port(words[1]);
  }
  made.name =
      fmt::format("{}[{}]", made.address ? print_address(*made.address) : "anonymous", made.port);
}

void RacoonBuilder::remote_member(const Statement& statement, Remote& made, unsigned& modes) {
  const std::vector<Word>& words = statement.words;
  switch (statement.kind) {
    case StatementKind::remote_address:
      if (made.has_address) log_->note(Rule::rc_address_twice, statement.place);
      remote_index_of(statement, made);
      return;
    case StatementKind::exchange_mode:
      ++modes;
      made.modes.clear();
      for (const Word& word : std::span(words).subspan(1))
        made.modes.push_back(word.text == "main"   ? ExchangeMode::main
                             : word.text == "base" ? ExchangeMode::base
                                                   : ExchangeMode::aggressive);
      return;
    case StatementKind::my_identifier:
      made.mine = identity(std::span(words).subspan(1));
      made.mine_told = true;
      return;
    case StatementKind::peers_identifier:
      made.peers.push_back(identity(std::span(words).subspan(1)));
      return;
    case StatementKind::proposal:
      return proposal(statement, made);
    case StatementKind::certificate:
    case StatementKind::plain_key:
    case StatementKind::peers_certificate:
    case StatementKind::peers_plain_key:
    case StatementKind::peers_dnssec:
    case StatementKind::ca_certificate:
      return remote_files(statement, made);
    case StatementKind::remote_switch:
    case StatementKind::remote_force:
      return remote_switch(statement, made);
    default:
      return remote_value(statement, made);
  }
}

void RacoonBuilder::remote_index_of(const Statement& statement, Remote& made) {
  const std::string name = made.name;
  remote_index(std::span(statement.words).subspan(1), made);
  if (made.named) made.name = name;
}

void RacoonBuilder::remote_value(const Statement& statement, Remote& made) {
  const std::vector<Word>& words = statement.words;
  switch (statement.kind) {
    case StatementKind::situation:
      if (words[1].text != "identity_only") log_->note(Rule::rc_situation, words[1].place);
      return;
    case StatementKind::nonce_size:
      made.nonce = words[1].number;
      if ((made.nonce < 8 && !TOUCHSTONE_DEFECT("RF-07.short_nonce")) || made.nonce > 256)
        log_->note(Rule::rc_nonce, words[1].place);
      return;
    case StatementKind::remote_dh_group:
      return log_->note(Rule::rc_dh_here, statement.place);
    case StatementKind::remote_lifetime:
      made.lifetime = seconds(words[2], words[3]);
      return;
    case StatementKind::remote_bytes:
      return log_->note(Rule::rc_life_byte, statement.place);
    case StatementKind::xauth_login:
      return log_->note(Rule::rc_hybrid, statement.place);
    case StatementKind::proposal_check: {
      constexpr std::string_view names[] = {"obey", "strict", "claim", "exact"};
      made.check =
          static_cast<ProposalCheck>(std::ranges::find(names, words[1].text) - std::begin(names));
      return;
    }
    case StatementKind::generate_policy:
      made.generate_policy = words[1].text == "unique"    ? PolicyLevel::unique
                             : words[1].text == "require" ? PolicyLevel::require
                             : is_on(words[1])            ? PolicyLevel::on
                                                          : PolicyLevel::off;
      return;
    case StatementKind::remote_number:
      if (words[0].text == "dpd_delay") made.dpd_delay = words[1].number;
      return;
    default:
      return;
  }
}

void RacoonBuilder::remote_switch(const Statement& statement, Remote& made) {
  const std::string& name = statement.words[0].text;
  const Word& value = statement.words[1];
  if (name == "verify_identifier") made.verify_identifier = is_on(value);
  if (name == "verify_cert") made.verify_certificate = is_on(value);
  if (name == "passive") made.passive = is_on(value);
  if (name == "nat_traversal")
    made.nat = value.text == "force" && !TOUCHSTONE_DEFECT("RF-07.nat_force") ? Traversal::force
               : is_on(value)                                                 ? Traversal::on
                                                                              : Traversal::off;
}

void RacoonBuilder::remote_files(const Statement& statement, Remote& made) {
  const std::vector<Word>& words = statement.words;
  const bool ca = statement.kind == StatementKind::ca_certificate;
  const bool own = words[0].text == "certificate_type";
  bool& told = ca ? made.has_ca : own ? made.has_own : made.has_peers;
  if (told) log_->note(Rule::rc_cert_twice, statement.place);
  told = true;
  if (statement.kind == StatementKind::peers_dnssec) return;
  if (statement.kind == StatementKind::plain_key ||
      statement.kind == StatementKind::peers_plain_key) {
    plain_key(words[2]);
    return;
  }
  const Word& file = words[own || words.size() == 3 ? 2 : 1];
  if (words.size() == 2) log_->note(Rule::rc_obsolete, statement.place);
  certificate(file);
  (ca ? made.ca : own ? made.certificate : made.peers_certificate) = c_text(file.text);
  if (own) made.key = c_text(words[3].text);
}

void RacoonBuilder::proposal(const Statement& statement, Remote& made) {
  IkeProposal one;
  one.place = statement.place;
  for (const Statement& member : statement.body) {
    if (member.damaged) continue;
    const std::vector<Word>& words = member.words;
    if (member.kind == StatementKind::proposal_lifetime) one.lifetime = seconds(words[2], words[3]);
    if (member.kind == StatementKind::proposal_bytes) log_->note(Rule::rc_life_byte, member.place);
    if (member.kind == StatementKind::dh_group) one.group = group(words[1]);
    if (member.kind == StatementKind::gss_id && !one.gss) log_->note(Rule::rc_gss, member.place);
    if (member.kind == StatementKind::proposal_algorithm) proposal_algorithm(member, one);
  }
  const auto lacks = [&](std::string_view word) {
    return std::ranges::none_of(statement.body, [&](const Statement& member) {
      return !member.words.empty() && member.words[0].text == word;
    });
  };
  for (const std::string_view part :
       {"encryption_algorithm", "hash_algorithm", "authentication_method", "dh_group"})
    if (lacks(part) && !statement.damaged && !TOUCHSTONE_DEFECT("RF-07.proposal_part"))
      log_->note(Rule::rc_proposal_part, statement.place, fmt::format("expected {}", part));
  made.proposals.push_back(one);
}

void RacoonBuilder::proposal_algorithm(const Statement& statement, IkeProposal& made) {
  const std::vector<Word>& words = statement.words;
  const std::string& kind = words[0].text;
  const Word* bits = words.size() > 2 ? &words[2] : nullptr;
  if (kind == "encryption_algorithm") {
    const Algorithm* cipher = algorithm(words[1], AlgorithmClass::phase1_cipher);
    if (cipher == nullptr) return;
    made.cipher = cipher->in(AlgorithmClass::phase1_cipher);
    made.key_bits = key_bits(*cipher, bits, words[1].place);
  } else if (kind == "hash_algorithm") {
    const Algorithm* hash = algorithm(words[1], AlgorithmClass::phase1_hash);
    if (hash != nullptr) made.hash = hash->in(AlgorithmClass::phase1_hash);
  } else {
    const Algorithm* method = algorithm(words[1], AlgorithmClass::phase1_method);
    if (method == nullptr) return;
    made.method = method->in(AlgorithmClass::phase1_method);
    if (made.method == method_gssapi && made.gss) log_->note(Rule::rc_gss, words[1].place);
    if (made.method == method_gssapi) made.gss = true;
  }
}

void RacoonBuilder::finish_remote(const Statement& statement, Remote& made) {
  if (made.modes.empty() && !statement.damaged && !TOUCHSTONE_DEFECT("RF-07.no_mode"))
    log_->note(Rule::rc_no_mode, statement.place);
  if (made.proposals.empty() && !statement.damaged)
    log_->note(Rule::rc_no_proposal, statement.place);
  if (made.named && !made.has_address) log_->note(Rule::rc_no_address, statement.place);
  check_identity(statement, made);
  check_proposals(made);
  const bool twice = std::ranges::any_of(config_.remotes, [&](const Remote& one) {
    return one.address == made.address && one.port == made.port && one.has_address &&
           !(one.named && made.named);
  });
  if (twice && made.has_address && !TOUCHSTONE_DEFECT("RF-05.remote_twice"))
    log_->note(Rule::rc_dup_remote, statement.place);
  config_.remotes.push_back(std::move(made));
}

void RacoonBuilder::check_identity(const Statement& statement, const Remote& made) {
  if (made.mine.type == IdType::asn1dn && made.certificate.empty() && !made.mine.value)
    log_->note(Rule::rc_dn, statement.place);
  const bool main_mode = std::ranges::find(made.modes, ExchangeMode::main) != made.modes.end();
  const bool by_key = std::ranges::any_of(
      made.proposals, [](const IkeProposal& one) { return one.method == method_pre_shared_key; });
  if (!TOUCHSTONE_DEFECT("PK-08.name_in_main_mode") && main_mode && by_key &&
      made.mine.type != IdType::address && made.modes.size() == 1)
    log_->note(Rule::rc_main_psk, statement.place);
}

void RacoonBuilder::check_proposals(const Remote& made) {
  const bool aggressive =
      std::ranges::find(made.modes, ExchangeMode::aggressive) != made.modes.end();
  bool told_certificate = made.has_own || !made.certificate.empty();
  for (const IkeProposal& one : made.proposals) {
    const bool one_group = one.group == made.proposals[0].group && one.group != 3 && one.group != 4;
    if (aggressive && !one_group && !TOUCHSTONE_DEFECT("RF-07.aggressive_groups")) {
      log_->note(Rule::rc_aggressive, one.place);
      break;
    }
    if (signs(one.method) && !told_certificate && !TOUCHSTONE_DEFECT("CE-06.no_certificate")) {
      log_->note(Rule::rc_certificate, one.place);
      told_certificate = true;
    }
  }
}

}  // namespace touchstone::ipsec::config
