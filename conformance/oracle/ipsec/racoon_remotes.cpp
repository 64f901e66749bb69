// `remote`, `listen` and what both share.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/ipsec/racoon_statements.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

constexpr std::uint64_t longest_life = 0xffffffff;

// Spelling; numbers as cipher, hash, method, group, ESP, authentication, compression.
constexpr RacoonAlgorithm algorithm_table[] = {
    {"des_iv64", {0, 0, 0, 0, 1, 0, 0}, 0, 0, 8, true},
    {"des", {1, 0, 0, 0, 2, 0, 0}, 0, 0, 8, true},
    {"3des", {5, 0, 0, 0, 3, 0, 0}},
    {"rc5", {0, 0, 0, 0, 0, 0, 0}},
    {"idea", {0, 0, 0, 0, 0, 0, 0}},
    {"cast128", {6, 0, 0, 0, 6, 0, 0}, 40, 128},
    {"blowfish", {3, 0, 0, 0, 7, 0, 0}, 40, 448},
    {"3idea", {0, 0, 0, 0, 0, 0, 0}},
    {"des_iv32", {0, 0, 0, 0, 9, 0, 0}, 0, 0, 8, true},
    {"rc4", {0, 0, 0, 0, 10, 0, 0}, 0, 0, 8, false, false},
    {"null_enc", {0, 0, 0, 0, 11, 0, 0}},
    {"null", {0, 0, 0, 0, 11, 0, 0}},
    {"aes", {7, 0, 0, 0, 12, 0, 0}, 128, 256, 64},
    {"rijndael", {7, 0, 0, 0, 12, 0, 0}, 128, 256, 64},
    {"twofish", {0, 0, 0, 0, 253, 0, 0}, 40, 256},
    {"camellia", {8, 0, 0, 0, 22, 0, 0}, 128, 256, 64},
    {"non_auth", {0, 0, 0, 0, 0, 251, 0}},
    {"hmac_md5", {0, 0, 0, 0, 0, 1, 0}, 0, 0, 8, true},
    {"hmac_sha1", {0, 0, 0, 0, 0, 2, 0}},
    {"hmac_sha2_256", {0, 0, 0, 0, 0, 5, 0}},
    {"hmac_sha256", {0, 0, 0, 0, 0, 5, 0}},
    {"hmac_sha2_384", {0, 0, 0, 0, 0, 6, 0}},
    {"hmac_sha384", {0, 0, 0, 0, 0, 6, 0}},
    {"hmac_sha2_512", {0, 0, 0, 0, 0, 7, 0}},
    {"hmac_sha512", {0, 0, 0, 0, 0, 7, 0}},
    {"des_mac", {0, 0, 0, 0, 0, 0, 0}},
    {"kpdk", {0, 0, 0, 0, 0, 4, 0}, 0, 0, 8, false, false},
    {"md5", {0, 1, 0, 0, 0, 0, 0}, 0, 0, 8, true},
    {"sha1", {0, 2, 0, 0, 0, 0, 0}},
    {"tiger", {0, 0, 0, 0, 0, 0, 0}},
    {"sha2_256", {0, 4, 0, 0, 0, 0, 0}},
    {"sha256", {0, 4, 0, 0, 0, 0, 0}},
    {"sha2_384", {0, 5, 0, 0, 0, 0, 0}},
    {"sha384", {0, 5, 0, 0, 0, 0, 0}},
    {"sha2_512", {0, 6, 0, 0, 0, 0, 0}},
    {"sha512", {0, 6, 0, 0, 0, 0, 0}},
    {"oui", {0, 0, 0, 0, 0, 0, 1}},
    {"deflate", {0, 0, 0, 0, 0, 0, 2}},
    {"lzs", {0, 0, 0, 0, 0, 0, 3}},
    {"modp768", {0, 0, 0, 1, 0, 0, 0}, 0, 0, 8, true},
    {"modp1024", {0, 0, 0, 2, 0, 0, 0}},
    {"modp1536", {0, 0, 0, 5, 0, 0, 0}},
    {"ec2n155", {0, 0, 0, 0, 0, 0, 0}},
    {"ec2n185", {0, 0, 0, 0, 0, 0, 0}},
    {"modp2048", {0, 0, 0, 14, 0, 0, 0}},
    {"modp3072", {0, 0, 0, 15, 0, 0, 0}},
    {"modp4096", {0, 0, 0, 16, 0, 0, 0}},
    {"modp6144", {0, 0, 0, 17, 0, 0, 0}},
    {"modp8192", {0, 0, 0, 18, 0, 0, 0}},
    {"pre_shared_key", {0, 0, 1, 0, 0, 0, 0}},
    {"rsasig", {0, 0, 3, 0, 0, 0, 0}},
    {"dsssig", {0, 0, 2, 0, 0, 0, 0}},
    {"rsaenc", {0, 0, 4, 0, 0, 0, 0}},
    {"rsarev", {0, 0, 5, 0, 0, 0, 0}},
    {"gssapi_krb", {0, 0, 65001, 0, 0, 0, 0}},
};

