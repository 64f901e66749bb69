// `sainfo`, identifiers, and what is judged when a remote or a sainfo is complete.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/ipsec/racoon_statements.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

std::uint64_t protocol_of(const RacoonWord& word) {
  if (word.kind == 'N') return word.number;
  constexpr std::pair<std::string_view, std::uint64_t> names[] = {
      {"esp", 50},   {"ah", 51}, {"ipcomp", 108}, {"icmp", 1},
      {"icmp6", 58}, {"tcp", 6}, {"udp", 17},     {"gre", 47}};
  for (const auto& [name, number] : names)
    if (word.is(name)) return number;
  return 255;
}

/// `C=SE, CN=x`: names of RFC 4514 with a value, or dotted object identifiers.
bool is_distinguished_name(const std::string& text) {
  constexpr std::string_view known =
      " C ST L O OU CN SN GN title initials DC UID name description street serialNumber "
      "emailAddress countryName stateOrProvinceName localityName organizationName "
      "organizationalUnitName commonName surname givenName domainComponent userId streetAddress "
      "dnQualifier generationQualifier postalCode unstructuredName ";
  std::string_view rest = text;
  for (;;) {
    const std::string_view part = rest.substr(0, rest.find_first_of(",/"));
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals + 1 == part.size()) return false;
    const std::string_view name = part.substr(0, equals);
    const bool country = name == "C" || name == "countryName";
    if (country && part.size() != equals + 3) return false;
    const bool dotted =
        name.find('.') != name.npos && name.find_first_not_of("0123456789.") == name.npos;
    if (!dotted && known.find(fmt::format(" {} ", name)) == std::string_view::npos) return false;
    if (part.size() == rest.size()) return true;
    rest.remove_prefix(part.size() + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
}

int exactness(const RacoonSainfo& one) {
  return (one.remote_id != 0 ? 3 : 0) + (one.from.empty() ? 0 : 3) +
         (one.local == "anonymous" ? 0 : 1) + (one.peer == "anonymous" ? 0 : 1);
}

bool same_end(const std::string& a, const std::string& b) {
  if (a == "anonymous" || b == "anonymous") return true;
  return a == b && a != "clientaddr";
}

}  // namespace

RacoonIdentity RacoonBuilder::identity(const RacoonStatement& statement, std::size_t at) {
  const auto& words = statement.words;
  RacoonIdentity made{words[at].text, std::nullopt};
  const bool tag = words.size() > at + 1 && words[at + 1].is("tag");
  const RacoonWord& last = words.back();
  if (words.size() > at + 1 && (last.kind == 'T' || last.kind == 'A')) made.value = last.text;
  const bool name = made.type == "fqdn" || made.type == "user_fqdn";
  if (name && made.value.value_or("").empty()) note("RC-IDENTITY", Weight::refused, last);
  if (!made.value) return made;
  if (made.type == "address") made.value = address(last);
  if (made.type == "asn1dn" && !is_distinguished_name(*made.value))
    note("RC-DN", Weight::refused, last);
  if (made.type == "keyid" && !tag && files_ && files_(c_text(*made.value)).empty())
    note("RC-KEYID", Weight::refused, last);
  return made;
}

void RacoonBuilder::finish_remote(const RacoonStatement& statement, const RacoonRemote& made) {
  const std::uint64_t line = statement.line();
  const auto tell = [&](std::string_view code, Weight weight) {
    verdict_.note(code, weight, line);
  };
  if (made.modes.empty() && !TOUCHSTONE_ORACLE_DEFECT("ipsec.no-mode"))
    tell("RC-NOMODE", Weight::refused);
  if (made.proposals.empty()) tell("RC-NOPROPOSAL", Weight::refused);
  if (!addressed_) tell("RC-NOADDRESS", Weight::error);
  if (made.mine.type == "asn1dn" && !made.mine.value && made.certificate.empty() &&
      !TOUCHSTONE_ORACLE_DEFECT("ipsec.dn"))
    tell("RC-DN", Weight::refused);
  bool by_key = false;
  bool signs = false;
  bool one_group = true;
  for (const RacoonProposal& one : made.proposals) {
    by_key = by_key || one.method == 1;
    signs = signs || (one.method >= 2 && one.method <= 5);
    one_group =
        one_group && one.group == made.proposals[0].group && one.group != 3 && one.group != 4;
  }
  const bool aggressive = std::ranges::find(made.modes, "aggressive") != made.modes.end();
  if (aggressive && !one_group && !TOUCHSTONE_ORACLE_DEFECT("ipsec.aggressive"))
    verdict_.note("RC-AGGRESSIVE", Weight::refused, 0);
  if (signs && !certified_) verdict_.note("RC-CERTIFICATE", Weight::error, 0);
  const bool main_only = made.modes.size() == 1 && made.modes[0] == "main";
  if (main_only && by_key && made.mine.type != "address") tell("RC-MAINPSK", Weight::warning);
  for (std::size_t i = 0; i < conf_.remotes.size(); ++i) {
    const RacoonRemote& one = conf_.remotes[i];
    const bool same = one.address == made.address && one.port == made.port && is_addressed_[i] &&
                      addressed_ && (one.name.empty() || made.name.empty());
    if (same && !TOUCHSTONE_ORACLE_DEFECT("ipsec.twice")) {
      tell("RC-DUPREMOTE", Weight::error);
      break;
    }
  }
}

