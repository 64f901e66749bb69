#include "conformance/oracle/ipsec/racoon_words.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

constexpr std::size_t longest_line = 4096;

/// Words of a section; `word>section` leads to another one. The section "" is everywhere.
constexpr std::pair<std::string_view, std::string_view> vocabulary[] = {
    {"top",
     "privsep>privsep path>path include pfkey_buffer complex_bundle log>log padding>padding "
     "listen>listen radiuscfg>radius ldapcfg>ldap mode_cfg>mode_cfg timer>timer sainfo>sainfo "
     "remote>remote gss_id_enc>encoding"},
    {"privsep", "{ user group chroot }>top"},
    {"path", "include pre_shared_key certificate script backupsa pidfile ;>top"},
    {"log", "error warning notify info debug debug2 ;>top"},
    {"padding", "{ randomize randomize_length maximum_length strict_check exclusive_tail }>top"},
    {"listen", "{ isakmp isakmp_natt admin adminsock disabled strict_address }>top"},
    {"radius", "{ auth acct timeout retries }>top"},
    {"ldap",
     "{ version debug timeout uri host port base subtree bind_dn bind_pw attr_user attr_addr "
     "attr_mask attr_group attr_member attr_device }>top"},
    {"mode_cfg",
     "{ network4 netmask4 dns4 nbns4 wins4 default_domain auth_source auth_groups group_source "
     "conf_source accounting system local none radius pam ldap pool_size banner auth_throttle "
     "split_network local_lan include split_dns pfs_group save_passwd , }>top"},
    {"timer", "{ counter interval persend phase1 phase2 natt_keepalive }>top"},
    {"sainfo", "anonymous clientaddr [any] any from group {>sainfo_body ;>top"},
    {"sainfo_body",
     "}>top pfs_group remoteid my_identifier lifetime time byte encryption_algorithm "
     "authentication_algorithm compression_algorithm ,"},
    {"remote", "anonymous inherit ;>top {>remote_body"},
    {"remote_body",
     "}>top , remote_address exchange_mode base main aggressive doi ipsec_doi situation "
     "identity_only secrecy integrity my_identifier xauth_login peers_identifier "
     "verify_identifier certificate_type ca_type x509 plain_rsa peers_certfile dnssec verify_cert "
     "send_cert send_cr match_empty_cr dh_group nonce_size generate_policy unique require "
     "support_proxy initial_contact nat_traversal force proposal_check obey strict exact claim "
     "keepalive passive lifetime time byte dpd dpd_delay dpd_retry dpd_maxfail ph1id ike_frag "
     "esp_frag script phase1_up phase1_down phase1_dead mode_cfg weak_phase1_check rekey "
     "proposal>proposal"},
    {"proposal",
     "{ }>remote_body lifetime time byte encryption_algorithm authentication_method "
     "hash_algorithm dh_group gss_id gssapi_id"},
    {"encoding", "latin1 utf-16le ;>top"},
    {"",
     "on off esp ah ipcomp icmp icmp6 tcp udp gre user_fqdn fqdn keyid address subnet asn1dn tag "
     "file B byte bytes KB MB TB sec secs second seconds min mins minute minutes hour hours yes "
     "no ;"}};

constexpr std::string_view algorithms =
    "des_iv64 des 3des rc5 idea cast128 blowfish 3idea des_iv32 rc4 null_enc null aes rijndael "
    "twofish camellia non_auth hmac_md5 hmac_sha1 hmac_sha2_256 hmac_sha256 hmac_sha2_384 "
    "hmac_sha384 hmac_sha2_512 hmac_sha512 des_mac kpdk md5 sha1 tiger sha2_256 sha256 sha2_384 "
    "sha384 sha2_512 sha512 oui deflate lzs modp768 modp1024 modp1536 ec2n155 ec2n185 modp2048 "
    "modp3072 modp4096 modp6144 modp8192 pre_shared_key rsasig dsssig rsaenc rsarev gssapi_krb";
constexpr std::string_view hybrids =
    "hybrid_rsa_server hybrid_dss_server hybrid_rsa_client hybrid_dss_client xauth_psk_server "
    "xauth_psk_client xauth_rsa_server xauth_rsa_client";

