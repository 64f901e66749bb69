// From words to statements, and from statements to the model.

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/racoon_statements.h"
#include "conformance/oracle/ipsec/racoon_words.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

/// What stands behind a first word, by section: O for {, C for }, words as they are, and a letter
/// for each other kind of word (racoon_words.h). $name stands for a part of `word_parts`.
struct FormRow {
  std::string_view section, words, form;
};
constexpr FormRow form_rows[] = {
    {"top", "privsep padding listen ldapcfg radiuscfg mode_cfg timer", "O"},
    {"top", "path", "(include|pre_shared_key|certificate|script|backupsa|pidfile) T ;"},
    {"top", "include", "T ;"},
    {"top", "pfkey_buffer", "N ;"},
    {"top", "gss_id_enc", "(latin1|utf-16le) ;"},
    {"top", "log", "(error|warning|notify|info|debug|debug2) ;"},
    {"top", "complex_bundle", "$switch ;"},
    {"top", "sainfo",
     "(anonymous|anonymous (clientaddr|$end)|$end (anonymous|clientaddr|$end))( from "
     "(user_fqdn|fqdn|keyid|address|subnet|asn1dn)( [AT])?| group T)? O"},
    {"top", "remote", "(T inherit T (O|;)|T O|$index inherit $index (O|;)|$index O)"},
    {"privsep", "user group", "[TN] ;"},
    {"privsep", "chroot", "T ;"},
    {"padding", "randomize randomize_length strict_check exclusive_tail", "$switch ;"},
    {"padding", "maximum_length", "N ;"},
    {"listen", "isakmp isakmp_natt", "A( Q)? ;"},
    {"listen", "adminsock", "(T( T T N)?|disabled) ;"},
    {"listen", "strict_address", ";"},
    {"ldapcfg", "version timeout port debug", "N ;"},
    {"ldapcfg",
     "uri host base bind_dn bind_pw attr_user attr_addr attr_mask attr_group attr_member "
     "attr_device",
     "T ;"},
    {"ldapcfg", "subtree", "$switch ;"},
    {"radiuscfg", "auth acct", "T( N)? T ;"},
    {"radiuscfg", "timeout retries", "N ;"},
    {"mode_cfg", "network4 netmask4", "A ;"},
    {"mode_cfg", "dns4 nbns4 wins4", "A( , A)* ;"},
    {"mode_cfg", "split_network", "(local_lan|include) A P( , A P)* ;"},
    {"mode_cfg", "split_dns auth_groups", "T( , T)* ;"},
    {"mode_cfg", "default_domain banner", "T ;"},
    {"mode_cfg", "auth_source", "(system|radius|pam|ldap) ;"},
    {"mode_cfg", "group_source", "(system|ldap) ;"},
    {"mode_cfg", "accounting", "(none|system|radius|pam) ;"},
    {"mode_cfg", "conf_source", "(local|radius|ldap) ;"},
    {"mode_cfg", "pool_size pfs_group auth_throttle", "N ;"},
    {"mode_cfg", "save_passwd", "$switch ;"},
    {"timer", "counter persend", "N ;"},
    {"timer", "interval phase1 phase2 natt_keepalive", "N $unit ;"},
    {"sainfo", "pfs_group", "[GN] ;"},
    {"sainfo", "remoteid", "N ;"},
    {"sainfo", "lifetime", "$life"},
    {"sainfo", "encryption_algorithm authentication_algorithm compression_algorithm", "$list"},
    {"remote", "remote_address", "A( Q)? ;"},
    {"remote", "exchange_mode", "((base|main|aggressive) )*;"},
    {"remote", "doi", "ipsec_doi ;"},
    {"remote", "situation", "(identity_only|secrecy|integrity) ;"},
    {"remote", "certificate_type", "(x509 T T|plain_rsa T) ;"},
    {"remote", "peers_certfile", "((x509 )?T|plain_rsa T|dnssec) ;"},
    {"remote", "ca_type", "x509 T ;"},
    {"remote",
     "verify_cert send_cert send_cr match_empty_cr verify_identifier passive mode_cfg "
     "weak_phase1_check support_proxy initial_contact dpd",
     "$switch ;"},
    {"remote", "ike_frag nat_traversal rekey", "(on|off|force) ;"},
    {"remote", "generate_policy", "(on|off|require|unique) ;"},
    {"remote", "my_identifier peers_identifier", "$identity ;"},
    {"remote", "xauth_login", "([AT] )?;"},
    {"remote", "nonce_size esp_frag dpd_delay dpd_retry dpd_maxfail ph1id", "N ;"},
    {"remote", "dh_group", "[GN] ;"},
    {"remote", "script", "T (phase1_up|phase1_down|phase1_dead) ;"},
    {"remote", "lifetime", "$life"},
    {"remote", "proposal_check", "(obey|strict|exact|claim) ;"},
    {"remote", "proposal", "O"},
    {"proposal", "lifetime", "$life"},
    {"proposal", "dh_group", "[GN] ;"},
    {"proposal", "gss_id gssapi_id", "T ;"},
    {"proposal", "encryption_algorithm hash_algorithm authentication_method", "G( N)? ;"},
};

