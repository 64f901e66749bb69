#include "conformance/oracle/ipsec/pair.h"

#include <algorithm>
#include <functional>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

/// What the steps share; filled as they go.
struct Talk {
  const PairEnd& from;
  const PairEnd& to;
  PairUse use;
  const RacoonRemote* mine = nullptr;
  const RacoonRemote* theirs = nullptr;
  const SetkeyPolicy* policy = nullptr;
  const SetkeyPolicy* answer = nullptr;
  const RacoonSainfo* offer = nullptr;
  const RacoonSainfo* own = nullptr;
};

const RacoonRemote* remote_for(const PairEnd& end, const std::string& peer) {
  const RacoonRemote* open = nullptr;
  for (const RacoonRemote& one : end.racoon.remotes) {
    if (one.address == peer) return &one;
    if (one.address == "anonymous") open = &one;
  }
  return open;
}

const SetkeyPolicy* policy_out(const PairEnd& end, const std::string& peer) {
  for (const SetkeyPolicy& one : end.policies) {
    if (one.direction != "out" || one.action != "ipsec" || one.requests.empty()) continue;
    std::string near = one.from.address ? print_address(*one.from.address) : "";
    std::string far = one.to.address ? print_address(*one.to.address) : "";
    for (const SetkeyRequest& request : one.requests)
      if (request.from) {
        near = print_address(*request.from);
        far = print_address(*request.to);
        break;
      }
    if (near == end.address && far == peer) return &one;
  }
  return nullptr;
}

std::string presence(Talk& talk) {
  talk.mine = remote_for(talk.from, talk.to.address);
  talk.theirs = remote_for(talk.to, talk.from.address);
  talk.policy = policy_out(talk.from, talk.to.address);
  if (talk.mine == nullptr || talk.theirs == nullptr) return "PC-NOREMOTE";
  if (talk.mine->passive && !TOUCHSTONE_ORACLE_DEFECT("pair.passive")) return "PC-PASSIVE";
  return talk.policy == nullptr ? "PC-NOPOLICY" : "";
}

std::string mode(Talk& talk) {
  const auto& list = talk.theirs->modes;
  const bool has = std::ranges::find(list, talk.mine->modes.at(0)) != list.end();
  return has || TOUCHSTONE_ORACLE_DEFECT("pair.mode") ? "" : "PC-MODE";
}

/// Why the responder does not take an offer, with how far it came.
std::pair<int, std::string> objection(const Talk& talk, const RacoonProposal& a,
                                      const RacoonProposal& b) {
  if (a.method != b.method) return {0, "PC-METHOD"};
  if (a.cipher != b.cipher) return {1, "PC-CIPHER"};
  if (a.group != b.group) return {2, "PC-GROUP"};
  if (a.hash != b.hash) return {3, "PC-HASH"};
  const std::string& check = talk.theirs->check;
  const bool equal_key = talk.use.charon || check == "exact";
  const bool short_key = equal_key ? a.key_bits != b.key_bits : a.key_bits < b.key_bits;
  if (short_key && (equal_key || check != "obey")) return {4, "PC-KEYLENGTH"};
  if (talk.use.charon || check == "obey") return {9, ""};
  const std::uint64_t offered = a.lifetime.value_or(talk.mine->lifetime);
  const std::uint64_t kept = b.lifetime.value_or(talk.theirs->lifetime);
  const bool refused = check == "exact" ? offered != kept : offered > kept;
  if (refused && !TOUCHSTONE_ORACLE_DEFECT("pair.life")) return {5, "PC-LIFETIME"};
  return {9, ""};
}

std::string proposal(Talk& talk) {
  std::pair<int, std::string> best{-1, "PC-METHOD"};
  for (const RacoonProposal& a : talk.mine->proposals)
    for (const RacoonProposal& b : talk.theirs->proposals)
      best = std::max(best, objection(talk, a, b));
  return best.second;
}

