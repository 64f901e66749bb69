#include "conformance/oracle/ipsec/setkey_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

struct Stop {};

struct Token {
  std::string text;
  std::uint64_t line = 0;
};
using Tokens = std::vector<Token>;

struct Algorithm {
  std::string_view name;
  std::size_t least, most, step;  ///< bits; most 0: Linux lacks it
  bool weak = false;
  bool keyless = false;
};
constexpr Algorithm auths[] = {{"hmac-md5", 128, 128, 8, true}, {"hmac-sha1", 160, 160, 8},
                               {"keyed-md5", 0, 0, 8, true},    {"keyed-sha1", 0, 0, 8, true},
                               {"hmac-sha2-256", 256, 256, 8},  {"hmac-sha256", 256, 256, 8},
                               {"hmac-sha2-384", 384, 384, 8},  {"hmac-sha384", 384, 384, 8},
                               {"hmac-sha2-512", 512, 512, 8},  {"hmac-sha512", 512, 512, 8},
                               {"hmac-ripemd160", 160, 160, 8}, {"aes-xcbc-mac", 128, 128, 8},
                               {"tcp-md5", 8, 640, 8, true},    {"null", 0, 0, 8, true, true}};
constexpr Algorithm ciphers[] = {{"des-cbc", 64, 64, 8, true},   {"3des-cbc", 192, 192, 8},
                                 {"null", 0, 0, 8, false, true}, {"blowfish-cbc", 40, 448, 8},
                                 {"cast128-cbc", 40, 128, 8},    {"twofish-cbc", 128, 256, 64},
                                 {"aes-cbc", 128, 256, 64},      {"rijndael-cbc", 128, 256, 64},
                                 {"aes-ctr", 160, 288, 64},      {"camellia-cbc", 128, 256, 64}};

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint64_t number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return result.ec == std::errc() ? value : ~std::uint64_t{0};
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view(":._-%,").find(c) != std::string_view::npos;
}

class ScriptReader {
 public:
  explicit ScriptReader(SetkeyReading& out) : out_(out) {}

  void read(std::string_view text) {
    try {
      cut(text);
      while (at_ < tokens_.size() && !done_)
        command();
    } catch (const Stop&) {
      out_.verdict.stopped = true;
      return;
    }
    whole();
  }

 private:
  void note(std::string_view code, Weight weight, std::uint64_t line) {
    out_.verdict.note(code, weight, line);
  }
  [[noreturn]] void stop(std::string_view code, std::uint64_t line) {
    note(code, Weight::refused, line);
    throw Stop{};
  }

