#include "reference/ipsec/config/racoon_lexer.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "reference/base/defect.h"
#include "reference/base/result.h"
#include "reference/ipsec/config/algorithms.h"

namespace touchstone::ipsec::config {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t max_line = 4096;  // octets; strict alone
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class State : std::uint8_t {
  any,
  top,
  privsep,
  path,
  log,
  padding,
  listen,
  radius,
  ldap,
  mode_cfg,
  timer,
  sainfo,
  sainfo_body,
  remote,
  remote_body,
  proposal,
  gss_encoding,
};
constexpr std::size_t state_count = 17;

struct WordRow {
  State state;
  std::string_view spelling;
  std::string_view terminal;
  State next;
};

constexpr WordRow word_rows[] = {
#define TOUCHSTONE_RACOON_WORD(state, spelling, terminal, next) \
  {State::state, spelling, terminal, State::next},
#include "reference/ipsec/config/racoon_words.def"
#undef TOUCHSTONE_RACOON_WORD
};

constexpr std::string_view form_names[] = {"end of file", "number",   "hex",      "string",
                                           "address",     "range",    "<prefix>", "<port>",
                                           "<algorithm>", "<skipped>"};

std::vector<std::string_view> make_names() {
  std::vector<std::string_view> names(std::begin(form_names), std::end(form_names));
  for (const WordRow& row : word_rows)
    if (std::ranges::find(names, row.terminal) == names.end()) names.push_back(row.terminal);
  return names;
}

const std::vector<std::string_view>& names() {
  static const std::vector<std::string_view> made = make_names();
  return made;
}

struct Word {
  std::string_view spelling;
  Terminal kind;
  std::uint8_t next;
};
using ByFirstOctet = std::array<std::vector<Word>, 256>;

/// By state and first octet, the longest first.
using Words = std::array<ByFirstOctet, state_count>;

Words make_words() {
  Words words;
  const auto add = [&](State state, const Word& word) {
    words[static_cast<std::size_t>(state)][static_cast<unsigned char>(word.spelling[0])].push_back(
        word);
  };
  for (const WordRow& row : word_rows) {
    add(row.state, {row.spelling, terminal(row.terminal), static_cast<std::uint8_t>(row.next)});
  }
  for (const Algorithm& row : algorithms())
    add(State::any, {row.spelling, terminal("<algorithm>"), 0});
  for (ByFirstOctet& state : words)
    for (std::vector<Word>& list : state)
      std::ranges::stable_sort(list, std::ranges::greater(),
                               [](const Word& word) { return word.spelling.size(); });
  return words;
}

const Words& words() {
  static const Words made = make_words();
  return made;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_of_word(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '"';
}

template <class Test>
std::size_t run(std::string_view text, std::size_t from, Test test) {
  std::size_t at = from;
  while (at < text.size() && test(text[at]))
    ++at;
  return at - from;
}

/// The length of an address at the front of `text`, or 0.
std::size_t address_size(std::string_view text) {
  if (text.empty() || !(is_hex(text[0]) || text[0] == ':')) return 0;
  std::size_t size = run(text, 0, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  if (size < text.size() && text[size] == '%')
    size += 1 + run(text, size + 1, [](char c) { return is_digit(c) || is_letter(c); });
  return size;
}

/// The length of `[123]` at the front of `text`, or 0.
std::size_t port_size(std::string_view text) {
  const std::size_t digits = run(text, 1, is_digit);
  return digits != 0 && text.size() > digits + 1 && text[digits + 1] == ']' ? digits + 2 : 0;
}

}  // namespace

Terminal terminal(std::string_view name) {
  const auto found = std::ranges::find(names(), name);
  TOUCHSTONE_CHECK(found != names().end());
  return static_cast<Terminal>(found - names().begin());
}

std::string_view terminal_name(Terminal kind) {
  return names()[static_cast<std::size_t>(kind)];
}

const Terminals& terminals() {
  static const Terminals made = {
      terminal("end of file"), terminal("number"), terminal("hex"),      terminal("string"),
      terminal("address"),     terminal("range"),  terminal("<prefix>"), terminal("<port>"),
      terminal(";"),           terminal("{"),      terminal("}"),        terminal("<algorithm>"),
      terminal("<exchange>")};
  return made;
}

void RacoonLexer::enter(std::vector<std::pair<std::uint32_t, std::string_view>> files) {
  std::ranges::reverse(files);
  open_.emplace_back().waiting = std::move(files);
  open_waiting();
}

/// Goes on with the next file of this include, in the state of a fresh file.
bool RacoonLexer::open_waiting() {
  Cursor& cursor = open_.back();
  if (cursor.waiting.empty()) return false;
  auto waiting = std::move(cursor.waiting);
  const auto [file, text] = waiting.back();
  waiting.pop_back();
  cursor = Cursor{.waiting = std::move(waiting), .file = file, .text = text};
  state_ = static_cast<std::uint8_t>(State::top);
  return true;
}

Place RacoonLexer::place(std::size_t at) const {
  const Cursor& cursor = open_.back();
  return {cursor.file, cursor.line, at - cursor.line_start + 1, at};
}

void RacoonLexer::new_line(std::size_t start) {
  Cursor& cursor = open_.back();
  if (start - cursor.line_start > max_line)
    log_->note(Rule::rc_long_line, place(cursor.line_start));
  ++cursor.line;
  cursor.line_start = start;
}

/// Once a file.
void RacoonLexer::tell_crlf(const Place& where) {
  if (!open_.back().crlf_told) log_->note(Rule::rc_crlf, where);
  open_.back().crlf_told = true;
}

void RacoonLexer::tell_junk(std::string_view junk, const Place& where) {
  Cursor& cursor = open_.back();
  if (where.offset == 0 && junk.starts_with(byte_order_mark)) {
    log_->note(Rule::rc_bom, where);
    junk.remove_prefix(byte_order_mark.size());
  }
  const bool at_line_end = cursor.at >= cursor.text.size() || cursor.text[cursor.at] == '\n';
  if (junk.ends_with('\r') && at_line_end) {
    tell_crlf(where);
    junk.remove_suffix(1);
  }
  if (junk.empty()) return;
  if (junk.find('\0') != std::string_view::npos)
    log_->note(Rule::rc_nul, where);
  else if (!TOUCHSTONE_DEFECT("RF-07.silent_junk"))
    log_->note(junk.find('"') == std::string_view::npos ? Rule::rc_junk : Rule::rc_string, where);
}

/// Ends a run of octets that are passed over.
void RacoonLexer::end_junk() {
  Cursor& cursor = open_.back();
  if (cursor.junk_from < cursor.at)
    tell_junk(cursor.text.substr(cursor.junk_from, cursor.at - cursor.junk_from),
              place(cursor.junk_from));
}

void RacoonLexer::check_glued(const Match& found) {
  Cursor& cursor = open_.back();
  if (cursor.word_before && is_of_word(cursor.text[cursor.at]))
    log_->note(Rule::rc_glued, place(cursor.at));
  cursor.word_before = is_of_word(cursor.text[cursor.at + found.size - 1]);
}

/// A form of which the section does not matter, if it is longer than what was found so far.
void RacoonLexer::match_form(std::string_view rest, Match& best) const {
  const auto offer = [&](std::size_t size, Terminal kind) {
    if (size > best.size || (size == best.size && best.kind == Match::Kind::junk && size != 0))
      best = {Match::Kind::token, size, kind, 0};
  };
  const Terminals& kinds = terminals();
  switch (rest[0]) {
    case '/': {
      const std::size_t digits = std::min<std::size_t>(run(rest, 1, is_digit), 3);
      if (digits != 0) offer(digits + 1, kinds.prefix);
      return;
    }
    case '[':
      return offer(port_size(rest), kinds.port);
    case '-': {
      const std::size_t size = address_size(rest.substr(1));
      if (size != 0) offer(size + 1, kinds.range);
      return;
    }
    case '"': {
      const std::size_t end = rest.find('"', 1);
      if (end != std::string_view::npos) offer(end + 1, kinds.string);
      return;
    }
    default:
      break;
  }
  offer(run(rest, 0, is_digit), kinds.number);
  if (rest.starts_with("0x")) {
    const std::size_t digits = run(rest, 2, is_hex);
    if (digits != 0) offer(digits + 2, kinds.hex);
  }
  offer(address_size(rest), kinds.address);
}

/// The longest word of the state, or of any state, at the front of `rest`.
void RacoonLexer::match_word(std::string_view rest, Match& best) const {
  for (const std::size_t state : {std::size_t{state_}, std::size_t{0}}) {
    for (const Word& word : words()[state][static_cast<unsigned char>(rest[0])]) {
      if (!rest.starts_with(word.spelling)) continue;
      const bool longer = best.kind == Match::Kind::junk || word.spelling.size() > best.size;
      if (longer) best = {Match::Kind::token, word.spelling.size(), word.kind, word.next};
      break;
    }
  }
}

RacoonLexer::Match RacoonLexer::match() const {
  const Cursor& cursor = open_.back();
  const std::string_view rest = cursor.text.substr(cursor.at);
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (is_blank(rest[0])) return {Match::Kind::blank, run(rest, 0, is_blank)};
  if (rest[0] == '\n') return {Match::Kind::line_end};
  if (rest[0] == '#' && !TOUCHSTONE_DEFECT("RF-07.no_comments"))
    return {Match::Kind::comment, std::min(rest.find('\n'), rest.size())};
  Match best;
  match_word(rest, best);
  match_form(rest, best);
  return best;
}

/// Ends the file that is read; false when no other is left.
bool RacoonLexer::end_file() {
  Cursor& cursor = open_.back();
  end_junk();
  cursor.junk_from = cursor.at;
  if (cursor.at - cursor.line_start > max_line)
    log_->note(Rule::rc_long_line, place(cursor.line_start));
  if (open_waiting()) return true;
  if (open_.size() == 1) return false;
  open_.pop_back();
  return true;
}

Token RacoonLexer::next() {
  static const Terminal skipped = terminal("<skipped>");
  while (true) {
    Cursor& cursor = open_.back();
    if (cursor.at >= cursor.text.size()) {
      if (!end_file()) return {terminals().end, {}, 0, place(cursor.at), 0};
      continue;
    }
    const Match found = match();
    if (found.kind == Match::Kind::junk) {
      cursor.at += found.size;
      cursor.word_before = false;
      continue;
    }
    const Token token = take(found);
    if (found.kind != Match::Kind::token) continue;
    if (found.next_state != 0) state_ = found.next_state;
    if (token.kind != skipped) {
      commas_ = 0;
      return token;
    }
    ++commas_;
  }
}

/// Steps over what was found.
Token RacoonLexer::take(const Match& found) {
  Cursor& cursor = open_.back();
  end_junk();
  const std::size_t start = cursor.at;
  const std::string_view text = cursor.text.substr(start, found.size);
  if (found.kind == Match::Kind::token)
    check_glued(found);
  else
    cursor.word_before = false;
  const Token token{found.terminal, text, start - cursor.junk_from, place(start), commas_};
  cursor.at = cursor.junk_from = start + found.size;
  if (found.kind == Match::Kind::comment && text.ends_with('\r')) tell_crlf(place(cursor.at - 1));
  if (found.kind == Match::Kind::blank || found.kind == Match::Kind::comment) return token;
  for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1))
    new_line(start + i + 1);
  return token;
}

}  // namespace touchstone::ipsec::config
