#include "conformance/oracle/ipsec/keys_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

constexpr std::string_view white = " \t\v\f\r";

struct PskLine {
  std::string_view whole, identifier, key;
};

PskLine next_line(std::string_view& rest) {
  const auto size = std::min(rest.find('\n'), rest.size());
  PskLine line{rest.substr(0, std::min(size + 1, rest.size())), {}, {}};
  const std::string_view text = rest.substr(0, size);
  rest.remove_prefix(line.whole.size());
  if (text.starts_with('#')) return line;
  const auto blank = std::min(text.find_first_of(white), text.size());
  const auto key = std::min(text.find_first_not_of(white, blank), text.size());
  if (key == text.size()) return line;
  line.identifier = text.substr(0, blank);
  line.key = text.substr(key);
  return line;
}

void read_row(PskReading& reading, const PskLine& line, std::uint64_t number) {
  const auto note = [&](std::string_view code, Weight weight) {
    reading.verdict.note(code, weight, number);
  };
  std::string key(line.key);
  if (key.starts_with("0x")) {
    const auto octets = from_hex(key.substr(2));
    if (!octets || octets->empty()) return note("RC-PSKHEX", Weight::error);
    key = as_text(*octets);
  } else if (white.find(key.back()) != std::string_view::npos) {
    if (!TOUCHSTONE_ORACLE_DEFECT("psk.trimmed")) note("RC-PSKBLANK", Weight::warning);
  }
  if (key.size() < 16) note("ML-PSKSHORT", Weight::warning);
  if (line.identifier == "*") note("RC-PSKWILD", Weight::warning);
  for (const auto& [identifier, other] : reading.rows)
    if (identifier == line.identifier) {
      note("RC-PSKTWICE", Weight::error);
      break;
    }
  reading.rows.emplace_back(line.identifier, key);
}

}  // namespace

std::optional<std::string> PskReading::find(std::string_view identifier) const {
  for (const std::string_view wanted : {identifier, std::string_view("*")})
    for (const auto& [name, key] : rows)
      if (name == wanted) return key;
  return std::nullopt;
}

PskReading read_psk(std::string_view text, std::optional<unsigned> mode) {
  PskReading reading;
  const unsigned others = TOUCHSTONE_ORACLE_DEFECT("psk.group") ? 007U : 077U;
  if (mode && (*mode & others) != 0) reading.verdict.note("RC-PSKMODE", Weight::refused, 0);
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const PskLine line = next_line(text);
    const std::string_view bare = line.whole.substr(0, line.whole.find('\n'));
    if (bare.size() > 1022) reading.verdict.note("RC-PSKLONG", Weight::error, number);
    if (bare.find('\0') != std::string_view::npos)
      reading.verdict.note("RC-PSKNUL", Weight::error, number);
    const bool blank = bare.find_first_not_of(white) == std::string_view::npos;
    if (line.identifier.empty() && !blank && !bare.starts_with('#'))
      reading.verdict.note("RC-PSKFORM", Weight::error, number);
    if (!line.identifier.empty()) read_row(reading, line, number);
  }
  return reading;
}

std::string edit_psk(std::string_view text, std::string_view identifier,
                     const std::optional<std::string>& key) {
  std::string out;
  bool written = !key;
  const std::string row = key ? fmt::format("{} {}\n", identifier, *key) : "";
  while (!text.empty()) {
    const PskLine line = next_line(text);
    if (line.identifier.empty() || line.identifier != identifier)
      out += line.whole;
    else if (!std::exchange(written, true))
      out += row;
  }
  if (written) return out;
  return out + (out.empty() || out.ends_with('\n') ? "" : "\n") + row;
}

namespace {

/// The assignments of a shell file, and what a shell would do besides.
class ShellReader {
 public:
  ShellReader(std::string_view text, Verdict& verdict) : text_(text), verdict_(verdict) {}

  struct Assignment {
    std::string name, value;
    std::uint64_t line;
  };