bool is_pem(const std::string& text, std::string_view kind) {
  const auto begin = text.find("-----BEGIN ");
  return begin != std::string::npos && text.find(kind, begin) != std::string::npos &&
         text.find("-----END ", begin) != std::string::npos;
}

}  // namespace

const RacoonAlgorithm* find_racoon_algorithm(std::string_view spelling) {
  for (const RacoonAlgorithm& row : algorithm_table)
    if (row.spelling == spelling) return &row;
  return nullptr;
}

std::string racoon_name(RacoonClass place, int number) {
  for (const RacoonAlgorithm& row : algorithm_table)
    if (row.in(place) == number) return std::string(row.spelling);
  return std::to_string(number);
}

void RacoonBuilder::take(const RacoonStatement& statement) {
  const RacoonWord& first = statement.words[0];
  if (first.is("path")) conf_.paths[statement.words[1].text] = c_text(statement.words[2].text);
  if (first.is("log")) conf_.log = statement.words[1].text;
  if (first.is("include")) conf_.includes.push_back(statement.words[1].text);
  if (first.is("ldapcfg") || first.is("radiuscfg"))
    note("RC-HYBRID", Weight::refused_lenient, first);
  if (first.is("mode_cfg"))
    for (const RacoonStatement& member : statement.body)
      verdict_.note("RC-HYBRID", Weight::refused_lenient, member.line());
  if (first.is("timer"))
    for (const RacoonStatement& member : statement.body)
      if (member.words.size() == 3) seconds(member.words[1], member.words[2]);
  if (first.is("listen")) listen(statement);
  if (first.is("remote")) remote(statement);
  if (first.is("sainfo")) sainfo(statement);
}

void RacoonBuilder::listen(const RacoonStatement& statement) {
  for (const RacoonStatement& member : statement.body) {
    const auto& words = member.words;
    if (words[0].is("adminsock") && words[1].kind == 'T' && !words[1].text.ends_with(".sock") &&
        !words[1].text.ends_with(".socket"))
      note("RC-SOCKET", Weight::refused, words[1]);
    if (words.size() < 2 || words[1].kind != 'A') continue;
    if (words.size() > 2) port(words[2]);
    conf_.listens.push_back(fmt::format("{}[{}]{}", address(words[1]),
                                        words.size() > 2 ? words[2].number : 500,
                                        words[0].is("isakmp_natt") ? "n" : ""));
  }
}

std::string RacoonBuilder::address(const RacoonWord& word, std::optional<IpAddress>* made) {
  const std::string text = c_text(word.text);
  const auto read = read_address(text);
  const bool digits = text.find_first_not_of("0123456789.:") == std::string::npos;
  if (!read && digits) note("RC-ADDRESS", Weight::refused, word);
  if (!read && !digits) note("RC-HOSTNAME", Weight::refused_lenient, word);
  if (read && !read->exact) note("RC-SHORTADDRESS", Weight::error, word);
  if (made != nullptr) *made = read;
  return read ? print_address(*read) : "";
}

