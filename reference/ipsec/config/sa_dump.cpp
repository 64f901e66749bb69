// What is printed and what is judged; sa_dump_read.cpp has the reader.

#include "reference/ipsec/config/sa_dump.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::string_view redacted = "(redacted)";

std::string_view mode_name(SaMode mode) {
  return mode == SaMode::tunnel ? "tunnel" : mode == SaMode::transport ? "transport" : "any";
}

std::string_view state_name(SaState state) {
  constexpr std::string_view names[] = {"larval", "mature", "dying", "dead"};
  return names[static_cast<std::size_t>(state)];
}

std::string print_time(const std::optional<CivilTime>& time) {
  return time ? print_ctime(*time) : std::string(20, ' ');
}

std::string print_host(const Address& address, std::uint16_t port) {
  return port == 0 ? print_address(address) : fmt::format("{}[{}]", print_address(address), port);
}

class DumpPrinter {
 public:
  DumpPrinter(SecretOctets& out, DumpedKeys keys) : out_(&out), keys_(keys) {}

  void print(const IpsecSa& one) {
    text(fmt::format("{} {} \n\t{} mode={} spi={}(0x{:08x}) reqid={}(0x{:08x})\n",
                     print_host(one.from, one.from_port), print_host(one.to, one.to_port),
                     one.protocol, mode_name(one.mode), one.spi, one.spi, one.reqid, one.reqid));
    if (one.cipher) key(one.protocol == "ipcomp" ? "C" : "E", *one.cipher);
    if (one.auth) key("A", *one.auth);
    text(fmt::format("\tseq=0x{:08x} replay={} flags=0x{:08x} state={} \n", one.sequence,
                     one.replay, one.flags, state_name(one.state)));
    if (one.created) times(one);
    text(fmt::format("\tsadb_seq={} pid={} refcnt={}\n", one.sadb_seq, one.pid, one.refcnt));
  }

 private:
  void text(std::string_view text) {
    const OctetView octets = as_octets(text);
    out_->insert(out_->end(), octets.begin(), octets.end());
  }

  void key(std::string_view letter, const DumpedKey& one) {
    text(fmt::format("\t{}: {} ", letter, one.algorithm));
    if (keys_ == DumpedKeys::redacted || (one.key.empty() && one.algorithm != "null")) {
      if (letter != "C") text(fmt::format(" {}", redacted));
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      for (std::size_t i = 0; i < one.key.size(); ++i) {
        const char pair[] = {digits[one.key[i] >> 4], digits[one.key[i] & 15]};
        if (i % 4 == 0) text(" ");
        text({pair, 2});
      }
    }
    // libipsec ends this line for keys alone; behind a compression the next one is glued to it.
    text("\n");
  }

  void times(const IpsecSa& one) {
    text(fmt::format("\tcreated: {}\tcurrent: {}\n", print_time(one.created),
                     print_time(one.current)));
    text(fmt::format("\tdiff: {}(s)\thard: {}(s)\tsoft: {}(s)\n", one.added.current, one.added.hard,
                     one.added.soft));
    text(fmt::format("\tlast: {}\thard: {}(s)\tsoft: {}(s)\n", print_time(one.last), one.used.hard,
                     one.used.soft));
    text(fmt::format("\tcurrent: {}(bytes)\thard: {}(bytes)\tsoft: {}(bytes)\n", one.octets.current,
                     one.octets.hard, one.octets.soft));
    text(fmt::format("\tallocated: {}\thard: {}\tsoft: {}\n", one.allocations.current,
                     one.allocations.hard, one.allocations.soft));
  }

  SecretOctets* out_;
  DumpedKeys keys_;
};

/// Groups of hexadecimal digits and nothing else: a key that was wrapped.
bool is_key_text(std::string_view line) {
  const auto words = words_of(line);
  return !words.empty() && std::ranges::all_of(words, [](std::string_view word) {
    return word.size() % 2 == 0 &&
           word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  });
}

void judge_one(const IpsecSa& one, RuleLog& log) {
  if (!one.whole && !TOUCHSTONE_DEFECT("RS-09.cut")) log.note(Rule::sa_cut, one.place);
  if (one.state != SaState::mature && !TOUCHSTONE_DEFECT("RS-03.state"))
    log.note(Rule::sa_state, one.place,
             fmt::format("expected state=mature, not {}", state_name(one.state)));
  if (one.whole && one.octets.current == 0 && !TOUCHSTONE_DEFECT("RS-02.no_octets"))
    log.note(Rule::sa_octets, one.place);
}

}  // namespace

SecretOctets print_sa_dump(const std::vector<IpsecSa>& associations, DumpedKeys keys) {
  SecretOctets out;
  DumpPrinter printer(out, keys);
  for (const IpsecSa& one : associations)
    printer.print(one);
  return out;
}

std::string redact_sa_dump(std::string_view text) {
  std::string out;
  bool in_key = false;
  while (!text.empty()) {
    const std::size_t before = text.size();
    const std::string_view line = take_line(text);
    const bool ended = before - text.size() > line.size();
    const std::string_view inner = trimmed(line);
    const bool key = inner.starts_with("E:") || inner.starts_with("A:");
    in_key = key || (in_key && (inner.empty() || is_key_text(line)));
    if (key) {
      const auto words = words_of(inner, 3);
      out += fmt::format("\t{} {}  {}", words[0], words.size() > 1 ? words[1] : "", redacted);
    } else if (!in_key || inner.empty()) {
      out += line;
    }
    if (ended) out += '\n';
  }
  return out;
}

std::vector<FileFinding> judge_associations(const SaDump& dump, const Address& self,
                                            const Address& peer) {
  RuleLog log(Profile::strict);
  bool out = false;
  bool in = false;
  for (const IpsecSa& one : dump.associations) {
    const bool outward = one.from == self && one.to == peer;
    const bool inward = one.from == peer && one.to == self;
    if (!outward && !inward) continue;
    out = out || outward;
    in = in || inward;
    judge_one(one, log);
  }
  if (!out && !in)
    log.note(Rule::sa_none, {});
  else if (!out || !in)
    log.note(Rule::sa_one, {},
             fmt::format("expected an association in each direction; there is none {} the peer",
                         out ? "from" : "to"));
  return std::move(log).take();
}

}  // namespace touchstone::ipsec::config
