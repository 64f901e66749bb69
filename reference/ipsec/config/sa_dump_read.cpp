#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/ipsec/config/sa_dump.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

struct Host {
  Address address;
  std::uint16_t port = 0;
};

/// `10.0.0.1` or `10.0.0.1[4500]`
std::optional<Host> parse_host(std::string_view text) {
  Host host;
  if (text.ends_with(']')) {
    const std::size_t open = text.find('[');
    if (open == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(open + 1, text.size() - open - 2);
    const auto number = port == "any" ? std::uint16_t{0} : parse_number<std::uint16_t>(port);
    if (!number) return std::nullopt;
    host.port = *number;
    text = text.substr(0, open);
  }
  const auto address = parse_address(text, AddressForm::exact);
  if (!address) return std::nullopt;
  host.address = *address;
  return host;
}

/// The value behind `name=` in a line of words, or empty.
std::string_view value_of(const std::vector<std::string_view>& words, std::string_view name) {
  for (const std::string_view word : words)
    if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == '=')
      return word.substr(name.size() + 1);
  return {};
}

/// What stands behind `name:` up to the next tab or name, trimmed.
std::string_view behind(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + name.size());
  const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  line.remove_prefix(start);
  std::size_t end = line.find('\t');
  for (const std::string_view next : {"current:", "hard:", "soft:"})
    end = std::min(end, line.find(next));
  return trimmed(line.substr(0, end));
}

std::optional<std::uint64_t> number_behind(std::string_view line, std::string_view name,
                                           std::string_view unit) {
  std::string_view text = behind(line, name);
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(unit.size());
  return parse_number<std::uint64_t>(text);
}