void RacoonBuilder::port(const RacoonWord& word) {
  const std::uint64_t most = TOUCHSTONE_ORACLE_DEFECT("ipsec.port") ? 65536 : 65535;
  if (word.number > most) note("RC-PORT", Weight::error, word);
}

std::uint64_t RacoonBuilder::seconds(const RacoonWord& count, const RacoonWord& unit) {
  const std::uint64_t each = unit.text[0] == 's' ? 1 : unit.text[0] == 'm' ? 60 : 3600;
  const bool zero = count.number == 0 && !TOUCHSTONE_ORACLE_DEFECT("ipsec.life-zero");
  if (zero || count.number > longest_life / each) note("RC-LIFETIME", Weight::error, count);
  return count.number * each;
}

int RacoonBuilder::group(const RacoonWord& word) {
  std::uint64_t number = word.number;
  if (word.kind == 'G') {
    const RacoonAlgorithm* named = find_racoon_algorithm(word.text);
    number = named == nullptr ? 0 : static_cast<std::uint64_t>(named->in(RacoonClass::group));
  }
  if (number == 3 || number == 4) {
    note("RC-EC2N", TOUCHSTONE_ORACLE_DEFECT("ipsec.ec2n") ? Weight::refused : Weight::error, word);
    return static_cast<int>(number);
  }
  const bool known = number == 1 || number == 2 || number == 5 || (number >= 14 && number <= 18);
  if (!known) note("RC-DHGROUP", Weight::refused, word);
  if (number == 1) note("RC-WEAK", Weight::warning, word);
  return known ? static_cast<int>(number) : 0;
}

const RacoonAlgorithm* RacoonBuilder::algorithm(const RacoonWord& word, RacoonClass place) {
  const RacoonAlgorithm* found = find_racoon_algorithm(word.text);
  if (found == nullptr) return nullptr;
  if (found->in(place) == 0 && !TOUCHSTONE_ORACLE_DEFECT("ipsec.any-class")) {
    note("RC-ALGORITHM", Weight::refused, word);
    return nullptr;
  }
  if (place >= RacoonClass::esp && place != RacoonClass::compression && !found->in_kernel)
    note("RC-KERNEL", Weight::refused, word);
  if (found->weak) note("RC-WEAK", Weight::warning, word);
  return found;
}

std::uint32_t RacoonBuilder::key_bits(const RacoonAlgorithm& cipher, const RacoonWord* bits,
                                      const RacoonWord& word) {
  const bool told = bits != nullptr && bits->number != 0;
  if (cipher.most == 0) {
    if (told) note("RC-KEYLENGTH", Weight::refused, *bits);
    return 0;
  }
  if (!told) {
    note("RC-KEYDEFAULT", Weight::warning, word);
    return 128;
  }
  const auto value = static_cast<std::uint32_t>(bits->number);
  const std::uint32_t step = TOUCHSTONE_ORACLE_DEFECT("ipsec.key-step") ? 128 : cipher.step;
  if (value < cipher.least || value > cipher.most || value % step != 0)
    note("RC-KEYLENGTH", Weight::refused, *bits);
  return value;
}

/// `anonymous` or an address, with a port, from the word `at`.
void RacoonBuilder::index(const RacoonStatement& statement, std::size_t at, RacoonRemote& made) {
  const RacoonWord& word = statement.words[at];
  addressed_ = true;
  made.address = word.is("anonymous") ? "anonymous" : address(word);
  made.port = 500;
  if (statement.words.size() <= at + 1 || statement.words[at + 1].kind != 'Q') return;
  made.port = static_cast<std::uint32_t>(statement.words[at + 1].number);
  port(statement.words[at + 1]);
}