/// `checker` looks at what `sender`, who is at `address`, calls itself.
std::string identity(const Talk& talk, const RacoonRemote& sender, const std::string& address,
                     const RacoonRemote& checker) {
  const bool by_key = std::ranges::any_of(
      sender.proposals, [](const RacoonProposal& one) { return one.method == 1; });
  const bool main_mode = talk.mine->modes.at(0) == "main";
  if (by_key && main_mode && !talk.use.charon && sender.mine.type != "address")
    return "PC-IDENTITY";
  const bool looks = talk.use.charon || checker.verify_identifier;
  if (!looks || checker.peers.empty()) return "";
  const std::string sent = sender.mine.value.value_or(address);
  const bool known = std::ranges::any_of(checker.peers, [&](const RacoonIdentity& one) {
    return one.type == sender.mine.type && (!one.value || *one.value == sent);
  });
  return known || TOUCHSTONE_ORACLE_DEFECT("pair.identity") ? "" : "PC-IDENTITY";
}

std::string identities(Talk& talk) {
  const std::string first = identity(talk, *talk.mine, talk.from.address, *talk.theirs);
  return first.empty() ? identity(talk, *talk.theirs, talk.to.address, *talk.mine) : first;
}

std::optional<std::string> key_for(const PskRows& rows, const std::string& peer,
                                   const RacoonRemote& sender, bool main_mode) {
  PskReading reading;
  reading.rows = rows;
  if (!main_mode && sender.mine.type != "address" && sender.mine.value)
    if (auto named = reading.find(*sender.mine.value)) return named;
  return reading.find(peer);
}

std::string credentials(Talk& talk) {
  const int method = talk.mine->proposals.at(0).method;
  if (method != 1) {
    const bool both = !talk.mine->certificate.empty() && !talk.theirs->certificate.empty();
    return both || method > 5 ? "" : "PC-CERTIFICATE";
  }
  const bool main_mode = talk.mine->modes.at(0) == "main";
  const auto mine = key_for(talk.from.keys, talk.to.address, *talk.theirs, main_mode);
  const auto theirs = key_for(talk.to.keys, talk.from.address, *talk.mine, main_mode);
  if (!mine || !theirs) return "PC-NOKEY";
  return mine == theirs || TOUCHSTONE_ORACLE_DEFECT("pair.key") ? "" : "PC-KEY";
}

bool uses(const SetkeyPolicy& policy, std::string_view protocol) {
  return std::ranges::any_of(policy.requests,
                             [&](const SetkeyRequest& one) { return one.protocol == protocol; });
}

std::string nat(Talk& talk) {
  if (!talk.use.nat) return "";
  const bool both = talk.mine->nat != "off" && talk.theirs->nat != "off";
  if (!talk.use.charon && !both) return "PC-NAT";
  return uses(*talk.policy, "ah") ? "PC-NATAH" : "";
}

bool overlaps(const SetkeyEnd& a, const SetkeyEnd& b) {
  return (a.port == 0 || b.port == 0 || a.port == b.port) &&
         shares(*a.address, *b.address, std::min(a.prefix, b.prefix));
}

std::string selectors(Talk& talk) {
  for (const SetkeyPolicy& one : talk.to.policies) {
    if (one.direction != "in" || one.action != "ipsec") continue;
    const SetkeyPolicy& own = *talk.policy;
    const bool protocols =
        one.protocol == 255 || own.protocol == 255 || one.protocol == own.protocol;
    const bool fits =
        talk.use.charon && !TOUCHSTONE_ORACLE_DEFECT("pair.narrow")
            ? protocols && overlaps(own.from, one.from) && overlaps(own.to, one.to)
            : one.from == own.from && one.to == own.to && one.protocol == own.protocol;
    if (!fits) continue;
    talk.answer = &one;
    return "";
  }
  return talk.theirs->generate_policy == "off" ? "PC-SELECTOR" : "";
}