constexpr std::pair<std::string_view, std::string_view> word_parts[] = {
    {"$switch", "(on|off)"},
    {"$list", "G( N)?( , G( N)?)* ;"},
    {"$life", "(time N $unit|byte N (B|byte|bytes|KB|MB|TB)) ;"},
    {"$unit", "(sec|secs|second|seconds|min|mins|minute|minutes|hour|hours)"},
    {"$identity", "$type( (tag|file))?( [AT])?"},
    {"$end", "$type (T|A( R)?( P)?( Q| \\[any\\])? (N|esp|ah|ipcomp|icmp|icmp6|tcp|udp|gre|any))"},
    {"$type", "(user_fqdn|fqdn|keyid|address|subnet|asn1dn)"},
    {"$index", "(anonymous|A)( Q)?"},
};

/// The expression of a section and a first word; nothing when the section has no such word.
std::string form_of(std::string_view section, std::string_view word) {
  for (const FormRow& row : form_rows) {
    if (row.section != section ||
        fmt::format(" {} ", row.words).find(fmt::format(" {} ", word)) == std::string::npos)
      continue;
    std::string form(row.form);
    for (const auto& [name, text] : word_parts)
      for (auto at = form.find(name); at != std::string::npos; at = form.find(name))
        form.replace(at, name.size(), text);
    return form;
  }
  return {};
}

bool fits(const std::string& section, const std::string& first, const std::string& letters) {
  static std::map<std::pair<std::string, std::string>, std::optional<std::regex>> made;
  const auto [at, fresh] = made.try_emplace({section, first});
  const std::string form = fresh ? form_of(section, first) : std::string();
  if (!form.empty()) at->second.emplace(form);
  return at->second && std::regex_match(letters, *at->second);
}

class Reader {
 public:
  Reader(RacoonReading& reading, const RacoonFiles& files)
      : reading_(reading), files_(files), lexer_(reading.verdict), builder_(reading, files) {}

  void read(std::string text) {
    lexer_.open(std::move(text));
    try {
      RacoonStatement statement;
      while (next_statement("top", statement)) {
        builder_.take(statement);
        if (statement.words[0].is("path") && statement.words[1].is("include"))
          folder_ = statement.words[2].text;
        if (statement.words[0].is("include")) include(statement.words[1]);
      }
    } catch (const Stop&) {
      reading_.verdict.stopped = true;
    }
  }

 private:
  struct Stop {};

  /// Where in a statement a fault of syntax is told is left open.
  [[noreturn]] void stop(std::string_view code, std::uint64_t line) {
    const bool syntax = code == "RC-SYNTAX" || code == "RC-END";
    reading_.verdict.note(code, Weight::refused, syntax ? 0 : line);
    throw Stop{};
  }

  /// False at the end of the section.
  bool next_statement(const std::string& section, RacoonStatement& made) {
    made = {};
    std::string letters;
    for (;;) {
      RacoonWord word = lexer_.next();
      const bool first = made.words.empty();
      if (first && ends_section(section, word)) return false;
      if (word.kind == 'E') stop("RC-END", word.line);
      check_commas(made, word);
      if (first && word.kind != 'w') stop("RC-SYNTAX", word.line);
      if (!first) letters += (letters.empty() ? "" : " ") + letter_of(word);
      if (word.is(";") || word.is("{") || word.is("}")) {
        if (first || !fits(section, made.words[0].text, letters)) stop("RC-SYNTAX", word.line);
        if (word.is("{")) body(made);
        return true;
      }
      made.words.push_back(std::move(word));
    }
  }

  static bool ends_section(const std::string& section, const RacoonWord& word) {
    return section == "top" ? word.kind == 'E' : word.is("}");
  }

  static std::string letter_of(const RacoonWord& word) {
    if (word.is("{")) return "O";
    if (word.is("}")) return "C";
    return word.kind == 'w' ? word.text : std::string(1, word.kind);
  }

  void body(RacoonStatement& made) {
    const std::string section = made.words[0].text;
    RacoonStatement member;
    while (next_statement(section, member))
      made.body.push_back(std::move(member));
  }

  void check_commas(const RacoonStatement& made, const RacoonWord& word) {
    const bool mode = word.is("base") || word.is("main") || word.is("aggressive");
    const bool between = made.words.size() > 1 && made.words[0].is("exchange_mode") && mode;
    if (word.commas != (between ? 1 : 0))
      reading_.verdict.note("RC-COMMA", Weight::warning, word.line);
  }

  void include(const RacoonWord& name) {
    if (!files_) return;
    if (lexer_.depth() >= 10) stop("RC-DEPTH", name.line);
    const std::string path = name.text.starts_with('/') ? name.text : folder_ + "/" + name.text;
    std::vector<std::string> found = files_(path);
    if (found.empty()) stop("RC-INCLUDE", name.line);
    std::ranges::reverse(found);
    for (std::string& text : found)
      lexer_.open(std::move(text));
  }

  RacoonReading& reading_;
  const RacoonFiles& files_;
  RacoonLexer lexer_;
  RacoonBuilder builder_;
  std::string folder_ = "/etc/racoon";
};

}  // namespace

RacoonReading read_racoon(std::string text, const RacoonFiles& files) {
  RacoonReading reading;
  Reader(reading, files).read(std::move(text));
  return reading;
}

}  // namespace touchstone::conformance::oracle::ipsec