  void cut(std::string_view text) {
    std::uint64_t line = 1;
    bool policy = false;
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      std::size_t size = 1;
      if (policy) {
        size = std::min(text.find(';', at), text.size()) - at;
        const std::string_view whole = text.substr(at, size);
        const auto comment = whole.find('#');
        tokens_.push_back({std::string(whole), line});
        if (comment != std::string_view::npos) fault_at_ = std::min(fault_at_, tokens_.size() - 1);
        policy = false;
      } else if (c == '#') {
        size = std::min(text.find('\n', at), text.size()) - at;
      } else if (c == '"') {
        const auto end = text.find('"', at + 1);
        if (end == std::string_view::npos) fault_at_ = std::min(fault_at_, tokens_.size());
        size = std::min(end, text.size() - 1) + 1 - at;
        tokens_.push_back({std::string(text.substr(at, size)), line});
      } else if (is_word(c)) {
        while (at + size < text.size() && is_word(text[at + size]))
          ++size;
        tokens_.push_back({std::string(text.substr(at, size)), line});
        policy = tokens_.back().text == "-P";
      } else if (c != ' ' && c != '\t' && c != '\n') {
        if (std::string_view("/[];").find(c) == std::string_view::npos)
          fault_at_ = std::min(fault_at_, tokens_.size());
        tokens_.push_back({std::string(1, c), line});
      }
      line += static_cast<std::uint64_t>(std::ranges::count(text.substr(at, size), '\n'));
      at += size;
    }
  }

  // The words of the command at hand.
  const Token& here() {
    static const Token end;
    if (at_ >= fault_at_) stop("SK-OCTET", at_ < tokens_.size() ? tokens_[at_].line : 0);
    if (at_ >= tokens_.size()) stop("SK-SYNTAX", 0);
    return tokens_[at_];
  }
  bool at(std::string_view text) { return here().text == text; }
  Token take() {
    const Token token = here();
    ++at_;
    return token;
  }
  bool accept(std::string_view text) {
    if (!at(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!accept(text)) stop("SK-SYNTAX", here().line);
  }

  void command() {
    const Token first = take();
    if (first.text == "add") return add(first.line);
    if (first.text == "spdadd" || first.text == "spdupdate" || first.text == "spddelete")
      return policy(first);
    const std::string& word = first.text;
    if (word == "get" || word == "delete") {
      SetkeyAssociation unused;
      head(unused);
    } else if (word == "deleteall") {
      end(false);
      end(false);
      protocol();
    } else if (word == "flush" || word == "dump") {
      protocol();
    } else if (word == "exit" || word == "quit" || word == "bye") {
      done_ = true;
    } else if (word != "spdflush" && word != "spddump") {
      stop("SK-SYNTAX", first.line);
    }
    expect(";");
  }

  std::string protocol() {
    for (const std::string_view word :
         {"esp", "ah", "esp-old", "ah-old", "esp-udp", "ipcomp", "tcp"})
      if (accept(word)) return std::string(word);
    return {};
  }

  SetkeyEnd end(bool with_port, bool with_prefix = false) {
    while (at("-4") || at("-6") || at("-n") || at("-46n"))
      ++at_;
    SetkeyEnd made;
    const Token token = take();
    if (!is_word(token.text[0]) || token.text[0] == '-') stop("SK-SYNTAX", token.line);
    made.address = read_address(token.text);
    const bool digits = token.text.find_first_not_of("0123456789.:") == std::string::npos;
    if (!made.address)
      note(digits ? "SK-ADDRESS" : "SK-HOSTNAME",
           digits ? Weight::refused : Weight::refused_lenient, token.line);
    if (made.address && !made.address->exact) note("SK-SHORTADDRESS", Weight::error, token.line);
    if (made.address) made.prefix = made.address->bits();
    if (with_prefix && accept("/")) prefix(made);
    if (with_port && accept("[")) port(made);
    return made;
  }

  void prefix(SetkeyEnd& made) {
    const Token token = take();
    if (!all_digits(token.text)) stop("SK-SYNTAX", token.line);
    made.prefix = number(token.text);
    if (!made.address) return;
    if (made.prefix > made.address->bits() && !TOUCHSTONE_ORACLE_DEFECT("setkey.prefix"))
      note("SK-PREFIX", Weight::error, token.line);
    else if (has_host_bits(*made.address, made.prefix))
      note("SK-HOSTBITS", Weight::warning, token.line);
  }

  void port(SetkeyEnd& made) {
    const Token token = take();
    if (all_digits(token.text)) {
      made.port = number(token.text);
      if (made.port > 65535) note("SK-PORT", Weight::error, token.line);
    } else if (token.text != "any") {
      note("SK-PORTNAME", Weight::refused, token.line);
    }
    expect("]");
  }

  void head(SetkeyAssociation& made) {
    made.from = end(true);
    made.to = end(true);
    made.protocol = protocol();
    if (made.protocol == "esp-udp") made.protocol = "esp";
    if (made.protocol.ends_with("-old")) {
      made.protocol.resize(made.protocol.size() - 4);
      note("SK-OBSOLETE", Weight::warning, here().line);
    }
    const Token spi = take();
    if (!all_digits(spi.text) && !spi.text.starts_with("0x")) stop("SK-SYNTAX", spi.line);
    made.spi = number(spi.text);
    const std::uint64_t least = TOUCHSTONE_ORACLE_DEFECT("setkey.spi") ? 1 : 256;
    if (made.spi < least || made.spi > 0xffffffff) note("SK-SPI", Weight::error, spi.line);
    if (made.from.address && made.to.address &&
        made.from.address->octets.size() != made.to.address->octets.size())
      note("SK-FAMILIES", Weight::error, made.line);
    extensions(made);
  }

  void extensions(SetkeyAssociation& made) {
    for (;;) {
      if (accept("-m")) {
        const Token mode = take();
        if (mode.text != "transport" && mode.text != "tunnel" && mode.text != "any")
          stop("SK-SYNTAX", mode.line);
        made.mode = mode.text;
      } else if (accept("-f")) {
        take();
      } else if (at("-u") || at("-r") || at("-lh") || at("-ls") || at("-bh") || at("-bs")) {
        const Token option = take();
        const Token value = take();
        if (!all_digits(value.text)) stop("SK-SYNTAX", value.line);
        if (option.text == "-lh") made.hard = number(value.text);
        if (option.text == "-ls") made.soft = number(value.text);
      } else {
        return;
      }
    }
  }

  void add(std::uint64_t line) {
    SetkeyAssociation made;
    made.line = line;
    head(made);
    if (accept("-C")) {
      made.cipher = take().text;
      accept("-R");
    } else {
      if (!at("-E") && !at("-A")) stop("SK-SYNTAX", here().line);
      if (accept("-E")) keyed(ciphers, made.cipher, made.cipher_bits);
      if (accept("-A")) keyed(auths, made.auth, made.auth_bits);
    }
    expect(";");
    judge(made);
    out_.associations.push_back(std::move(made));
  }

  template <std::size_t size>
  void keyed(const Algorithm (&table)[size], std::string& name, std::size_t& bits) {
    const Token token = take();
    const auto* row = std::ranges::find(table, token.text, &Algorithm::name);
    if (row == std::end(table)) stop("SK-SYNTAX", token.line);
    name = token.text;
    if (row->weak) note("SK-WEAK", Weight::warning, token.line);
    if (row->keyless) return;
    const Token key = take();
    const bool text = key.text[0] == '"';
    if (!text && !key.text.starts_with("0x")) stop("SK-SYNTAX", key.line);
    if (text) note("SK-TEXTKEY", Weight::warning, key.line);
    const std::size_t digits = key.text.size() - 2;
    bits = text ? digits * 8 : (digits + 1) / 2 * 8;
    if (!text && digits % 2 != 0) note("SK-ODDKEY", Weight::error, key.line);
    const std::size_t least = TOUCHSTONE_ORACLE_DEFECT("setkey.short-key") ? 8 : row->least;
    if (row->most == 0)
      note("SK-KERNEL", Weight::refused, token.line);
    else if (bits < least || bits > row->most)
      note("SK-KEYLENGTH", Weight::refused, key.line);
    else if ((bits - row->least) % row->step != 0)
      note("SK-KEYSIZE", Weight::error, key.line);
  }

  void judge(const SetkeyAssociation& made) {
    const bool compression =
        made.cipher == "deflate" || made.cipher == "lzs" || made.cipher == "oui";
    bool fits = made.protocol == "tcp";
    if (made.protocol == "esp") fits = !made.cipher.empty() && !compression;
    if (made.protocol == "ah") fits = !made.auth.empty() && made.cipher.empty();
    if (made.protocol == "ipcomp") fits = compression;
    if (!fits && !TOUCHSTONE_ORACLE_DEFECT("setkey.any-algorithm"))
      note("SK-ALGORITHM", Weight::error, made.line);
    if (fits && made.protocol == "esp" && made.auth.empty())
      note("SK-NOAUTH", Weight::warning, made.line);
    if (made.hard != 0 && made.soft > made.hard) note("SK-LIFETIME", Weight::error, made.line);
  }

  void policy(const Token& first) {
    SetkeyPolicy made;
    made.line = first.line;
    if (accept("tagged")) {
      take();
    } else {
      made.from = end(true, true);
      made.to = end(true, true);
      upper(made);
    }
    expect("-P");
    const Token text = take();
    requests(made, text);
    expect(";");
    if (made.from.address && made.to.address &&
        made.from.address->octets.size() != made.to.address->octets.size())
      note("SK-FAMILIES", Weight::error, made.line);
    const bool ports = made.from.port != 0 || made.to.port != 0;
    constexpr std::uint64_t with_ports[] = {6, 17, 33, 132, 136};
    if (ports && std::ranges::find(with_ports, made.protocol) == std::end(with_ports))
      note("SK-NOPORTS", Weight::error, made.line);
    if (made.action == "ipsec" && made.requests.empty()) note("SK-EMPTY", Weight::error, made.line);
    if (first.text != "spddelete" && made.from.address) out_.policies.push_back(std::move(made));
  }

  void upper(SetkeyPolicy& made) {
    const Token token = take();
    const auto known = all_digits(token.text) ? number(token.text) : upper_protocol(token.text);
    if (!known) stop("SK-PROTOCOL", token.line);
    made.protocol = *known;
    if (made.protocol > 255) note("SK-PROTOCOLNUMBER", Weight::error, token.line);
    if (!at("-P")) {
      static const std::regex detail("[0-9]+,[0-9]+");
      const Token told = take();
      const bool icmp = made.protocol == 1 || made.protocol == 58 || made.protocol == 135;
      if (!icmp || !std::regex_match(told.text, detail)) stop("SK-DETAIL", told.line);
    }
  }

  void requests(SetkeyPolicy& made, const Token& token) {
    static const std::regex form(
        "\\s*(in|out|fwd)(?:\\s+(?:prio(?:rity)?\\s+\\S+(?:\\s*[+-]\\s*\\d+)?\\s+)?"
        "(discard|none|ipsec|bypass|entrust)((?:\\s+[^\\s/]+/\\S+)*))?\\s*");
    std::smatch parts;
    if (!std::regex_match(token.text, parts, form)) return stop("SK-POLICY", token.line);
    made.direction = parts[1];
    made.action = parts[2].matched ? parts[2].str() : "absent";
    static const std::regex blank("\\s+");
    const std::string list = parts[3];
    for (std::sregex_token_iterator at(list.begin(), list.end(), blank, -1), end; at != end; ++at)
      if (at->length() != 0) request(made, at->str(), token.line);
  }

  void request(SetkeyPolicy& policy, const std::string& text, std::uint64_t line) {
    static const std::regex form(
        "(esp|ah|ipcomp)/(transport|tunnel)(?:/(?:([0-9a-fA-F:.]+)(?:\\[\\d+\\])?-([0-9a-fA-F:.]+)"
        "(?:\\[\\d+\\])?)?(?:/(default|use|require|unique(?::\\d+)?)?)?)?");
    std::smatch parts;
    if (!std::regex_match(text, parts, form)) return stop("SK-POLICY", line);
    SetkeyRequest made{parts[1], parts[2], {}, {}, "default"};
    if (parts[3].matched) {
      made.from = read_address(parts[3].str());
      made.to = read_address(parts[4].str());
    }
    if (parts[5].matched) made.level = parts[5].str().substr(0, parts[5].str().find(':'));
    if (policy.action == "ipsec") {
      const bool ends = made.from && made.to;
      if (made.mode == "tunnel" && !ends && !TOUCHSTONE_ORACLE_DEFECT("setkey.tunnel"))
        stop("SK-TUNNEL", line);
      if (ends && made.from->octets.size() != made.to->octets.size()) stop("SK-ENDS", line);
      if (made.mode == "transport" && ends) note("SK-TRANSPORTENDS", Weight::warning, line);
      if (made.level == "use") note("SK-USE", Weight::warning, line);
    }
    policy.requests.push_back(std::move(made));
  }

  static bool protects(const SetkeyPolicy& policy) {
    return policy.action == "ipsec" && !policy.requests.empty();
  }

  /// What is seen only when every command is known.
  void whole() {
    const auto same = [](const SetkeyPolicy& a, const SetkeyPolicy& b) {
      return a.from == b.from && a.to == b.to && a.protocol == b.protocol &&
             a.direction == b.direction;
    };
    for (std::size_t i = 0; i < out_.policies.size(); ++i) {
      const SetkeyPolicy& one = out_.policies[i];
      for (std::size_t k = 0; k < i; ++k)
        if (same(out_.policies[k], one) && !TOUCHSTONE_ORACLE_DEFECT("setkey.twice")) {
          note("SK-TWICE", Weight::error, one.line);
          break;
        }
      if (!protects(one) || one.direction == "fwd") continue;
      SetkeyPolicy mirror = one;
      std::swap(mirror.from, mirror.to);
      mirror.direction = one.direction == "in" ? "out" : "in";
      const bool there = std::ranges::any_of(
          out_.policies, [&](const SetkeyPolicy& other) { return same(other, mirror); });
      if (!there && !TOUCHSTONE_ORACLE_DEFECT("setkey.mirror"))
        note("SK-MIRROR", Weight::warning, one.line);
    }
    for (const SetkeyAssociation& one : out_.associations)
      if (!used(one)) note("SK-NOPOLICY", Weight::warning, one.line);
  }

  bool used(const SetkeyAssociation& one) const {
    return std::ranges::any_of(out_.policies, [&](const SetkeyPolicy& policy) {
      return protects(policy) &&
             std::ranges::any_of(policy.requests, [&](const SetkeyRequest& request) {
               return request.from
                          ? request.from == one.from.address && request.to == one.to.address
                          : policy.from.address == one.from.address &&
                                policy.to.address == one.to.address;
             });
    });
  }

  SetkeyReading& out_;
  Tokens tokens_;
  std::size_t at_ = 0;
  std::size_t fault_at_ = ~std::size_t{0};
  bool done_ = false;
};

}  // namespace

