#include "reference/ipsec/config/setkey_policy.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "reference/base/defect.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::uint64_t most_above = 0x3fffffff;  // of a priority, over and under its base
constexpr std::uint64_t most_below = 0x40000000;
constexpr std::uint64_t most_offset = 0x7fffffff;

enum class Kind : std::uint8_t {
  end,
  direction,
  priority,
  base,
  plus,
  number,
  action,
  protocol,
  mode,
  me,
  any,
  level,
  unique,
  slash,
  hyphen,
  port,
  address,
};

struct WordRow {
  std::string_view spelling;
  Kind kind;
  std::uint8_t value;
};
constexpr WordRow words[] = {
    {"in", Kind::direction, 0},   {"out", Kind::direction, 1},
    {"fwd", Kind::direction, 2},  {"priority", Kind::priority, 0},
    {"prio", Kind::priority, 0},  {"low", Kind::base, 0},
    {"def", Kind::base, 0},       {"high", Kind::base, 0},
    {"discard", Kind::action, 1}, {"none", Kind::action, 2},
    {"ipsec", Kind::action, 3},   {"bypass", Kind::action, 4},
    {"entrust", Kind::action, 5}, {"esp", Kind::protocol, 1},
    {"ah", Kind::protocol, 2},    {"ipcomp", Kind::protocol, 3},
    {"transport", Kind::mode, 1}, {"tunnel", Kind::mode, 2},
    {"me", Kind::me, 0},          {"any", Kind::any, 0},
    {"default", Kind::level, 0},  {"use", Kind::level, 1},
    {"require", Kind::level, 2},  {"unique", Kind::level, 3},
};

struct Token {
  Kind kind = Kind::end;
  std::string_view text;
  std::uint8_t value = 0;
  std::size_t at = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_of_address(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || c == '.' ||
         c == '_';
}

/// A number as C reads it, at most 2^63-1.
std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
  return result.ec == std::errc::result_out_of_range ? most : std::min(value, most);
}

class PolicyReader {
 public:
  PolicyReader(std::string_view text, const Place& place, Policy& policy, RuleLog& log)
      : text_(text), place_(place), policy_(&policy), log_(&log) {
    advance();
  }

  void run() {
    if (!at(Kind::direction)) return refuse(Rule::sk_policy, "expected in, out or fwd");
    policy_->direction = static_cast<Direction>(token_.value);
    advance();
    if (at(Kind::end)) return;
    if (!priority()) return;
    if (!at(Kind::action))
      return refuse(Rule::sk_policy, "expected discard, none, ipsec, bypass or entrust");
    policy_->action = static_cast<PolicyAction>(token_.value);
    advance();
    while (!at(Kind::end))
      if (!request()) return;
  }

 private:
  [[nodiscard]] bool at(Kind kind) const { return token_.kind == kind; }

  void refuse(Rule rule, std::string_view text = {}) {
    Place place = place_;
    for (const char c : text_.substr(0, token_.at)) {
      if (c == '\n') ++place.line, place.column = 0;
      ++place.column;
      ++place.offset;
    }
    log_->note(rule, place, text);
  }
  bool fail_with(Rule rule, std::string_view text = {}) {
    refuse(rule, text);
    return false;
  }

