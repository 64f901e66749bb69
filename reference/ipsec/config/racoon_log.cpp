// The lines: read and printed. racoon_log_judge.cpp has their order.

#include "reference/ipsec/config/racoon_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::size_t max_text = 4096;  // octets of a line with its continuations

/// `10.0.0.1[500]`
std::optional<Socket> parse_end(std::string_view text) {
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos || !text.ends_with(']')) return std::nullopt;
  const auto address = parse_address(text.substr(0, open), AddressForm::exact);
  const auto port = parse_number<std::uint16_t>(text.substr(open + 1, text.size() - open - 2));
  if (!address || !port) return std::nullopt;
  return Socket{*address, *port};
}

std::optional<std::pair<Socket, Socket>> parse_ends(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto one = parse_end(text.substr(0, at));
  const auto other = parse_end(text.substr(at + mark.size()));
  if (!one || !other) return std::nullopt;
  return std::pair(*one, *other);
}

std::string print_end(const Socket& end) {
  return fmt::format("{}[{}]", print_address(end.address), end.port);
}

std::string_view mode_word(SaMode mode) {
  return mode == SaMode::tunnel ? "Tunnel" : mode == SaMode::transport ? "Transport" : "Any";
}

std::optional<IsakmpEstablished> parse_isakmp(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 2 || !words[1].starts_with("spi:")) return std::nullopt;
  const std::size_t at = words[0].find("]-");  // an IPv6 address has no bracket before its port
  if (at == std::string_view::npos) return std::nullopt;
  const auto self = parse_end(words[0].substr(0, at + 1));
  const auto peer = parse_end(words[0].substr(at + 2));
  const std::string_view cookies = words[1].substr(4);
  if (TOUCHSTONE_DEFECT("SL-01.cookies") && self && peer && cookies.size() != 33)
    return IsakmpEstablished{*self, *peer};
  if (!self || !peer || cookies.size() != 33 || cookies[16] != ':') return std::nullopt;
  const auto octets =
      from_hex(std::string(cookies.substr(0, 16)) + std::string(cookies.substr(17)));
  if (!octets) return std::nullopt;
  IsakmpEstablished made{*self, *peer};
  std::ranges::copy(*octets, made.cookies.begin());
  return made;
}

std::optional<Phase2Begun> parse_begun(std::string_view text, bool initiates) {
  const auto ends = parse_ends(trimmed(text), "<=>");
  if (!ends) return std::nullopt;
  return Phase2Begun{initiates || TOUCHSTONE_DEFECT("SL-02.respond"), ends->first, ends->second};
}

/// `spi=227461701(0xd8eca45)`, the two equal (SL-04).
std::optional<std::uint32_t> parse_spi(std::string_view text) {
  const std::size_t open = text.find("(0x");
  if (!text.starts_with("spi=") || open == std::string_view::npos || !text.ends_with(')'))
    return std::nullopt;
  const auto decimal = parse_number<std::uint32_t>(text.substr(4, open - 4));
  const auto hex = parse_number<std::uint32_t>(text.substr(open + 3, text.size() - open - 4), 16);
  return decimal == hex || TOUCHSTONE_DEFECT("SL-04.any_spi") ? decimal : std::nullopt;
}

std::optional<IpsecEstablished> parse_ipsec(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 3) return std::nullopt;
  const std::size_t slash = words[0].find('/');
  const auto ends = parse_ends(words[1], "->");
  const auto spi = parse_spi(words[2]);
  if (slash == std::string_view::npos || !ends || !spi) return std::nullopt;
  IpsecEstablished made;
  made.protocol = words[0].substr(0, slash);
  const std::string_view mode = words[0].substr(slash + 1);
  if (mode != "Transport" && mode != "Tunnel" && !TOUCHSTONE_DEFECT("SL-03.any_mode"))
    return std::nullopt;
  made.mode = mode == "Tunnel" ? SaMode::tunnel : SaMode::transport;
  made.from = ends->first;
  made.to = ends->second;
  made.spi = *spi;
  return made;
}

/// What stands behind `front`, or nothing.
std::optional<std::string_view> behind(std::string_view text, std::string_view front) {
  if (!text.starts_with(front)) return std::nullopt;
  return text.substr(front.size());
}