std::optional<std::uint64_t> upper_protocol(std::string_view name) {
  constexpr std::pair<std::string_view, std::uint64_t> names[] = {
      {"any", 255}, {"ip", 0},     {"icmp", 1},   {"igmp", 2},       {"tcp", 6},      {"udp", 17},
      {"dccp", 33}, {"ipv6", 41},  {"gre", 47},   {"ipv6-icmp", 58}, {"icmp6", 58},   {"ospf", 89},
      {"pim", 103}, {"vrrp", 112}, {"l2tp", 115}, {"sctp", 132},     {"udplite", 136}};
  std::string low(name);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const bool capitals = std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  for (const auto& [known, number] : names)
    if (known == name || (capitals && known == low && low != "any" && low != "tcp")) return number;
  return std::nullopt;
}

SetkeyReading read_setkey(std::string_view text) {
  SetkeyReading reading;
  ScriptReader(reading).read(text);
  return reading;
}

std::string print_end(const SetkeyEnd& end) {
  return fmt::format("{}/{}[{}]", end.address ? print_address(*end.address) : "?", end.prefix,
                     end.port == 0 ? "any" : std::to_string(end.port));
}

std::string print_policy(const SetkeyPolicy& policy) {
  std::string text =
      fmt::format("spdadd {} {} {} -P {} {}", print_end(policy.from), print_end(policy.to),
                  policy.protocol == 255 ? "any" : std::to_string(policy.protocol),
                  policy.direction, policy.action);
  for (const SetkeyRequest& one : policy.requests) {
    const std::string ends =
        one.from ? print_address(*one.from) + "-" + print_address(*one.to) : std::string();
    text += fmt::format(" {}/{}/{}/{}", one.protocol, one.mode, ends, one.level);
  }
  return text + ";\n";
}

