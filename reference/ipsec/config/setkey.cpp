#include "reference/ipsec/config/setkey.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/setkey_checks.h"
#include "reference/ipsec/config/setkey_lexer.h"
#include "reference/ipsec/config/setkey_policy.h"

namespace touchstone::ipsec::config {
namespace {

std::uint64_t number(std::string_view digits, int base = 10) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return result.ec == std::errc::result_out_of_range ? ~std::uint64_t{0} : value;
}

/// One run over the script. Every reading function gives false when the command is refused.
class Parser {
 public:
  Parser(SetkeyReading& reading, RuleLog& log)
      : reading_(&reading), log_(&log), lexer_(as_text(reading.text)) {}

  void run() {
    advance();
    while (!at("end") && !done_) {
      made_ = {};
      made_.place = token_.place;
      const bool good = command();
      made_.end = token_.place.offset + 1;
      if (log_->profile() == Profile::daemon && log_->refused()) return;
      if (!good) {
        recover();
        continue;
      }
      reading_->commands.push_back(std::move(made_));
      lexer_.reset();
      advance();
    }
  }

 private:
  [[nodiscard]] bool at(std::string_view kind) const { return token_.kind == kind; }
  void advance() { token_ = lexer_.next(); }
  void take() {
    made_.words.push_back(token_.text);
    advance();
  }

  bool refuse(Rule rule, std::string_view text = {}) {
    log_->note(at("fault") ? Rule::sk_octet : rule, token_.place, at("fault") ? "" : text);
    return false;
  }
  bool expect(std::string_view kind, std::string_view text) {
    if (!at(kind)) return refuse(Rule::sk_syntax, text);
    take();
    return true;
  }
  /// The `;` stays the current word.
  bool ends() { return at(";") || refuse(Rule::sk_syntax, "expected ;"); }

  void recover() {
    lexer_.reset();
    while (!at("end") && !at(";"))
      advance();
    if (at(";")) advance();
  }

  bool command() {
    const std::string_view kind = token_.kind;
    if (kind == "<add>") return add();
    if (kind == "<get>" || kind == "<delete>") return by_spi();
    if (kind == "<deleteall>") return delete_all();
    if (kind == "<spdadd>" || kind == "<spdupdate>" || kind == "<spddelete>") return policy();
    if (kind == "<flush>" || kind == "<dump>") {
      take();
      if (at("<protocol>") || at("tcp") || (TOUCHSTONE_DEFECT("IC-07.flush_word") && at("string")))
        take();
      return ends();
    }
    if (kind == "<spdflush>" || kind == "<spddump>") {
      take();
      return ends();
    }
    if (kind != "<exit>") return refuse(Rule::sk_syntax);
    take();
    done_ = at(";");
    return ends();
  }

  bool add() {
    Association made;
    if (!head(made)) return false;
    if (!algorithms(made) || !ends()) return false;
    check_association(made, *log_);
    reading_->associations.push_back(std::move(made));
    return true;
  }

  bool by_spi() {
    Association made;
    return head(made) && ends();
  }

  bool delete_all() {
    Endpoint from;
    Endpoint to;
    take();
    flags();
    return address(from, false) && address(to, false) && protocol(nullptr) && ends();
  }

  /// `add` to the last extension.
  bool head(Association& made) {
    made.place = token_.place;
    take();
    flags();
    if (!address(made.from, true) || !address(made.to, true) || !protocol(&made)) return false;
    if (!at("decimal") && !at("hex")) return refuse(Rule::sk_syntax, "expected an SPI");
    made.spi = at("hex") ? number(token_.text.substr(2), 16) : number(token_.text);
    if ((made.spi < 256 && !TOUCHSTONE_DEFECT("RS-04.reserved")) || made.spi > 0xffffffff)
      log_->note(Rule::sk_spi, token_.place);
    if (made.from.address && made.to.address && made.from.address->v6 != made.to.address->v6)
      log_->note(Rule::sk_families, made.place);
    take();
    return extensions(made);
  }

  void flags() {
    while (at("flags"))
      take();
  }

  bool address(Endpoint& made, bool with_port) {
    if (!at("string")) return refuse(Rule::sk_syntax, "expected an IP address");
    const SetkeyToken token = token_;
    take();
    if (with_port && !port(made)) return false;
    return resolve(made, token);
  }