bool RacoonBuilder::begin_remote(const RacoonStatement& statement, RacoonRemote& made) {
  const auto& words = statement.words;
  const bool named = words[1].kind == 'T';
  const auto same_name = [&](const RacoonRemote& one) { return one.name == c_text(words[1].text); };
  if (named && std::ranges::any_of(conf_.remotes, same_name))
    note("RC-DUPNAME", Weight::refused, words[1]);
  const auto inherit =
      std::ranges::find_if(words, [](const RacoonWord& word) { return word.is("inherit"); });
  if (inherit != words.end()) {
    const RacoonWord& from = *(inherit + 1);
    std::vector<const RacoonRemote*> parents;
    std::optional<IpAddress> at;
    if (!named && from.kind == 'A') address(from, &at);
    for (const RacoonRemote& one : conf_.remotes)
      if (named ? one.name == c_text(from.text) : at && one.address == print_address(*at))
        parents.push_back(&one);
    const bool fits = named ? !parents.empty() : parents.size() == 1;
    if (!fits) {
      note("RC-INHERIT", Weight::refused, from);
      return false;
    }
    made = *parents[0];
    made.name.clear();
    addressed_ = true;
  }
  if (named) made.name = c_text(words[1].text);
  if (!named) index(statement, 1, made);
  return true;
}

void RacoonBuilder::remote(const RacoonStatement& statement) {
  RacoonRemote made;
  addressed_ = certified_ = pinned_ = rooted_ = false;
  if (!begin_remote(statement, made)) return;
  certified_ = !made.certificate.empty();
  int modes = 0;
  for (const RacoonStatement& member : statement.body) {
    if (member.words[0].is("exchange_mode")) ++modes;
    remote_member(member, made);
  }
  if (modes > 1) verdict_.note("RC-MODETWICE", Weight::warning, statement.line());
  finish_remote(statement, made);
  if (made.address.empty()) made.address = "anonymous";
  is_addressed_.push_back(addressed_);
  conf_.remotes.push_back(std::move(made));
}

void RacoonBuilder::remote_member(const RacoonStatement& member, RacoonRemote& made) {
  const auto& words = member.words;
  const RacoonWord& first = words[0];
  if (first.is("remote_address")) {
    if (addressed_) note("RC-ADDRESSTWICE", Weight::refused, first);
    index(member, 1, made);
  } else if (first.is("exchange_mode")) {
    made.modes.clear();
    for (std::size_t i = 1; i < words.size(); ++i)
      made.modes.push_back(words[i].text);
  } else if (first.is("my_identifier")) {
    made.mine = identity(member, 1);
  } else if (first.is("peers_identifier")) {
    made.peers.push_back(identity(member, 1));
  } else if (first.is("proposal")) {
    proposal(member, made);
  } else if (first.is("certificate_type") || first.is("peers_certfile") || first.is("ca_type")) {
    remote_file(member, made);
  } else {
    remote_word(member, made);
  }
}

void RacoonBuilder::remote_word(const RacoonStatement& member, RacoonRemote& made) {
  const auto& words = member.words;
  const RacoonWord& first = words[0];
  const auto value = [&] { return words[1].text; };
  if (first.is("lifetime") && words[1].is("time")) made.lifetime = seconds(words[2], words[3]);
  if (first.is("lifetime") && words[1].is("byte")) note("RC-LIFEBYTE", Weight::refused, first);
  if (first.is("dh_group")) note("RC-DHHERE", Weight::refused, first);
  if (first.is("xauth_login")) note("RC-HYBRID", Weight::refused_lenient, first);
  if (first.is("situation") && !words[1].is("identity_only"))
    note("RC-SITUATION", Weight::error, words[1]);
  if (first.is("nonce_size")) {
    made.nonce = words[1].number;
    if (made.nonce < 8 || made.nonce > 256) note("RC-NONCE", Weight::error, words[1]);
  }
  if (first.is("dpd_delay")) made.dpd_delay = words[1].number;
  if (first.is("verify_identifier")) made.verify_identifier = value() == "on";
  if (first.is("passive")) made.passive = value() == "on";
  if (first.is("nat_traversal")) made.nat = value();
  if (first.is("proposal_check")) made.check = value();
  if (first.is("generate_policy")) made.generate_policy = value();
}