  std::vector<Assignment> read() {
    while (at_ < text_.size())
      line();
    return std::move(made_);
  }

 private:
  void note(std::string_view code, Weight weight = Weight::error) {
    verdict_.note(code, weight, line_);
  }

  /// One line: commands between semicolons.
  void line() {
    int on_line = 0;
    std::vector<Assignment> command;
    bool executes = false;
    bool exports = false;
    const auto end_command = [&] {
      if (!executes) std::ranges::move(command, std::back_inserter(made_));
      command.clear();
      executes = exports = false;
    };
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_];
      if (c == ' ' || c == '\t') {
        ++at_;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ';') {
        end_command();
        ++at_;
      } else {
        word(command, executes, exports, on_line);
      }
    }
    end_command();
    ++at_;
    ++line_;
  }

  void word(std::vector<Assignment>& command, bool& executes, bool& exports, int& on_line) {
    const std::size_t start = at_;
    const std::uint64_t line = line_;
    const auto name_end = text_.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789", at_);
    const bool letter = text_[at_] == '_' || (text_[at_] | 32) >= 'a';
    const bool named = letter && name_end != std::string_view::npos && text_[name_end] == '=';
    if (named) at_ = name_end + 1;
    if (named && at_ < text_.size() && text_[at_] == '~') note("IF-EXPANSION");
    std::string made;
    const bool whole = value(made);
    if (whole && named && !executes) {
      if (++on_line == 2) verdict_.note("KL-ONELINE", Weight::warning, line);
      command.push_back({std::string(text_.substr(start, name_end - start)), made, line});
      return;
    }
    if (whole && made == "export" && command.empty()) {
      exports = true;
      return;
    }
    if (exports && whole) return;
    if (!executes) verdict_.note("IF-COMMAND", Weight::error, line);
    executes = true;
    if (!whole) at_ = std::min(text_.find('\n', at_), text_.size());
  }

  /// False at an operator of the shell.
  bool value(std::string& out) {
    char mark = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (mark == 0 && std::string_view(" \t\n;").contains(c)) return true;
      if (mark == 0 && std::string_view("&|<>()").contains(c)) return false;
      if (mark == 0 ? c == '\'' || c == '"' : c == mark)
        mark = mark == 0 ? c : '\0';
      else if (c != '\\' || mark == '\'' || !escape(out, mark))
        take(out, c, mark);
    }
    if (mark != 0) verdict_.note("IF-QUOTE", Weight::refused, line_);
    return true;
  }

  /// An octet that stands for itself, between marks of the kind `mark`.
  void take(std::string& out, char c, char mark) {
    if (c == '\n') ++line_;
    const bool replaced = (c == '$' || c == '`') && mark != '\'';
    if (replaced && !TOUCHSTONE_ORACLE_DEFECT("ifcfg.expansion")) note("IF-EXPANSION");
    if ((c == '\0' || c == '\r') && mark != '\'') note("IF-OCTET");
    out += c;
  }

  bool escape(std::string& out, char mark) {
    if (at_ + 1 >= text_.size()) return mark == 0;
    const char next = text_[at_ + 1];
    if (mark == '"' && std::string_view("$`\"\\\n").find(next) == std::string_view::npos)
      return false;
    ++at_;
    if (next == '\n')
      ++line_;
    else
      out += next;
    return true;
  }

  std::string_view text_;
  Verdict& verdict_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::vector<Assignment> made_;
};

constexpr std::string_view variables =
    " SRC DST TYPE ONBOOT SRCNET DSTNET SRCGW DSTGW DEVICE USERCTL IKE_METHOD IKE_PSK IKE_CERTFILE "
    "IKE_PEER_CERTFILE IKE_DNSSEC IKE_DHGROUP IKE_AUTH IKE_ENC MYID_TYPE MYID_VALUE AH_PROTO "
    "ESP_PROTO AESP_PROTO KEY_AH KEY_ESP KEY_AESP KEY_AH_IN KEY_AH_OUT KEY_ESP_IN KEY_ESP_OUT "
    "KEY_AESP_IN KEY_AESP_OUT SPI_AH_IN SPI_AH_OUT SPI_ESP_IN SPI_ESP_OUT KEYING ";

