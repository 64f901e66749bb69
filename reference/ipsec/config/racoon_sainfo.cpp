// The statement `sainfo`: the two ends, what protects between them, and which sainfo racoon finds.

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/racoon_builder.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::uint64_t any_protocol = 255;
constexpr std::uint64_t icmp = 1;
constexpr std::uint64_t icmp6 = 58;

struct Protocol {
  std::string_view name;
  std::uint64_t number;
};
// RFC 790 and its successors; the names are racoon's.
constexpr Protocol protocols[] = {{"esp", 50},      {"ah", 51}, {"ipcomp", 108}, {"icmp", icmp},
                                  {"icmp6", icmp6}, {"tcp", 6}, {"udp", 17},     {"gre", 47}};

std::uint64_t protocol(const Word& word) {
  if (word.kind == terminals().number) return word.number;
  const auto* row = std::ranges::find(protocols, word.text, &Protocol::name);
  return row == std::end(protocols) ? any_protocol : row->number;
}

/// How racoon compares two ends: type and octets, never protocol and port; anonymous fits all.
bool fits(const SainfoId& one, const SainfoId& other) {
  using Kind = SainfoId::Kind;
  if (one.kind == Kind::anonymous || other.kind == Kind::anonymous) return true;
  if (one.kind != other.kind || one.kind == Kind::client_address) return false;
  if (one.kind == Kind::text)
    return one.type == other.type && one.type != IdType::address && one.type != IdType::subnet &&
           one.text == other.text;
  if (one.low != other.low) return false;
  return one.kind == Kind::range ? one.high == other.high : one.prefix == other.prefix;
}

int exactness(const Sainfo& one) {
  using Kind = SainfoId::Kind;
  return (one.remote_id != 0 ? 3 : 0) + (one.from ? 3 : 0) +
         (one.local.kind != Kind::anonymous ? 1 : 0) + (one.peer.kind != Kind::anonymous ? 1 : 0);
}

bool same_source(const Sainfo& one, const Sainfo& other) {
  return !one.from || !other.from || *one.from == *other.from;
}

template <class List>
bool has_number(const List& list, std::uint16_t number) {
  return std::ranges::find(list, number, &Transform::number) != list.end();
}

}  // namespace

void RacoonBuilder::sainfo(const Statement& statement) {
  Sainfo made;
  made.place = statement.place;
  const std::span<const Word> words(statement.words);
  if (words.size() < 2) return;
  std::size_t at = 1 + sainfo_id(words.subspan(1), made.local);
  const bool alone = statement.kind == StatementKind::sainfo_anonymous;
  if (!alone && at < words.size()) at += sainfo_id(words.subspan(at), made.peer);
  if (at < words.size()) sainfo_from(words.subspan(at), made);
  for (const Statement& member : statement.body)
    if (!member.damaged) sainfo_member(member, made);
  finish_sainfo(statement, made);
}

/// One end; gives how many words it has.
std::size_t RacoonBuilder::sainfo_id(std::span<const Word> words, SainfoId& made) {
  using Kind = SainfoId::Kind;
  if (words[0].text == "anonymous") return 1;
  if (words[0].text == "clientaddr") {
    made.kind = Kind::client_address;
    return 1;
  }
  if (words.size() < 2) return words.size();
  if (words[1].kind == terminals().string) {
    constexpr std::string_view names[] = {"user_fqdn", "fqdn",   "keyid",
                                          "address",   "subnet", "asn1dn"};
    made.kind = Kind::text;
    made.type = static_cast<IdType>(std::ranges::find(names, words[0].text) - std::begin(names));
    made.text = words[1].text;
    if (made.type == IdType::asn1dn) log_->note(Rule::rc_sainfo_id, words[0].place);
    return 2;
  }
  const auto last = std::ranges::find_if(words, [](const Word& word) {
    return word.text == "any" || word.kind == terminals().number ||
           std::ranges::find(protocols, word.text, &Protocol::name) != std::end(protocols);
  });
  const auto count = std::min(static_cast<std::size_t>(last - words.begin()) + 1, words.size());
  sainfo_network(words.first(count), made);
  return count;
}

/// `<id-type> address [range] [prefix] [port] protocol`.
void RacoonBuilder::sainfo_network(std::span<const Word> words, SainfoId& made) {
  made.kind = SainfoId::Kind::network;
  const auto low = address(words[1]);
  if (low) made.low = *low;
  made.prefix = made.low.bits();
  const Word& last = words.back();
  made.protocol = protocol(last);
  if (made.protocol > 255 && !TOUCHSTONE_DEFECT("MO-18.protocol"))
    log_->note(Rule::rc_protocol, last.place);
  for (const Word& word : words.subspan(2))
    sainfo_mark(word, low.has_value(), made);
  const bool is_icmp = made.protocol == icmp || made.protocol == icmp6;
  const bool other_family = low && is_icmp && low->v6 != (made.protocol == icmp6);
  if ((is_icmp && made.port != 0 && !TOUCHSTONE_DEFECT("RF-07.icmp_port")) || other_family)
    log_->note(Rule::rc_icmp, last.place);
  if (made.kind == SainfoId::Kind::network && made.prefix < made.low.bits() &&
      network_of(made.low, static_cast<unsigned>(made.prefix)) != made.low)
    log_->note(Rule::rc_host_bits, words[1].place);
}