std::string requests(Talk& talk) {
  if (talk.use.charon && uses(*talk.policy, "ah") && uses(*talk.policy, "esp")) return "PC-BUNDLE";
  if (talk.answer == nullptr) return "";
  const auto& a = talk.policy->requests;
  const auto& b = talk.answer->requests;
  const auto same = [&](auto member) { return std::ranges::equal(a, b, {}, member, member); };
  if (!same(&SetkeyRequest::protocol)) return "PC-PROTOCOLS";
  if (!same(&SetkeyRequest::mode)) return "PC-ENCAPSULATION";
  return same(&SetkeyRequest::from) && same(&SetkeyRequest::to) ? "" : "PC-ENDS";
}

/// An end of a sainfo against an end of a policy, without port and protocol.
bool covers(const std::string& end, const SetkeyEnd& policy) {
  if (end == "anonymous") return true;
  return end.substr(0, end.find('[')) ==
         print_address(*policy.address) + "/" + std::to_string(policy.prefix);
}

const RacoonSainfo* sainfo_for(const PairEnd& end, const SetkeyEnd& near, const SetkeyEnd& far,
                               const std::string& peer) {
  const RacoonSainfo* best = nullptr;
  int most = -1;
  for (const RacoonSainfo& one : end.racoon.sainfos) {
    const bool from = one.from.empty() || one.from == "address:" + peer;
    if (!from || !covers(one.local, near) || !covers(one.peer, far)) continue;
    const int exact = (one.from.empty() ? 0 : 3) + (one.remote_id == 0 ? 0 : 3) +
                      (one.local == "anonymous" ? 0 : 1) + (one.peer == "anonymous" ? 0 : 1);
    if (exact > most) best = &one;
    most = std::max(most, exact);
  }
  return best;
}

std::string sainfos(Talk& talk) {
  talk.offer = sainfo_for(talk.from, talk.policy->from, talk.policy->to, talk.to.address);
  talk.own = sainfo_for(talk.to, talk.policy->to, talk.policy->from, talk.from.address);
  return talk.offer == nullptr || talk.own == nullptr ? "PC-NOSAINFO" : "";
}

bool meets(const Talk& talk, const std::vector<RacoonTransform>& offers,
           const std::vector<RacoonTransform>& own) {
  const std::string& check = talk.theirs->check;
  for (const auto& [number, bits] : offers)
    for (const auto& [other, wanted] : own) {
      if (number != other) continue;
      if (talk.use.charon || check == "exact" ? bits == wanted : check == "obey" || bits >= wanted)
        return true;
    }
  return false;
}

std::string ciphers(Talk& talk) {
  const bool used = uses(*talk.policy, "esp");
  return !used || meets(talk, talk.offer->ciphers, talk.own->ciphers) ? "" : "PC-CIPHER2";
}

std::string auths(Talk& talk) {
  return meets(talk, talk.offer->auths, talk.own->auths) ? "" : "PC-AUTH2";
}

std::string pfs(Talk& talk) {
  const std::string& check = talk.theirs->check;
  const bool equal = talk.offer->pfs_group == talk.own->pfs_group;
  const bool lenient = !talk.use.charon && check != "exact";
  if (equal || (lenient && (talk.own->pfs_group == 0 || check == "obey"))) return "";
  return TOUCHSTONE_ORACLE_DEFECT("pair.pfs") ? "" : "PC-PFS";
}

std::string life(Talk& talk) {
  if (talk.use.charon) return "";
  const std::string& check = talk.theirs->check;
  const bool refused = (check == "strict" && talk.offer->lifetime > talk.own->lifetime) ||
                       (check == "exact" && talk.offer->lifetime != talk.own->lifetime);
  return refused ? "PC-LIFETIME2" : "";
}

}  // namespace

std::string predict(const PairEnd& from, const PairEnd& to, const PairUse& use) {
  Talk talk{.from = from, .to = to, .use = use};
  const std::function<std::string(Talk&)> steps[] = {
      presence, mode,    proposal, identities, credentials, nat, selectors,
      requests, sainfos, ciphers,  auths,      pfs,         life};
  for (const auto& step : steps)
    if (const std::string code = step(talk); !code.empty()) return code;
  return {};
}

}  // namespace touchstone::conformance::oracle::ipsec