/// One end of a sainfo, from the word `at`; gives the word behind it.
std::size_t RacoonBuilder::sainfo_end(const RacoonStatement& statement, std::size_t at,
                                      std::string& made, std::string& compared) {
  const auto& words = statement.words;
  made = compared = words[at].text;
  if (words[at].is("anonymous") || words[at].is("clientaddr")) return at + 1;
  if (words[at + 1].kind == 'T') {
    if (words[at].is("asn1dn")) note("RC-SAINFOID", Weight::refused, words[at]);
    made = compared = fmt::format("{}:{}", words[at].text, words[at + 1].text);
    return at + 2;
  }
  SainfoHosts hosts;
  const std::string first = address(words[at + 1], &hosts.low);
  at = sainfo_hosts(statement, at + 2, hosts);
  const std::uint64_t protocol = protocol_of(words[at]);
  check_sainfo(hosts, protocol, words[at]);
  compared = hosts.range.empty() ? fmt::format("{}/{}", first, hosts.bits) : first + hosts.range;
  made = fmt::format("{}[{}]{}", compared, hosts.port, protocol);
  return at + 1;
}

std::size_t RacoonBuilder::sainfo_hosts(const RacoonStatement& statement, std::size_t at,
                                        SainfoHosts& made) {
  const auto& words = statement.words;
  if (made.low) made.bits = made.low->bits();
  for (; words[at].kind == 'R' || words[at].kind == 'P' || words[at].kind == 'Q' ||
         words[at].is("[any]");
       ++at) {
    if (words[at].kind == 'R') made.range = "-" + address(words[at], &made.high);
    if (words[at].kind == 'Q') made.port = words[at].number;
    if (words[at].kind == 'Q') port(words[at]);
    if (words[at].kind != 'P') continue;
    if (words[at].number > made.bits && !TOUCHSTONE_ORACLE_DEFECT("ipsec.prefix"))
      note("RC-PREFIX", Weight::error, words[at]);
    made.bits = words[at].number;
  }
  return at;
}

void RacoonBuilder::check_sainfo(const SainfoHosts& hosts, std::uint64_t protocol,
                                 const RacoonWord& word) {
  const auto& [low, high, range, bits, told_port] = hosts;
  if (protocol > 255) note("RC-PROTOCOL", Weight::error, word);
  if (low && high && low->octets.size() != high->octets.size())
    note("RC-FAMILY", Weight::refused, word);
  const bool icmp = protocol == 1 || protocol == 58;
  const bool family = low && icmp && (low->octets.size() == 16) != (protocol == 58);
  if ((icmp && told_port != 0 && !TOUCHSTONE_ORACLE_DEFECT("ipsec.icmp")) || family)
    note("RC-ICMP", Weight::refused, word);
  if (low && range.empty() && has_host_bits(*low, bits))
    verdict_.note("RC-HOSTBITS", Weight::warning, word.line);
}

void RacoonBuilder::sainfo(const RacoonStatement& statement) {
  const auto& words = statement.words;
  RacoonSainfo made;
  Compared compared{"anonymous", "anonymous", {}, 0, 0};
  std::size_t at = sainfo_end(statement, 1, made.local, compared.local);
  const auto behind = [&] {
    return at < words.size() && !words[at].is("from") && !words[at].is("group");
  };
  if (behind()) at = sainfo_end(statement, at, made.peer, compared.peer);
  if (at < words.size() && words[at].is("group"))
    note("RC-HYBRID", Weight::refused_lenient, words[at]);
  if (at < words.size() && words[at].is("from")) {
    const RacoonIdentity from = identity(statement, at + 1);
    if (!from.value || from.type == "subnet") note("RC-SAINFOID", Weight::refused, words[at]);
    made.from = compared.from = fmt::format("{}:{}", from.type, from.value.value_or(""));
  }
  sainfo_members(statement, made);
  compared.remote_id = made.remote_id;
  compared.exactness = exactness(made);
  finish_sainfo(statement, std::move(made), std::move(compared));
}