/// Certificates are opened where files are at hand: below `path certificate`.
void RacoonBuilder::remote_file(const RacoonStatement& member, RacoonRemote& made) {
  const auto& words = member.words;
  bool& told = words[0].is("ca_type")          ? rooted_
               : words[0].is("peers_certfile") ? pinned_
                                               : certified_;
  if (told) note("RC-CERTTWICE", Weight::refused, words[0]);
  told = true;
  if (words[1].is("dnssec")) return;
  const bool plain = words[1].is("plain_rsa");
  const RacoonWord& name = words[words[1].kind == 'T' ? 1 : 2];
  if (words[1].kind == 'T') note("RC-OBSOLETE", Weight::warning, words[0]);
  if (words[0].is("certificate_type") && !plain) {
    made.certificate = c_text(name.text);
    made.key = c_text(words[3].text);
  }
  if (!files_) return;
  const auto folder = conf_.paths.find("certificate");
  const std::string base = folder == conf_.paths.end() ? "/etc/racoon/certs" : folder->second;
  const std::string path = c_text(name.text);
  const auto texts = files_(path.starts_with('/') ? path : base + "/" + path);
  const bool good = !texts.empty() && (plain ? texts[0].find("RSA") != std::string::npos ||
                                                   texts[0].find("PUB") != std::string::npos
                                             : is_pem(texts[0], "CERTIFICATE"));
  if (!good) note("RC-CERTFILE", Weight::refused, name);
}

void RacoonBuilder::proposal(const RacoonStatement& statement, RacoonRemote& made) {
  RacoonProposal one;
  for (const RacoonStatement& member : statement.body) {
    const auto& words = member.words;
    if (words[0].is("lifetime") && words[1].is("time")) one.lifetime = seconds(words[2], words[3]);
    if (words[0].is("lifetime") && words[1].is("byte"))
      note("RC-LIFEBYTE", Weight::refused, words[0]);
    if (words[0].is("dh_group")) one.group = group(words[1]);
    if (words[0].text.starts_with("gss") && one.method != 65001)
      note("RC-GSS", Weight::refused, words[0]);
    proposal_algorithm(member, one);
  }
  for (const std::string_view part :
       {"encryption_algorithm", "hash_algorithm", "authentication_method", "dh_group"}) {
    const bool there = std::ranges::any_of(
        statement.body, [&](const RacoonStatement& member) { return member.words[0].is(part); });
    const bool blind = part == "hash_algorithm" && TOUCHSTONE_ORACLE_DEFECT("ipsec.no-hash");
    if (!there && !blind) verdict_.note("RC-PROPOSALPART", Weight::refused, statement.line());
  }
  made.proposals.push_back(one);
}

void RacoonBuilder::proposal_algorithm(const RacoonStatement& member, RacoonProposal& made) {
  const auto& words = member.words;
  const RacoonWord* bits = words.size() > 2 ? &words[2] : nullptr;
  if (words[0].is("encryption_algorithm")) {
    const RacoonAlgorithm* cipher = algorithm(words[1], RacoonClass::cipher);
    if (cipher == nullptr) return;
    made.cipher = cipher->in(RacoonClass::cipher);
    made.key_bits = key_bits(*cipher, bits, words[1]);
  } else if (words[0].is("hash_algorithm")) {
    const RacoonAlgorithm* hash = algorithm(words[1], RacoonClass::hash);
    if (hash != nullptr) made.hash = hash->in(RacoonClass::hash);
  } else if (words[0].is("authentication_method")) {
    const RacoonAlgorithm* method = algorithm(words[1], RacoonClass::method);
    if (method != nullptr) made.method = method->in(RacoonClass::method);
  }
}

}  // namespace touchstone::conformance::oracle::ipsec