/// Fills the typed part; false for one of the forms that is not whole.
bool read_text(LogLine& line) {
  const std::string_view text = line.text;
  if (const auto rest = behind(text, "ISAKMP-SA established ")) {
    line.isakmp = parse_isakmp(*rest);
    return line.isakmp.has_value();
  }
  for (const bool initiates : {true, false})
    if (const auto rest = behind(text, initiates ? "initiate new phase 2 negotiation: "
                                                 : "respond new phase 2 negotiation: ")) {
      line.begun = parse_begun(*rest, initiates);
      return line.begun.has_value();
    }
  if (const auto rest = behind(text, "IPsec-SA established: ")) {
    line.ipsec = parse_ipsec(*rest);
    return line.ipsec.has_value();
  }
  return true;
}

std::optional<std::chrono::seconds> parse_clock(std::string_view text) {
  const auto time = parse_civil("1970-01-01 " + std::string(text));
  if (!time) return std::nullopt;
  return time->time_since_epoch();
}

/// The date of syslog, with which a line begins: `May  5 06:05:39 `.
bool has_date(std::string_view line) {
  const auto words = words_of(line.substr(0, 16), 4);
  return words.size() >= 3 && parse_month(words[0]) != 0 && parse_clock(words[2]);
}

/// `racoon:` and `racoon[123]:`
bool is_racoon(std::string_view tag) {
  return tag == "racoon:" || (tag.starts_with("racoon[") && tag.ends_with("]:"));
}

/// Nothing for a line of another program.
std::optional<LogLine> read_line(std::string_view line) {
  const auto words = words_of(line, 7);
  if (words.size() < 7 || !is_racoon(words[4]) || !words[5].ends_with(':')) return std::nullopt;
  LogLine made;
  made.month = parse_month(words[0]);
  const auto day = parse_number<unsigned>(words[1]);
  const auto time = parse_clock(words[2]);
  if (!day || *day < 1 || *day > 31 || !time) return std::nullopt;
  made.day = *day;
  made.time = *time;
  made.host = words[3];
  made.level = words[5].substr(0, words[5].size() - 1);
  made.text = words[6];
  return made;
}

std::string typed_text(const LogLine& line) {
  if (line.isakmp) {
    const OctetView cookies = line.isakmp->cookies;
    return fmt::format("ISAKMP-SA established {}-{} spi:{}:{}", print_end(line.isakmp->self),
                       print_end(line.isakmp->peer), to_hex(cookies.first(8)),
                       to_hex(cookies.last(8)));
  }
  if (line.begun)
    return fmt::format("{} new phase 2 negotiation: {}<=>{}",
                       line.begun->initiates ? "initiate" : "respond", print_end(line.begun->self),
                       print_end(line.begun->peer));
  if (line.ipsec)
    return fmt::format("IPsec-SA established: {}/{} {}->{} spi={}(0x{:x})", line.ipsec->protocol,
                       mode_word(line.ipsec->mode), print_end(line.ipsec->from),
                       print_end(line.ipsec->to), line.ipsec->spi, line.ipsec->spi);
  return line.text;
}

}  // namespace

RacoonLog read_racoon_log(std::string_view text) {
  RacoonLog log;
  bool of_racoon = false;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (has_date(line)) {
      auto made = read_line(line);
      of_racoon = made.has_value();
      if (!made) continue;
      made->place = {.line = number, .column = 1};
      log.lines.push_back(std::move(*made));
    } else if (of_racoon && !trimmed(line).empty()) {
      std::string& whole = log.lines.back().text;
      if (whole.size() + line.size() < max_text && !TOUCHSTONE_DEFECT("SL-08.one_line"))
        whole += " " + std::string(trimmed(line));
    }
  }
  RuleLog notes(Profile::strict);
  for (LogLine& line : log.lines)
    if (!read_text(line)) notes.note(Rule::log_syntax, line.place);
  log.findings = std::move(notes).take();
  return log;
}

std::string print_log_line(const LogLine& line) {
  const auto clock = print_civil(CivilTime(line.time)).substr(11);
  const std::string day = TOUCHSTONE_DEFECT("SL-05.zero") ? fmt::format("{:02}", line.day)
                                                          : fmt::format("{:2}", line.day);
  return fmt::format("{} {} {} {} racoon: {}: {}", month_name(line.month), day, clock, line.host,
                     line.level, typed_text(line));
}

}  // namespace touchstone::ipsec::config