Json setkey_json(const SetkeyReading& reading) {
  Json policies = Json::array();
  for (const SetkeyPolicy& one : reading.policies) {
    Json requests = Json::array();
    for (const SetkeyRequest& each : one.requests)
      requests.push_back({{"protocol", each.protocol},
                          {"mode", each.mode},
                          {"from", each.from ? print_address(*each.from) : ""},
                          {"to", each.to ? print_address(*each.to) : ""},
                          {"level", each.level}});
    policies.push_back({{"from", print_end(one.from)},
                        {"to", print_end(one.to)},
                        {"protocol", one.protocol},
                        {"direction", one.direction},
                        {"action", one.action},
                        {"requests", requests}});
  }
  Json associations = Json::array();
  for (const SetkeyAssociation& one : reading.associations)
    associations.push_back({{"from", one.from.address ? print_address(*one.from.address) : ""},
                            {"to", one.to.address ? print_address(*one.to.address) : ""},
                            {"protocol", one.protocol},
                            {"spi", one.spi},
                            {"mode", one.mode},
                            {"cipher", one.cipher},
                            {"auth", one.auth},
                            {"cipher_bits", one.cipher_bits},
                            {"auth_bits", one.auth_bits},
                            {"soft", one.soft},
                            {"hard", one.hard}});
  return {{"policies", policies}, {"associations", associations}};
}

}  // namespace touchstone::conformance::oracle::ipsec