  bool resolve(Endpoint& made, const SetkeyToken& token) {
    made.address = parse_address(token.text, AddressForm::system);
    const std::string_view bare = token.text.substr(0, token.text.find('%'));
    const bool digits = token.text.find_first_not_of("0123456789.:") == std::string_view::npos;
    if (!made.address)
      log_->note(digits ? Rule::sk_address : Rule::sk_host_name, token.place);
    else if (!parse_address(bare, AddressForm::exact))
      log_->note(Rule::sk_short_address, token.place);
    return true;
  }

  /// `[80]`, `[any]` or nothing.
  bool port(Endpoint& made) {
    if (!at("[")) return true;
    take();
    if (at("decimal")) {
      const std::uint64_t value = number(token_.text);
      if (value > 65535 + (TOUCHSTONE_DEFECT("MO-05.port") ? 1 : 0))
        log_->note(Rule::sk_port, token_.place);
      made.port = static_cast<std::uint32_t>(value);
    } else if (at("string")) {
      log_->note(Rule::sk_port_name, token_.place);
    } else if (!at("any")) {
      return refuse(Rule::sk_syntax, "expected a port or any");
    }
    take();
    return expect("]", "expected ]");
  }

  /// Nothing, or what protects; remembers whether it is an old form.
  bool protocol(Association* made) {
    old_ = false;
    if (!at("<protocol>") && !at("tcp")) return true;
    const std::string_view text = token_.text;
    old_ = text.ends_with("-old");
    take();
    if (made != nullptr)
      made->protocol = text.starts_with("esp")  ? SaProtocol::esp
                       : text.starts_with("ah") ? SaProtocol::ah
                       : text == "tcp"          ? SaProtocol::tcp
                                                : SaProtocol::ipcomp;
    if (old_) log_->note(Rule::sk_obsolete, token_.place);
    Endpoint origin;
    return text != "esp-udp" || !at("string") || address(origin, false);
  }

  bool extensions(Association& made) {
    while (at("-f") || at("-m") || at("-ctx") || at("<option>"))
      if (!extension(made)) return false;
    return true;
  }

  bool extension(Association& made) {
    if (at("-ctx")) return context();
    if (at("<option>")) return option(made);
    const bool is_mode = at("-m");
    take();
    return is_mode ? mode(made) : expect("<extension>", "expected an extension");
  }

  bool mode(Association& made) {
    made.mode = token_.text == "tunnel"      ? SaMode::tunnel
                : token_.text == "transport" ? SaMode::transport
                                             : SaMode::any;
    const bool any = at("any") || (TOUCHSTONE_DEFECT("IC-07.any_mode") && at("string"));
    return expect(any ? token_.kind : "<mode>", "expected transport, tunnel or any");
  }

  bool context() {
    take();
    return expect("decimal", "expected a number") && expect("decimal", "expected a number") &&
           expect("quoted", "expected a text in quotation marks");
  }

  bool option(Association& made) {
    const std::string_view name = token_.text;
    const Place place = token_.place;
    take();
    const std::uint64_t value = at("decimal") ? number(token_.text) : 0;
    if (!expect("decimal", "expected a number")) return false;
    if (name == "-r" && old_) log_->note(Rule::sk_old, place);
    if (name == "-lh") made.hard_seconds = value;
    if (name == "-ls") made.soft_seconds = value;
    return true;
  }

  bool algorithms(Association& made) {
    if (at("-C")) {
      take();
      made.cipher = token_.text;
      if (!expect("<compression>", "expected oui, deflate or lzs")) return false;
      if (at("-R")) take();
      return true;
    }
    if (at("-E")) {
      take();
      if (!keyed(false, made.cipher, made.cipher_key)) return false;
      if (!at("-A")) return true;
    }
    if (!at("-A")) return refuse(Rule::sk_syntax, "expected -E, -A or -C");
    take();
    return keyed(true, made.auth, made.auth_key);
  }

  bool keyed(bool auth, std::string& name, SecretOctets& key) {
    const SetkeyAlgorithm* found = find_setkey_algorithm(auth, token_.text);
    name = token_.text;
    const Place place = token_.place;
    if (!expect(auth ? "<auth>" : "<cipher>", "expected an algorithm")) return false;
    if (found->weak) log_->note(Rule::sk_weak, place);
    const bool old_form = found->kind == KeyKind::short_iv;
    if ((found->kind == KeyKind::derived && old_) || (old_form && !old_))
      log_->note(Rule::sk_old, place);
    if (found->kind == KeyKind::obsolete) log_->note(Rule::sk_obsolete, place);
    if (found->kind == KeyKind::keyless || found->kind == KeyKind::obsolete) return true;
    if (!at("quoted") && !at("hex")) return refuse(Rule::sk_syntax, "expected a key");
    key = read_key(token_, *log_);
    check_key(*found, key.size() * 8, token_.place, *log_);
    take();
    return true;
  }