/// `state=mature` and its like, by name in the order of the enumeration.
std::optional<std::size_t> index_in(std::span<const std::string_view> names,
                                    std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// Octets of a key in the strength that its algorithm has; nothing for an unknown one.
bool is_key_size(std::string_view algorithm, std::size_t octets) {
  struct Row {
    std::string_view name;
    std::size_t least, most, step;
  };
  constexpr std::array<Row, 12> rows = {{{"des-cbc", 8, 8, 8},
                                         {"3des-cbc", 24, 24, 8},
                                         {"null", 0, 0, 1},
                                         {"aes-cbc", 16, 32, 8},
                                         {"blowfish-cbc", 5, 56, 1},
                                         {"cast128-cbc", 5, 16, 1},
                                         {"camellia-cbc", 16, 32, 8},
                                         {"hmac-md5", 16, 16, 16},
                                         {"hmac-sha1", 20, 20, 20},
                                         {"hmac-sha256", 32, 32, 32},
                                         {"hmac-sha384", 48, 48, 48},
                                         {"hmac-sha512", 64, 64, 64}}};
  const auto row = std::ranges::find(rows, algorithm, &Row::name);
  return row == rows.end() ||
         (octets >= row->least && octets <= row->most && octets % row->step == 0);
}

class DumpReader {
 public:
  SaDump read(std::string_view text) {
    for (; !text.empty(); ++line_) {
      const std::string_view whole = take_line(text);
      const std::string_view line = TOUCHSTONE_DEFECT("RS-03.layout") ? whole : trimmed(whole);
      if (!line.empty()) take(line);
    }
    check_last();
    dump_.findings = std::move(log_).take();
    return std::move(dump_);
  }

 private:
  using Words = std::vector<std::string_view>;

  IpsecSa& last() { return dump_.associations.back(); }
  [[nodiscard]] Place place() const { return {.line = line_, .column = 1}; }
  void refuse(std::string_view expected) {
    log_.note(Rule::sa_syntax, place(), fmt::format("expected {}", expected));
  }

  void take(std::string_view line) {
    const Words words = words_of(line);
    if (begins_association(words)) return;
    if (dump_.associations.empty()) return;
    if (in_key_ != nullptr && take_more_key(words)) return;
    in_key_ = nullptr;
    if (!value_of(words, "mode").empty() && !value_of(words, "spi").empty()) return head(words);
    if (line.starts_with("E:") || line.starts_with("A:") || line.starts_with("C:"))
      return key(line);
    if (words[0].starts_with("seq=")) return sequence(words);
    if (words[0].starts_with("sadb_seq=")) return trailer(words);
    counters(line);
  }

  /// Two hosts and nothing else.
  bool begins_association(const Words& words) {
    if (words.size() != 2) return false;
    const auto from = parse_host(words[0]);
    const auto to = parse_host(words[1]);
    if (!from || !to) return false;
    check_last();
    in_key_ = nullptr;
    IpsecSa one;
    one.from = from->address;
    one.from_port = from->port;
    one.to = to->address;
    one.to_port = to->port;
    one.place = place();
    dump_.associations.push_back(std::move(one));
    return true;
  }

  /// `spi=266192963(0x0fddc843)`: the number twice, the second time with or without zeros.
  std::uint32_t doubled(const Words& words, std::string_view name) {
    const std::string_view text = value_of(words, name);
    const std::size_t open = text.find("(0x");
    if (open == std::string_view::npos || !text.ends_with(')')) {
      refuse(fmt::format("{}=DECIMAL(0xHEX)", name));
      return 0;
    }
    const auto decimal = parse_number<std::uint32_t>(text.substr(0, open));
    const auto hex = parse_number<std::uint32_t>(text.substr(open + 3, text.size() - open - 4), 16);
    if (!decimal || !hex)
      refuse(fmt::format("{}=DECIMAL(0xHEX)", name));
    else if (*decimal != *hex)
      log_.note(Rule::sa_spi, place());
    return decimal.value_or(0);
  }

  void head(const Words& words) {
    constexpr std::string_view modes[] = {"any", "transport", "tunnel"};
    IpsecSa& one = last();
    one.protocol = words[0];
    constexpr std::string_view protocols[] = {"esp", "ah", "ipcomp", "esp-udp"};
    if (!index_in(protocols, one.protocol)) refuse("esp, ah, ipcomp or esp-udp");
    const auto mode = index_in(modes, value_of(words, "mode"));
    if (!mode) refuse("mode=transport or mode=tunnel");
    one.mode = static_cast<SaMode>(mode.value_or(0));
    one.spi = doubled(words, "spi");
    one.reqid = doubled(words, "reqid");
  }

  void key(std::string_view line) {
    const Words words = words_of(line);
    if (words.size() < 2) return refuse("an algorithm");
    IpsecSa& one = last();
    std::optional<DumpedKey>& made = line[0] == 'A' ? one.auth : one.cipher;
    made.emplace();
    made->algorithm = words[1];
    if (line[0] == 'C') {  // what follows is glued to it
      const Words rest(words.begin() + 2, words.end());
      if (!rest.empty() && rest[0].starts_with("seq=")) sequence(rest);
      return;
    }
    in_key_ = &made->key;
    take_more_key({words.begin() + 2, words.end()});
  }

  /// False when the words are no groups of a key.
  bool take_more_key(const Words& words) {
    SecretOctets octets;
    for (const std::string_view word : words) {
      if (word.size() % 2 != 0) return false;
      for (std::size_t i = 0; i < word.size(); i += 2) {
        const unsigned high = hex_value(word[i]);
        const unsigned low = hex_value(word[i + 1]);
        if (high > 15 || low > 15) return false;
        octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
      }
    }
    in_key_->insert(in_key_->end(), octets.begin(), octets.end());
    return true;
  }

  void sequence(const Words& words) {
    constexpr std::string_view states[] = {"larval", "mature", "dying", "dead"};
    const auto hex = [&](std::string_view name) {
      const std::string_view text = value_of(words, name);
      const auto number =
          text.starts_with("0x") ? parse_number<std::uint32_t>(text.substr(2), 16) : std::nullopt;
      if (!number) refuse(fmt::format("{}=0xHEX", name));
      return number.value_or(0);
    };
    IpsecSa& one = last();
    one.sequence = hex("seq");
    one.flags = hex("flags");
    one.replay = decimal(words, "replay");
    const auto state = index_in(states, value_of(words, "state"));
    if (!state) refuse("state=larval, mature, dying or dead");
    one.state = static_cast<SaState>(state.value_or(0));
  }

  std::uint32_t decimal(const Words& words, std::string_view name) {
    const auto number = parse_number<std::uint32_t>(value_of(words, name));
    if (!number) refuse(fmt::format("{}=NUMBER", name));
    return number.value_or(0);
  }

  void trailer(const Words& words) {
    last().sadb_seq = decimal(words, "sadb_seq");
    last().pid = decimal(words, "pid");
    last().whole = !value_of(words, "refcnt").empty();
    last().refcnt = decimal(words, "refcnt");
  }

  void limits(std::string_view line, std::string_view unit, Limits& out) {
    const auto hard = number_behind(line, "hard:", unit);
    const auto soft = number_behind(line, "soft:", unit);
    if (!hard || !soft) return refuse(fmt::format("hard: and soft: with a number and {}", unit));
    out.hard = *hard;
    out.soft = *soft;
  }

  void count(std::string_view line, std::string_view name, std::string_view unit, Limits& out) {
    const auto current = number_behind(line, name, unit);
    if (!current) return refuse(fmt::format("{} with a number and {}", name, unit));
    out.current = *current;
    limits(line, unit, out);
  }

  void time(std::string_view line, std::string_view name, std::optional<CivilTime>& out) {
    const std::string_view text = behind(line, name);
    out = parse_ctime(text);
    if (!out && !text.empty()) refuse("a time such as May  4 14:05:30 2015");
  }

  void counters(std::string_view line) {
    IpsecSa& one = last();
    if (line.starts_with("created:")) {
      time(line, "created:", one.created);
      time(line, "current:", one.current);
    } else if (line.starts_with("diff:")) {
      count(line, "diff:", "(s)", one.added);
    } else if (line.starts_with("last:")) {
      time(line, "last:", one.last);
      limits(line, "(s)", one.used);
    } else if (line.starts_with("current:")) {
      count(line, "current:", "(bytes)", one.octets);
    } else if (line.starts_with("allocated:")) {
      count(line, "allocated:", "", one.allocations);
    }
  }

  void check_last() {
    if (dump_.associations.empty()) return;
    const IpsecSa& one = last();
    for (const auto* key : {&one.cipher, &one.auth})
      if (*key && !(*key)->key.empty() && !is_key_size((*key)->algorithm, (*key)->key.size()))
        log_.note(Rule::sa_key, one.place,
                  fmt::format("expected a key of the length that {} has", (*key)->algorithm));
  }

  SaDump dump_;
  RuleLog log_{Profile::strict};
  SecretOctets* in_key_ = nullptr;
  std::uint64_t line_ = 1;
};

}  // namespace

SaDump read_sa_dump(std::string_view text) {
  return DumpReader().read(text);
}

}  // namespace touchstone::ipsec::config