struct Entry {
  std::string_view word;
  std::string_view next;
  char kind;
};
using Entries = std::vector<Entry>;

void add_words(Entries& entries, std::string_view words, char kind) {
  while (!words.empty()) {
    const std::string_view one = words.substr(0, words.find(' '));
    const auto arrow = one.size() > 1 ? one.find('>', 1) : std::string_view::npos;
    const auto next = arrow == std::string_view::npos ? "" : one.substr(arrow + 1);
    entries.push_back({one.substr(0, arrow), next, kind});
    words.remove_prefix(std::min(one.size() + 1, words.size()));
  }
}

const std::map<std::string, Entries, std::less<>>& sections() {
  static const auto made = [] {
    std::map<std::string, Entries, std::less<>> list;
    for (const auto& [section, words] : vocabulary)
      add_words(list[std::string(section)], words, 'w');
    add_words(list[""], algorithms, 'G');
    add_words(list[""], hybrids, 'H');
    return list;
  }();
  return made;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_of_word(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '"';
}

std::size_t count(std::string_view text, auto test) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, test) - text.begin());
}

std::size_t address_at(std::string_view text) {
  if (text.empty() || (!is_hex(text[0]) && text[0] != ':')) return 0;
  std::size_t size = count(text, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  if (size < text.size() && text[size] == '%')
    size += 1 + count(text.substr(size + 1), [](char c) { return is_digit(c) || is_letter(c); });
  return size;
}

/// The form that fits at the front, which its first octet tells.
std::pair<char, std::size_t> form_at(std::string_view rest) {
  switch (rest[0]) {
    case '"': {
      const auto end = rest.find('"', 1);
      return {'T', end == std::string_view::npos ? 0 : end + 1};
    }
    case '/': {
      const auto digits = std::min<std::size_t>(count(rest.substr(1), is_digit), 3);
      return {'P', digits == 0 ? 0 : digits + 1};
    }
    case '[': {
      const auto digits = count(rest.substr(1), is_digit);
      const bool closed = digits != 0 && rest.substr(digits + 1).starts_with(']');
      return {'Q', closed ? digits + 2 : 0};
    }
    case '-': {
      const auto size = address_at(rest.substr(1));
      return {'R', size == 0 ? 0 : size + 1};
    }
    default:
      break;
  }
  std::pair<char, std::size_t> best{'N', count(rest, is_digit)};
  const auto digits = rest.starts_with("0x") ? count(rest.substr(2), is_hex) : 0;
  if (digits != 0) best = {'X', digits + 2};
  if (const auto size = address_at(rest); size > best.second) best = {'A', size};
  return best;
}

/// As strtoul reads it, up to a NUL.
std::uint64_t number_of(std::string_view text) {
  return std::strtoul(std::string(text.substr(0, text.find('\0'))).c_str(), nullptr, 10);
}

}  // namespace

void RacoonLexer::open(std::string file) {
  std::uint64_t line = 1;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= file.size(); ++at) {
    if (at < file.size() && file[at] != '\n') continue;
    // The line end counts where there is one.
    if (at + (at < file.size() ? 1 : 0) - start > longest_line)
      verdict_->note("RC-LONGLINE", Weight::error, line);
    start = at + 1;
    ++line;
  }
  files_.push_back({.text = std::move(file)});
}

RacoonLexer::Found RacoonLexer::find(std::string_view rest) const {
  Found best;
  for (const std::string_view section : {std::string_view(section_), std::string_view()})
    for (const Entry& entry : sections().find(section)->second)
      if (rest.starts_with(entry.word) && (best.kind == 0 || entry.word.size() > best.size))
        best = {entry.kind, entry.word.size(), entry.next};
  const auto [kind, size] = form_at(rest);
  if (size > (best.kind == 0 ? 0 : best.size)) best = {kind, size, {}};
  return best;
}