/// A range, prefix or port; `known`: the low address of `made` could be read.
void RacoonBuilder::sainfo_mark(const Word& word, bool known, SainfoId& made) {
  const Terminals& kinds = terminals();
  if (word.kind == kinds.port) {
    made.port = static_cast<std::uint32_t>(word.number);
    port(word);
  } else if (word.kind == kinds.prefix) {
    made.prefix = word.number;
    if (made.prefix > made.low.bits() + (TOUCHSTONE_DEFECT("MO-19.prefix") ? 1 : 0))
      log_->note(Rule::rc_prefix, word.place);
  } else if (word.kind == kinds.range) {
    made.kind = SainfoId::Kind::range;
    const auto high = address(word);
    if (high && known && high->v6 != made.low.v6) log_->note(Rule::rc_family, word.place);
    if (high) made.high = *high;
  }
}

/// `from <id-type> [value]` or `group "name"`.
void RacoonBuilder::sainfo_from(std::span<const Word> words, Sainfo& made) {
  if (words[0].text == "group") return log_->note(Rule::rc_hybrid, words[0].place);
  made.from = identity(words.subspan(1));
  if (!made.from->value || made.from->type == IdType::subnet)
    log_->note(Rule::rc_sainfo_id, words[0].place);
}

void RacoonBuilder::sainfo_member(const Statement& statement, Sainfo& made) {
  const std::vector<Word>& words = statement.words;
  switch (statement.kind) {
    case StatementKind::pfs_group:
      made.pfs_group = group(words[1]);
      return;
    case StatementKind::remoteid:
      made.remote_id = static_cast<std::uint32_t>(words[1].number);
      return;
    case StatementKind::sainfo_lifetime:
      made.lifetime = seconds(words[2], words[3]);
      return;
    case StatementKind::sainfo_bytes:
      return log_->note(Rule::rc_life_byte, statement.place);
    case StatementKind::sainfo_algorithms:
      return sainfo_algorithms(statement, made);
    default:
      return;
  }
}

void RacoonBuilder::sainfo_algorithms(const Statement& statement, Sainfo& made) {
  const std::span<const Word> words(statement.words);
  const std::string& kind = words[0].text;
  const bool ciphers = kind == "encryption_algorithm";
  const bool auths = kind == "authentication_algorithm";
  const AlgorithmClass place = ciphers ? AlgorithmClass::phase2_cipher
                               : auths ? AlgorithmClass::phase2_auth
                                       : AlgorithmClass::phase2_compression;
  std::vector<Transform>& list = ciphers ? made.ciphers : auths ? made.auths : made.compressions;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].kind != terminals().algorithm) continue;
    const bool has_bits = i + 1 < words.size() && words[i + 1].kind == terminals().number;
    const Word* bits = has_bits ? &words[i + 1] : nullptr;
    const Algorithm* found = algorithm(words[i], place);
    if (found == nullptr) {
      list.push_back({});
      continue;
    }
    Transform one{.number = found->in(place)};
    if (ciphers) {
      one.key_bits = key_bits(*found, bits, words[i].place);
      const auto lengths = key_lengths(*found);
      if (lengths && one.key_bits < lengths->kernel_least)
        log_->note(Rule::rc_kernel, words[i].place);
    } else if (bits != nullptr && bits->number != 0) {
      log_->note(Rule::rc_key_length, bits->place, "expected no number; this key has one length");
    }
    list.push_back(one);
  }
}

void RacoonBuilder::finish_sainfo(const Statement& statement, const Sainfo& made) {
  const bool whole = !made.ciphers.empty() && !made.auths.empty() && !made.compressions.empty();
  if (!whole && !statement.damaged) log_->note(Rule::rc_sainfo_part, statement.place);
  if (has_number(made.ciphers, 11) && has_number(made.auths, 251))
    log_->note(Rule::rc_no_protection, statement.place);
  const auto found = std::ranges::find_if(sainfo_order_, [&](std::size_t index) {
    const Sainfo& one = config_.sainfos[index];
    return one.remote_id == made.remote_id && same_source(one, made) &&
           one.peer.kind != SainfoId::Kind::client_address && fits(made.local, one.local) &&
           fits(made.peer, one.peer);
  });
  using Kind = SainfoId::Kind;
  const auto open = [&](const Sainfo& one) {
    return one.remote_id == made.remote_id && one.local.kind == Kind::anonymous &&
           one.peer.kind == Kind::anonymous && !one.from;
  };
  if (open(made) && std::ranges::any_of(config_.sainfos, open))
    log_->note(Rule::rc_two_anonymous, statement.place);
  if (found != sainfo_order_.end()) {
    const Sainfo& one = config_.sainfos[*found];
    if (one.local.kind != Kind::anonymous && made.local.kind != Kind::anonymous &&
        !TOUCHSTONE_DEFECT("RF-07.sainfo_twice"))
      log_->note(Rule::rc_dup_sainfo, statement.place);
  }
  const auto before = std::ranges::find_if(sainfo_order_, [&](std::size_t index) {
    return exactness(made) > exactness(config_.sainfos[index]);
  });
  sainfo_order_.insert(before, config_.sainfos.size());
  config_.sainfos.push_back(made);
}

}  // namespace touchstone::ipsec::config
