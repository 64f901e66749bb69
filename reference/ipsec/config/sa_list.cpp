#include "reference/ipsec/config/sa_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/octets.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::string_view exchanges = "BMUAI";

std::string_view heading(ListDetail detail) {
  switch (detail) {
    case ListDetail::plain:
      return "Destination            Cookies                           Created";
    case ListDetail::longer:
      return "Destination            Cookies                           ST S  V E Created           "
             "  "
             "Phase2";
    case ListDetail::longest:
      break;
  }
  return "Source                                        Destination                                "
         "   Cookies                           ST S  V E Created             Phase2";
}

std::optional<ListDetail> heading_of(std::string_view line) {
  for (const auto detail : {ListDetail::plain, ListDetail::longer, ListDetail::longest})
    if (words_of(line) == words_of(heading(detail))) return detail;
  return std::nullopt;
}

/// `10.0.0.1.500`
std::optional<Socket> parse_socket(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, dot), AddressForm::exact);
  const auto port = parse_number<std::uint16_t>(text.substr(dot + 1));
  if (!address || !port) return std::nullopt;
  return Socket{*address, *port};
}

std::string print_socket(const Socket& socket, std::size_t width) {
  std::string text = fmt::format("{}.{}", print_address(socket.address), socket.port);
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

bool parse_cookie(std::string_view text, std::array<std::uint8_t, 8>& cookie) {
  const auto octets = from_hex(text);
  if (!octets || octets->size() != cookie.size()) return false;
  std::ranges::copy(*octets, cookie.begin());
  return true;
}

bool parse_cookies(std::string_view text, IsakmpSa& row) {
  const std::size_t colon = text.find(':');
  return colon == 16 && parse_cookie(text.substr(0, colon), row.initiator_cookie) &&
         parse_cookie(text.substr(colon + 1), row.responder_cookie);
}

/// The words of one row, taken from the front.
class RowReader {
 public:
  explicit RowReader(std::string_view line) : words_(words_of(line)) {}

  std::string_view next() { return at_ < words_.size() ? words_[at_++] : std::string_view(); }
  [[nodiscard]] std::size_t left() const { return words_.size() - at_; }

 private:
  std::vector<std::string_view> words_;
  std::size_t at_ = 0;
};

/// `ST S V E`; racoon leaves the exchange out where it knows none.
bool read_state(RowReader& words, IsakmpSa& row) {
  const auto status = parse_number<unsigned>(words.next());
  const std::string_view side = words.next();
  const auto version = parse_number<unsigned>(words.next(), 16);
  if (!status || *status > 99 || (side != "I" && side != "R") || !version || *version > 0xFF)
    return false;
  row.status = *status;
  row.initiator = side == "I";
  row.version = *version;
  if (words.left() % 2 == 1) return true;  // [date time] and the count
  const std::string_view exchange = words.next();
  row.exchange = exchange.size() == 1 ? exchange[0] : '?';
  return exchanges.contains(row.exchange);
}

std::optional<IsakmpSa> read_row(std::string_view line, ListDetail detail) {
  RowReader words(line);
  IsakmpSa row;
  if (detail == ListDetail::longest) {
    row.source = parse_socket(words.next());
    if (!row.source) return std::nullopt;
  }
  const auto destination = parse_socket(words.next());
  if (!destination || !parse_cookies(words.next(), row)) return std::nullopt;
  row.destination = *destination;
  const bool told = detail != ListDetail::plain;
  if (told && !read_state(words, row)) return std::nullopt;
  if (words.left() >= 2) {
    const std::string date(words.next());
    row.created = parse_civil(date + " " + std::string(words.next()));
    if (!row.created) return std::nullopt;
  }
  if (told) {
    const auto phase2 = parse_number<unsigned>(words.next());
    if (!phase2) return std::nullopt;
    row.phase2 = *phase2;
  }
  return words.left() == 0 ? std::optional(row) : std::nullopt;
}

std::string print_row(const IsakmpSa& row, ListDetail detail) {
  const std::size_t width = detail == ListDetail::longest ? 45 : 22;
  std::string text;
  if (detail == ListDetail::longest) text += print_socket(row.source.value_or(Socket()), 45) + " ";
  text += fmt::format("{} {}:{} ", print_socket(row.destination, width),
                      to_hex(row.initiator_cookie), to_hex(row.responder_cookie));
  const bool told = detail != ListDetail::plain;
  if (told) {
    text += fmt::format("{:2} {} {:2x} ", row.status, row.initiator ? 'I' : 'R', row.version);
    if (row.exchange != ' ') text += fmt::format("{} ", row.exchange);
  }
  text += (row.created ? print_civil(*row.created) : std::string(19, ' ')) + " ";
  if (told) text += fmt::format("{:6} ", row.phase2);
  return text;
}

}  // namespace

IsakmpList read_isakmp_list(std::string_view text) {
  IsakmpList list;
  RuleLog log(Profile::strict);
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (const auto found = heading_of(line)) {
      list.detail = found;
    } else if (list.detail && line.find(':') != std::string_view::npos &&
               words_of(line).size() >= 2 && parse_socket(words_of(line)[0])) {
      auto row = read_row(line, *list.detail);
      if (row)
        list.rows.push_back(*row);
      else
        log.note(Rule::sa_row, {.line = number, .column = 1});
    }
  }
  if (!list.detail) log.note(Rule::sa_heading, {});
  list.findings = std::move(log).take();
  return list;
}

std::string print_isakmp_list(const std::vector<IsakmpSa>& rows, ListDetail detail) {
  std::string text = std::string(heading(detail)) + "\n";
  for (const IsakmpSa& row : rows)
    text += print_row(row, detail) + "\n";
  return text;
}

}  // namespace touchstone::ipsec::config