/// Blanks, line ends and comments. False when a word stands there.
bool RacoonLexer::pass(File& file) {
  const char c = file.text[file.at];
  if (c != ' ' && c != '\t' && c != '\n' && c != '#') return false;
  if (c == '#') {
    const auto end = std::min(file.text.find('\n', file.at), file.text.size());
    if (file.text[end - 1] == '\r' && !file.crlf_told) {
      verdict_->note("RC-CRLF", Weight::warning, file.line);
      file.crlf_told = true;
    }
    file.at = end;
  } else {
    file.line += c == '\n' ? 1 : 0;
    ++file.at;
  }
  file.behind_word = false;
  return true;
}

void RacoonLexer::tell_passed(File& file, std::string_view passed, std::size_t from) {
  if (from == 0 && passed.starts_with("\xEF\xBB\xBF")) {
    verdict_->note("RC-BOM", Weight::warning, file.line);
    passed.remove_prefix(3);
  }
  const bool at_end = file.at >= file.text.size() || file.text[file.at] == '\n';
  if (at_end && passed.ends_with('\r')) {
    if (!file.crlf_told) verdict_->note("RC-CRLF", Weight::warning, file.line);
    file.crlf_told = true;
    passed.remove_suffix(1);
  }
  if (passed.empty()) return;
  const bool nul = passed.find('\0') != std::string_view::npos;
  const bool quote = passed.find('"') != std::string_view::npos;
  verdict_->note(nul ? "RC-NUL" : quote ? "RC-STRING" : "RC-JUNK", Weight::error, file.line);
}

RacoonWord RacoonLexer::cut(File& file, const Found& found, std::size_t passed) {
  if (file.behind_word && is_of_word(file.text[file.at]))
    verdict_->note("RC-GLUED", Weight::warning, file.line);
  const std::size_t from = TOUCHSTONE_ORACLE_DEFECT("ipsec.no-glue") ? file.at : passed;
  const std::string whole = file.text.substr(from, file.at + found.size - from);
  RacoonWord word{
      .kind = found.kind, .text = file.text.substr(file.at, found.size), .line = file.line};
  if (word.kind == 'H') {
    word.kind = 'G';
    word.hybrid = true;
    verdict_->note("RC-HYBRID", Weight::refused_lenient, file.line);
  }
  if (word.kind == 'N') word.number = number_of(whole);
  if (word.kind == 'P' || word.kind == 'Q')
    word.number = static_cast<std::uint32_t>(number_of(std::string_view(whole).substr(1)));
  if (word.kind == 'T') word.text = whole.substr(1, whole.find('"', 1) - 1);
  if (word.kind == 'R') word.text = whole.substr(1);
  if (word.kind == 'A') word.text = whole;
  file.line +=
      static_cast<std::uint64_t>(std::ranges::count(file.text.substr(file.at, found.size), '\n'));
  file.at += found.size;
  file.behind_word = is_of_word(file.text[file.at - 1]);
  if (!found.next.empty()) section_ = found.next;
  return word;
}

RacoonWord RacoonLexer::next() {
  int commas = 0;
  while (!files_.empty()) {
    File& file = files_.back();
    if (!std::exchange(file.begun, true)) section_ = "top";
    const std::size_t passed = file.at;
    Found found;
    while (file.at < file.text.size()) {
      const char c = file.text[file.at];
      if (c == ' ' || c == '\t' || c == '\n' || c == '#') break;
      found = find(std::string_view(file.text).substr(file.at));
      if (found.kind != 0) break;
      ++file.at;
      file.behind_word = false;
    }
    if (file.at > passed)
      tell_passed(file, std::string_view(file.text).substr(passed, file.at - passed), passed);
    if (file.at >= file.text.size()) {
      if (files_.size() == 1) return {.kind = 'E', .text = {}, .line = file.line};
      files_.pop_back();
      continue;
    }
    if (pass(file)) continue;
    const bool skipped = section_ == "remote_body" && file.text[file.at] == ',';
    RacoonWord word = cut(file, found, passed);
    if (skipped) {
      ++commas;
      continue;
    }
    word.commas = commas;
    return word;
  }
  return {};
}

}  // namespace touchstone::conformance::oracle::ipsec
