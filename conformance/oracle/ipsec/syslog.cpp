#include "conformance/oracle/ipsec/syslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <regex>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

const std::regex& date() {
  static const std::regex form(R"(([A-Z][a-z][a-z]) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (.*))");
  return form;
}

const std::regex& of_racoon() {
  static const std::regex form(R"((\S+) racoon(?:\[\d+\])?: (\w+): (.*))");
  return form;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

/// `10.0.0.1[500]` with the address in its one form; nothing for anything else.
std::optional<std::string> end_of(const std::string& text) {
  const auto open = text.find('[');
  if (open == std::string::npos) return std::nullopt;
  const auto address = read_address(text.substr(0, open));
  if (!address || !address->exact) return std::nullopt;
  return print_address(*address) + text.substr(open);
}

/// Whether both ends of a message are some; they take the place of what stood there.
bool take_ends(LogMessage& message, const char* one, const char* other, const std::string& first,
               const std::string& second) {
  const auto from = end_of(first);
  const auto to = end_of(second);
  if (!from || !to) return false;
  message[one] = *from;
  message[other] = *to;
  return true;
}

bool take_spi(LogMessage& message, const std::string& decimal, const std::string& digits) {
  std::uint32_t spi = 0;
  std::uint32_t again = 0;
  const auto read = [](const std::string& text, std::uint32_t& value, int base) {
    const char* last = text.data() + text.size();
    const auto [end, fault] = std::from_chars(text.data(), last, value, base);
    return fault == std::errc{} && end == last;
  };
  if (!read(decimal, spi, 10) || !read(digits, again, 16)) return false;
  message["spi"] = spi;
  return spi == again || TOUCHSTONE_ORACLE_DEFECT("syslog.spi");
}

/// False for one of the four kinds that is not whole.
bool take_text(LogMessage& message, const std::string& text) {
  static const std::regex isakmp(R"((\S+\[\d+\])-(\S+\[\d+\]) +spi:([0-9a-f]{16}:[0-9a-f]{16}))");
  static const std::regex begun(R"((\S+\[\d+\])<=>(\S+\[\d+\]))");
  static const std::regex ipsec(
      R"((\S+)/(Transport|Tunnel) +(\S+\[\d+\])->(\S+\[\d+\]) +spi=(\d+)\(0x([0-9a-f]+)\))");
  struct Kind {
    const char* name;
    std::string_view front;
    const std::regex& form;
  };
  const Kind kinds[] = {{"isakmp", "ISAKMP-SA established ", isakmp},
                        {"initiate", "initiate new phase 2 negotiation: ", begun},
                        {"respond", "respond new phase 2 negotiation: ", begun},
                        {"ipsec", "IPsec-SA established: ", ipsec}};
  for (const Kind& kind : kinds) {
    if (!text.starts_with(kind.front)) continue;
    const std::string rest = trimmed(std::string_view(text).substr(kind.front.size()));
    std::smatch part;
    if (!std::regex_match(rest, part, kind.form)) return false;
    message["kind"] = kind.name;
    if (message["kind"] != "ipsec") {
      if (message["kind"] == "isakmp") message["cookies"] = part[3].str();
      return take_ends(message, "self", "peer", part[1], part[2]);
    }
    message["protocol"] = part[1].str();
    message["mode"] = part[2] == "Tunnel" ? "tunnel" : "transport";
    return take_ends(message, "from", "to", part[3], part[4]) &&
           take_spi(message, part[5], part[6]);
  }
  message["text"] = text;
  return true;
}

/// What has a date; nothing of another program's.
std::optional<LogMessage> message_of(const std::smatch& dated, std::string& text) {
  const std::string rest = dated[6];
  std::smatch part;
  const auto month = std::ranges::find(months, dated[1].str());
  if (month == months.end() || !std::regex_match(rest, part, of_racoon())) return std::nullopt;
  text = part[3];
  return LogMessage{
      {"month", month - months.begin() + 1},
      {"day", std::stoi(dated[2])},
      {"seconds", std::stoi(dated[3]) * 3600 + std::stoi(dated[4]) * 60 + std::stoi(dated[5])},
      {"host", part[1].str()},
      {"level", part[2].str()},
      {"kind", "other"}};
}

}  // namespace

LogReading read_syslog(std::string_view text) {
  LogReading out;
  std::vector<std::string> texts;
  bool ours = false;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::smatch dated;
    if (!std::regex_match(line, dated, date())) {
      const bool joins = !TOUCHSTONE_ORACLE_DEFECT("syslog.wrapped");
      if (ours && !line.empty() && joins) texts.back() += " " + line;
      continue;
    }
    std::string rest;
    auto message = message_of(dated, rest);
    ours = message.has_value();
    if (!ours) continue;
    (*message)["line"] = number;
    out.messages.push_back(std::move(*message));
    texts.push_back(std::move(rest));
  }
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!take_text(out.messages[i], trimmed(texts[i])))
      out.broken.push_back(out.messages[i].at("line"));
  return out;
}

std::string print_message(const LogMessage& message) {
  const auto word = [&](const char* name) { return message.at(name).get<std::string>(); };
  const int seconds = message.at("seconds");
  const std::string front = fmt::format(
      "{} {:2} {:02}:{:02}:{:02} {} racoon: {}: ",
      months.at(message.at("month").get<std::size_t>() - 1), message.at("day").get<int>(),
      seconds / 3600, seconds / 60 % 60, seconds % 60, word("host"), word("level"));
  const std::string kind = word("kind");
  if (kind == "isakmp")
    return front + fmt::format("ISAKMP-SA established {}-{} spi:{}", word("self"), word("peer"),
                               word("cookies"));
  if (kind == "ipsec") {
    const auto spi = message.at("spi").get<std::uint32_t>();
    return front + fmt::format("IPsec-SA established: {}/{} {}->{} spi={}(0x{:x})",
                               word("protocol"), word("mode") == "tunnel" ? "Tunnel" : "Transport",
                               word("from"), word("to"), spi, spi);
  }
  if (kind == "other") return front + word("text");
  return front +
         fmt::format("{} new phase 2 negotiation: {}<=>{}", kind, word("self"), word("peer"));
}

}  // namespace touchstone::conformance::oracle::ipsec
