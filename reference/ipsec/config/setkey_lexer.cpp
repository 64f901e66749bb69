#include "reference/ipsec/config/setkey_lexer.h"

#include <algorithm>
#include <iterator>

namespace touchstone::ipsec::config {
namespace {

constexpr SetkeyAlgorithm algorithm_rows[] = {
#define TOUCHSTONE_SETKEY_ALGORITHM(state, spelling, kind, least, most, step, weak) \
  {std::string_view(#state) == "auth", spelling, KeyKind::kind, least, most, step, weak},
#include "reference/ipsec/config/setkey_algorithms.def"
#undef TOUCHSTONE_SETKEY_ALGORITHM
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool starts_string(char c) {
  return is_digit(c) || is_letter(c) || c == ':';
}
bool is_of_string(char c) {
  return starts_string(c) || c == '%' || c == '.' || c == '-';
}
bool starts_requests(char c) {
  return starts_string(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ' ' ||
         c == '\n' || c == '\t';
}
bool is_of_requests(char c) {
  return starts_requests(c) || c == '%' || c == '+' || c == '[' || c == ']';
}

template <class Test>
std::size_t run(std::string_view text, std::size_t from, Test test) {
  std::size_t at = from;
  while (at < text.size() && test(text[at]))
    ++at;
  return at - from;
}

}  // namespace

const SetkeyAlgorithm* find_setkey_algorithm(bool auth, std::string_view spelling) {
  const auto* row = std::ranges::find_if(algorithm_rows, [&](const SetkeyAlgorithm& one) {
    return one.auth == auth && one.spelling == spelling;
  });
  return row == std::end(algorithm_rows) ? nullptr : row;
}

/// Behind -P a blank begins the requests; only a comment is passed over there.
bool SetkeyLexer::skip_blanks() {
  const char c = text_[at_];
  if (c == '#') {
    at_ = std::min(text_.find('\n', at_), text_.size());
    return true;
  }
  if (state_ == State::policy || (c != ' ' && c != '\t' && c != '\n')) return false;
  ++at_;
  if (c == '\n') {
    ++line_;
    line_start_ = at_;
  }
  return true;
}

SetkeyLexer::Match SetkeyLexer::match_word(std::string_view rest) const {
  struct WordRow {
    State state;
    std::string_view spelling, kind;
    State next;
  };
  static constexpr WordRow rows[] = {
#define TOUCHSTONE_SETKEY_WORD(state, spelling, kind, next) \
  {State::state, spelling, kind, State::next},
#include "reference/ipsec/config/setkey_words.def"
#undef TOUCHSTONE_SETKEY_WORD
  };
  Match best;
  for (const SetkeyAlgorithm& row : algorithm_rows) {
    const bool known = state_ == (row.auth ? State::auth : State::cipher);
    if (known && row.spelling.size() > best.size && rest.starts_with(row.spelling))
      best = {row.auth ? "<auth>" : "<cipher>", row.spelling.size(), State::any, true};
  }
  for (const WordRow& row : rows) {
    const bool known = row.state == State::any || row.state == state_;
    const bool moves = row.next != State::any || row.state != State::any;
    if (known && row.spelling.size() > best.size && rest.starts_with(row.spelling))
      best = {row.kind, row.spelling.size(), row.next,
              moves || (state_ == State::policy && row.spelling == ";")};
  }
  return best;
}

SetkeyLexer::Match SetkeyLexer::match() const {
  const std::string_view rest = text_.substr(at_);
  Match best = match_word(rest);
  const auto offer = [&](std::string_view kind, std::size_t size) {
    if (size > best.size) best = {kind, size};
  };
  if (state_ == State::policy && starts_requests(rest[0]))
    offer("requests", run(rest, 0, is_of_requests));
  if (rest[0] == '-')
    offer("flags", run(rest, 1, [](char c) { return c == 'n' || c == '4' || c == '6'; }) + 1);
  if (best.kind == "flags" && best.size == 1) best = {};
  offer("decimal", run(rest, 0, is_digit));
  if (rest.starts_with("0x") || rest.starts_with("0X")) {
    const std::size_t digits = run(rest, 2, is_hex);
    if (digits != 0) offer("hex", digits + 2);
  }
  if (rest[0] == '"') {
    const std::size_t end = rest.find('"', 1);
    if (end != std::string_view::npos) offer("quoted", end + 1);
  }
  if (starts_string(rest[0])) offer("string", run(rest, 0, is_of_string));
  offer("string", run(rest, 0, [](char c) { return is_digit(c) || c == ','; }));
  if (best.size == 0) best = {"fault", 1};
  return best;
}

SetkeyToken SetkeyLexer::take(const Match& found) {
  const SetkeyToken token{
      found.kind, text_.substr(at_, found.size), {0, line_, at_ - line_start_ + 1, at_}};
  for (std::size_t i = token.text.find('\n'); i != std::string_view::npos;
       i = token.text.find('\n', i + 1)) {
    ++line_;
    line_start_ = at_ + i + 1;
  }
  at_ += found.size;
  if (found.moves) state_ = found.next;
  return token;
}

SetkeyToken SetkeyLexer::next() {
  while (at_ < text_.size())
    if (!skip_blanks()) return take(match());
  return {"end", {}, {0, line_, at_ - line_start_ + 1, at_}};
}

}  // namespace touchstone::ipsec::config