class IfcfgJudge {
 public:
  explicit IfcfgJudge(IfcfgReading& reading) : reading_(reading) {}

  void take(std::string_view text, bool keys) {
    std::map<std::string, bool> here;
    for (auto& one : ShellReader(text, reading_.verdict).read()) {
      if (variables.find(fmt::format(" {} ", one.name)) == std::string_view::npos)
        note("IF-UNKNOWN", Weight::warning, one.line);
      const bool secret = one.name == "IKE_PSK" || one.name.starts_with("KEY_");
      if (secret && !keys) note("IF-KEYPLACE", Weight::error, one.line);
      if (here[one.name]) note("IF-TWICE", Weight::warning, one.line);
      here[one.name] = true;
      reading_.values[one.name] = one.value;
    }
  }

  void judge(const IfcfgInput& input) {
    const unsigned others = TOUCHSTONE_ORACLE_DEFECT("ifcfg.mode") ? 007U : 077U;
    if (input.keys_mode && (*input.keys_mode & others) != 0) note("IF-KEYMODE");
    if (value("TYPE") != "IPSEC") note("IF-TYPE");
    if (value("ONBOOT") != "yes") note("IF-ONBOOT", Weight::warning);
    if (!exact(value("DST"))) note("IF-DST");
    for (const char* name : {"SRC", "SRCGW", "DSTGW"})
      if (!value(name).empty() && !exact(value(name))) note("IF-ADDRESS");
    networks();
    const bool automatic = any("IKE_");
    if (automatic && any("KEY_")) note("IF-BOTHKEYINGS");
    if (automatic)
      exchange();
    else
      manual();
    protection();
  }

 private:
  void note(std::string_view code, Weight weight = Weight::error, std::uint64_t line = 0) {
    reading_.verdict.note(code, weight, line);
  }
  std::string value(const std::string& name) const {
    const auto found = reading_.values.find(name);
    return found == reading_.values.end() ? "" : found->second;
  }
  bool any(std::string_view prefix) const {
    return std::ranges::any_of(reading_.values, [&](const auto& row) {
      return row.first.starts_with(prefix) && !row.second.empty();
    });
  }
  static bool exact(const std::string& text) {
    const auto made = read_address(text);
    return made && made->exact && text.find('%') == std::string::npos;
  }

  bool network(const std::string& name) {
    const std::string text = value(name);
    if (text.empty()) return false;
    const auto slash = text.find('/');
    const std::string bits = slash == std::string::npos ? "" : text.substr(slash + 1);
    const auto address = read_address(text.substr(0, slash));
    const bool digits = !bits.empty() && bits.size() < 4 &&
                        bits.find_first_not_of("0123456789") == std::string::npos;
    const bool good = address && address->exact && digits && std::stoul(bits) <= address->bits() &&
                      !has_host_bits(*address, std::stoul(bits));
    if (!good) note("IF-NET");
    return good;
  }

  void networks() {
    const bool from = network("SRCNET");
    const bool to = network("DSTNET");
    if (value("SRCNET").empty() != value("DSTNET").empty() &&
        !TOUCHSTONE_ORACLE_DEFECT("ifcfg.half"))
      note("IF-HALFNET");
    if (from && to && value("SRCNET") == value("DSTNET")) note("IF-SAMENET");
  }