  void advance() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      token_ = next(rest);
      token_.at = at_;
      at_ += token_.text.size();
      if (token_.kind != Kind::end) return;
    }
    token_ = {Kind::end, {}, 0, text_.size()};
  }

  /// The word at the front; a blank, or an octet that libipsec passes over, is an `end` of size 1.
  static Token next(std::string_view rest) {
    switch (rest[0]) {
      case '/':
        return {Kind::slash, rest.substr(0, 1)};
      case '-':
        return {Kind::hyphen, rest.substr(0, 1)};
      case '+':
        return {Kind::plus, rest.substr(0, 1)};
      case '[': {
        const auto* end = std::find_if_not(rest.begin() + 1, rest.end(), is_digit);
        const auto size = static_cast<std::size_t>(end - rest.begin());
        if (size > 1 && size < rest.size() && rest[size] == ']')
          return {Kind::port, rest.substr(0, size + 1)};
        return {Kind::end, rest.substr(0, 1)};
      }
      default:
        break;
    }
    return word(rest);
  }

  static Token word(std::string_view rest) {
    const auto* end = std::find_if_not(rest.begin(), rest.end(), is_of_address);
    auto size = static_cast<std::size_t>(end - rest.begin());
    if (size == 0) return {Kind::end, rest.substr(0, 1)};
    if (size < rest.size() && rest[size] == '%') {
      const auto* scope = std::find_if_not(
          rest.begin() + static_cast<std::ptrdiff_t>(size) + 1, rest.end(),
          [](char c) { return is_of_address(c) && c != ':' && c != '.' && c != '_'; });
      const auto whole = static_cast<std::size_t>(scope - rest.begin());
      if (whole > size + 1) return {Kind::address, rest.substr(0, whole)};
    }
    const std::string_view text = rest.substr(0, size);
    const auto* row = std::ranges::find(words, text, &WordRow::spelling);
    if (row != std::end(words)) return {row->kind, text, row->value};
    if (std::ranges::all_of(text, is_digit)) return {Kind::number, text};
    const bool unique = text.starts_with("unique:") && text.size() > 7;
    if (unique && std::ranges::all_of(text.substr(7), is_digit)) return {Kind::unique, text};
    return {Kind::address, text};
  }

  /// `prio N`, `prio -N`, `prio low`, `prio low + N`; false when it is refused.
  bool priority() {
    if (!at(Kind::priority)) return true;
    advance();
    const bool based = at(Kind::base);
    if (based) advance();
    if (based && at(Kind::action)) return true;
    const bool minus = at(Kind::hyphen);
    if (minus || (based && at(Kind::plus)))
      advance();
    else if (based)
      return fail_with(Rule::sk_policy, "expected + or - and a number");
    if (!at(Kind::number)) return fail_with(Rule::sk_policy, "expected a number");
    const std::uint64_t most = !based  ? most_offset + (minus ? 0 : 1)
                               : minus ? most_above
                                       : most_below;
    if (number(token_.text) > most) return fail_with(Rule::sk_policy, "expected a smaller number");
    advance();
    return true;
  }

  bool request() {
    PolicyRequest made;
    if (!at(Kind::protocol)) return fail_with(Rule::sk_policy, "expected esp, ah or ipcomp");
    made.protocol = static_cast<SaProtocol>(token_.value);
    advance();
    if (!take_slash()) return false;
    if (!at(Kind::mode)) return fail_with(Rule::sk_policy, "expected transport or tunnel");
    made.mode = static_cast<SaMode>(token_.value);
    const Token mode = token_;
    advance();
    if (at(Kind::slash)) {
      advance();
      if (!ends_and_level(made)) return false;
    }
    if (!check(made, mode)) return false;
    policy_->requests.push_back(made);
    return true;
  }

  bool take_slash() {
    if (!at(Kind::slash)) return fail_with(Rule::sk_policy, "expected /");
    advance();
    return true;
  }

  /// Behind the second slash: nothing, `/level`, ends, `ends/` or `ends/level`.
  bool ends_and_level(PolicyRequest& made) {
    const bool ends = at(Kind::address) || at(Kind::me) || at(Kind::any);
    if (ends && !read_ends(made)) return false;
    if (!at(Kind::slash)) return true;
    advance();
    if (at(Kind::level)) {
      made.level = TOUCHSTONE_DEFECT("IC-07.level") ? RequestLevel::require
                                                    : static_cast<RequestLevel>(token_.value);
    } else if (at(Kind::unique)) {
      made.level = RequestLevel::unique;
      made.unique = static_cast<std::uint32_t>(number(token_.text.substr(7)));
    } else if (ends) {
      return true;
    } else {
      return fail_with(Rule::sk_policy, "expected default, use, require or unique");
    }
    advance();
    return true;
  }

  bool read_ends(PolicyRequest& made) {
    if (!at(Kind::address)) return read_open_ends();
    made.from = end();
    if (!made.from) return false;
    const bool port = at(Kind::port);
    if (port) advance();
    if (!at(Kind::hyphen)) return fail_with(Rule::sk_policy, "expected - between the two ends");
    advance();
    if (!at(Kind::address)) return fail_with(Rule::sk_policy, "expected the other end");
    made.to = end();
    if (!made.to) return false;
    if (port != at(Kind::port))
      return fail_with(Rule::sk_policy, "expected a port at both ends or at none");
    if (port) advance();
    return true;
  }

  /// `me-any` of a policy out, `any-me` of a policy in.
  bool read_open_ends() {
    const bool outwards = at(Kind::me);
    advance();
    if (!at(Kind::hyphen)) return fail_with(Rule::sk_policy, "expected - between the two ends");
    advance();
    const bool fits = outwards ? at(Kind::any) : at(Kind::me);
    const Direction direction = outwards ? Direction::out : Direction::in;
    if (!fits || policy_->direction != direction)
      return fail_with(Rule::sk_policy, "expected me-any in a policy out, any-me in a policy in");
    advance();
    return true;
  }

  std::optional<Address> end() {
    const auto address = parse_address(token_.text, AddressForm::system);
    if (!address) refuse(Rule::sk_policy, "expected an IP address");
    advance();
    return address;
  }

  bool check(const PolicyRequest& made, const Token& mode) {
    if (policy_->action != PolicyAction::ipsec) return true;
    const Token next = std::exchange(token_, mode);
    if (!made.from && made.mode == SaMode::tunnel && !TOUCHSTONE_DEFECT("MO-15.no_ends"))
      return fail_with(Rule::sk_tunnel);
    if (made.from && made.from->v6 != made.to->v6) return fail_with(Rule::sk_ends);
    if (made.from && made.mode == SaMode::transport && !TOUCHSTONE_DEFECT("MO-08.transport_ends"))
      refuse(Rule::sk_transport_ends);
    if (made.level == RequestLevel::use && !TOUCHSTONE_DEFECT("MO-11.use")) refuse(Rule::sk_use);
    token_ = next;
    return true;
  }

  std::string_view text_;
  Place place_;
  Policy* policy_;
  RuleLog* log_;
  std::size_t at_ = 0;
  Token token_;
};

}  // namespace

void read_policy(std::string_view text, const Place& place, Policy& policy, RuleLog& log) {
  PolicyReader(text, place, policy, log).run();
}

}  // namespace touchstone::ipsec::config