  bool policy() {
    Policy made;
    made.place = token_.place;
    const bool keeps = !at("<spddelete>");
    take();
    if (at("<tagged>") && keeps) {
      take();
      return expect("quoted", "expected a text in quotation marks") && requests(made) && ends();
    }
    flags();
    if (!selector(made.from) || !selector(made.to) || !upper(made)) return false;
    if (at("-ctx") && !context()) return false;
    if (!requests(made) || !ends()) return false;
    check_policy(made, *log_);
    if (keeps) reading_->policies.push_back(std::move(made));
    return true;
  }

  bool selector(Endpoint& made) {
    if (!at("string")) return refuse(Rule::sk_syntax, "expected an IP address");
    const SetkeyToken token = token_;
    take();
    resolve(made, token);
    made.prefix = made.address ? made.address->bits() : 0;
    if (at("/")) {
      take();
      if (!at("decimal")) return refuse(Rule::sk_syntax, "expected the bits of the prefix");
      made.prefix = number(token_.text);
      if (made.address) check_prefix(made, token_.place, *log_);
      take();
    }
    return port(made);
  }

  /// The upper-layer protocol and what may stand behind it.
  bool upper(Policy& made) {
    if (at("decimal")) {
      made.protocol = number(token_.text);
      if (made.protocol > 255) log_->note(Rule::sk_protocol_number, token_.place);
    } else if (at("tcp")) {
      made.protocol = 6;
    } else if (at("string")) {
      const auto known = upper_protocol(token_.text);
      if (!known && !TOUCHSTONE_DEFECT("MO-06.any_name")) return refuse(Rule::sk_protocol);
      made.protocol = known.value_or(255);
    } else if (!at("any")) {
      return refuse(Rule::sk_protocol);
    }
    take();
    if (!at("string")) return true;
    if (!is_upper_detail(made.protocol, token_.text)) return refuse(Rule::sk_detail);
    take();
    return true;
  }

  bool requests(Policy& made) {
    if (!expect("-P", "expected -P")) return false;
    if (!at("requests")) return refuse(Rule::sk_syntax, "expected in, out or fwd");
    read_policy(token_.text, token_.place, made, *log_);
    take();
    return true;
  }

  SetkeyReading* reading_;
  RuleLog* log_;
  SetkeyLexer lexer_;
  SetkeyToken token_;
  SetkeyCommand made_;  ///< the one that is being read
  bool old_ = false;
  bool done_ = false;
};

void append(SecretOctets& out, std::string_view text) {
  const OctetView octets = as_octets(text);
  out.insert(out.end(), octets.begin(), octets.end());
}

/// The words of a policy, one blank between them.
void append_folded(SecretOctets& out, std::string_view text) {
  bool blank = false;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (blank && !is_blank) out.push_back(' ');
    if (!is_blank) out.push_back(static_cast<std::uint8_t>(c));
    blank = is_blank;
  }
}

}  // namespace

SetkeyReading read_setkey(SecretOctets text, Profile profile) {
  RuleLog log(profile);
  SetkeyReading reading;
  reading.text = std::move(text);
  if (reading.text.size() > max_setkey_file)
    log.note(Rule::sk_too_large, {});
  else
    Parser(reading, log).run();
  check_policies(reading, log);
  reading.accepted = !log.refused();
  reading.findings = std::move(log).take();
  return reading;
}

SecretOctets print_setkey(const SetkeyReading& reading) {
  SecretOctets out;
  for (const SetkeyCommand& command : reading.commands) {
    bool behind_policy = false;
    for (std::size_t i = 0; i < command.words.size(); ++i) {
      const std::string_view word = command.words[i];
      if (i != 0 && !behind_policy) append(out, " ");
      if (behind_policy)
        append_folded(out, word.starts_with(' ') ? word : " " + std::string(word));
      else
        append(out,
               TOUCHSTONE_DEFECT("IC-07.prints_keys") && word.starts_with("0x") ? "0x00" : word);
      behind_policy = word == "-P";
    }
    append(out, ";\n");
  }
  return out;
}

}  // namespace touchstone::ipsec::config