  void exchange() {
    const std::string method = value("IKE_METHOD");
    if (method != "PSK" && method != "X509" && method != "GSSAPI") note("IF-METHOD");
    if (method == "PSK" && value("IKE_PSK").empty()) note("IF-NOKEY");
    if (method == "PSK" && !value("IKE_PSK").empty() && value("IKE_PSK").size() < 16)
      note("ML-PSKSHORT", Weight::warning);
    if (method == "X509" && value("IKE_CERTFILE").empty()) note("IF-NOCERT");
    const std::string group = value("IKE_DHGROUP");
    constexpr std::string_view groups = " 1 2 5 14 15 16 17 18 ";
    if (!group.empty() && groups.find(" " + group + " ") == std::string_view::npos)
      note("IF-DHGROUP");
    algorithm("IKE_ENC", RacoonClass::cipher);
    algorithm("IKE_AUTH", RacoonClass::hash);
  }

  void algorithm(const std::string& name, RacoonClass place) {
    if (value(name).empty()) return;
    for (int number = 1; number < 256; ++number)
      if (racoon_name(place, number) == value(name)) return;
    constexpr std::string_view aliases = " rijndael sha256 sha384 sha512 ";
    const bool hash = value(name).starts_with("sha");
    if (aliases.find(" " + value(name) + " ") != std::string_view::npos &&
        hash == (place == RacoonClass::hash))
      return;
    note("IF-ALGORITHM");
  }

  void manual() {
    bool whole = false;
    for (const std::string kind : {"AH", "ESP"}) {
      int spis = 0;
      for (const std::string direction : {"_IN", "_OUT"}) {
        const std::string text = value("SPI_" + kind + direction);
        if (text.empty()) continue;
        ++spis;
        char* end = nullptr;
        const unsigned long spi =
            std::strtoul(text.c_str(), &end, text.starts_with("0x") ? 16 : 10);
        if (*end != 0 || spi < 256 || spi > 0xffffffff) note("IF-SPI");
      }
      whole = whole || (spis == 2 && any("KEY_" + kind));
    }
    if (!whole) note("IF-NOKEYING");
  }

  void protection() {
    const auto set = [&](const std::string& name) {
      return value(name).empty() ? "" : value(name);
    };
    constexpr std::string_view auths =
        " none md5 sha1 sha2-256 sha256 sha2-384 sha384 sha2-512 "
        "sha512 ripemd160 null ";
    constexpr std::string_view ciphers =
        " none des 3des blowfish cast128 twofish aes rijndael camellia null ";
    for (const std::string name : {"AH_PROTO", "ESP_PROTO", "AESP_PROTO"}) {
      const std::string text = set(name);
      const std::string_view known = name == "ESP_PROTO" ? ciphers : auths;
      if (!text.empty() && known.find(" " + text + " ") == std::string_view::npos)
        note("IF-ALGORITHM");
    }
    if (value("AH_PROTO") == "none" && value("ESP_PROTO") == "none" &&
        !TOUCHSTONE_ORACLE_DEFECT("ifcfg.none"))
      note("IF-NONE");
  }

  IfcfgReading& reading_;
};

}  // namespace

IfcfgReading read_ifcfg(const IfcfgInput& input) {
  IfcfgReading reading;
  IfcfgJudge judge(reading);
  judge.take(input.ifcfg, false);
  if (input.keys) judge.take(*input.keys, true);
  judge.judge(input);
  return reading;
}

Json ifcfg_json(const IfcfgReading& reading) {
  const auto value = [&](const std::string& name, const std::string& absent) {
    const auto found = reading.values.find(name);
    return found == reading.values.end() || found->second.empty() ? absent : found->second;
  };
  const bool automatic = !value("IKE_METHOD", "").empty();
  return {{"destination", value("DST", "")},
          {"source", value("SRC", "")},
          {"source_network", value("SRCNET", "")},
          {"destination_network", value("DSTNET", "")},
          {"on_boot", value("ONBOOT", "") == "yes"},
          {"method", automatic ? value("IKE_METHOD", "") : "manual"},
          {"dh_group", std::stoi(value("IKE_DHGROUP", "2"))},
          {"ah", value("AH_PROTO", "sha1")},
          {"esp", value("ESP_PROTO", "3des")},
          {"esp_auth", value("AESP_PROTO", "sha1")}};
}

}  // namespace touchstone::conformance::oracle::ipsec