void RacoonBuilder::sainfo_members(const RacoonStatement& statement, RacoonSainfo& made) {
  for (const RacoonStatement& member : statement.body) {
    const auto& words = member.words;
    if (words[0].is("pfs_group")) made.pfs_group = group(words[1]);
    if (words[0].is("remoteid")) made.remote_id = static_cast<std::uint32_t>(words[1].number);
    if (words[0].is("lifetime") && words[1].is("time")) made.lifetime = seconds(words[2], words[3]);
    if (words[0].is("lifetime") && words[1].is("byte"))
      note("RC-LIFEBYTE", Weight::refused, words[0]);
    if (words[0].text.ends_with("_algorithm")) sainfo_algorithms(member, made);
  }
}

void RacoonBuilder::sainfo_algorithms(const RacoonStatement& member, RacoonSainfo& made) {
  const auto& words = member.words;
  const bool ciphers = words[0].is("encryption_algorithm");
  const bool auths = words[0].is("authentication_algorithm");
  const RacoonClass place = ciphers ? RacoonClass::esp
                            : auths ? RacoonClass::auth
                                    : RacoonClass::compression;
  auto& list = ciphers ? made.ciphers : auths ? made.auths : made.compressions;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].kind != 'G') continue;
    const RacoonWord* bits =
        i + 1 < words.size() && words[i + 1].kind == 'N' ? &words[i + 1] : nullptr;
    const RacoonAlgorithm* found = algorithm(words[i], place);
    RacoonTransform one{found == nullptr ? 0 : found->in(place), 0};
    if (found != nullptr && ciphers) {
      one.second = key_bits(*found, bits, words[i]);
      // Linux has Blowfish and CAST from 40 bits, the others from 128.
      const bool long_only = found->most == 256;
      if (long_only && one.second < 128) note("RC-KERNEL", Weight::refused, words[i]);
    } else if (found != nullptr && bits != nullptr && bits->number != 0) {
      note("RC-KEYLENGTH", Weight::refused, *bits);
    }
    list.push_back(one);
  }
}

void RacoonBuilder::finish_sainfo(const RacoonStatement& statement, RacoonSainfo made,
                                  Compared compared) {
  const auto tell = [&](std::string_view code, Weight weight) {
    verdict_.note(code, weight, statement.line());
  };
  const bool compressed =
      !made.compressions.empty() || TOUCHSTONE_ORACLE_DEFECT("ipsec.no-compression");
  if (made.ciphers.empty() || made.auths.empty() || !compressed)
    tell("RC-SAINFOPART", Weight::refused);
  const auto holds = [](const std::vector<RacoonTransform>& list, int number) {
    return std::ranges::any_of(list, [&](const auto& one) { return one.first == number; });
  };
  if (holds(made.ciphers, 11) && holds(made.auths, 251)) tell("RC-NOPROTECTION", Weight::error);
  const auto open = [&](const Compared& one) {
    return one.remote_id == compared.remote_id && one.local == "anonymous" &&
           one.peer == "anonymous" && one.from.empty();
  };
  if (open(compared) && std::ranges::any_of(compared_, open)) tell("RC-TWOANON", Weight::error);
  for (const Compared& one : compared_) {
    const bool from = one.from.empty() || compared.from.empty() || one.from == compared.from;
    if (one.remote_id != compared.remote_id || !from || one.peer == "clientaddr" ||
        !same_end(one.local, compared.local) || !same_end(one.peer, compared.peer))
      continue;
    if (one.local != "anonymous" && compared.local != "anonymous" &&
        !TOUCHSTONE_ORACLE_DEFECT("ipsec.dup-sainfo"))
      tell("RC-DUPSAINFO", Weight::refused);
    break;
  }
  const auto place = std::ranges::find_if(
      compared_, [&](const Compared& one) { return compared.exactness > one.exactness; });
  compared_.insert(place, std::move(compared));
  conf_.sainfos.push_back(std::move(made));
}

}  // namespace touchstone::conformance::oracle::ipsec
