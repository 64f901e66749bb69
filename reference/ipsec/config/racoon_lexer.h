#pragma once
// racoon.conf as words, cut as racoon cuts them: which words exist depends on the section, no word
// needs a blank around it, and octets that fit nothing are passed over (notes in
// docs/formats/racoon-conf.md). Internal.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// A kind of word; the names are those of racoon_words.def.
enum class Terminal : std::uint16_t {};

[[nodiscard]] Terminal terminal(std::string_view name);
[[nodiscard]] std::string_view terminal_name(Terminal kind);

/// The forms that are not words, and the end.
struct Terminals {
  Terminal end, number, hex, string, address, range, prefix, port;
  Terminal semicolon, open, close, algorithm, exchange;
};
[[nodiscard]] const Terminals& terminals();

struct Token {
  Terminal kind = {};
  std::string_view text;  ///< without what was passed over before it
  std::size_t junk = 0;   ///< octets before `text` that racoon passes over and glues to it
  Place place;            ///< of `text`
  unsigned commas = 0;    ///< those since the last token that racoon skips inside a remote
};

class RacoonLexer {
 public:
  explicit RacoonLexer(RuleLog& log) : log_(&log) {}

  /// The next words come from these files, one after the other, then again from where the caller
  /// was. The texts outlive the lexer.
  void enter(std::vector<std::pair<std::uint32_t, std::string_view>> files);
  /// `end` when all files are used up.
  Token next();
  /// How many files are open inside each other.
  [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }

 private:
  struct Cursor {
    std::vector<std::pair<std::uint32_t, std::string_view>> waiting;  ///< the last is the next
    std::uint32_t file = 0;
    std::string_view text;
    std::size_t at = 0;
    std::size_t junk_from = 0;
    std::uint64_t line = 1;
    std::size_t line_start = 0;
    bool crlf_told = false;
    bool word_before = false;  ///< the octet before `at` ends a word
  };
  struct Match {
    enum class Kind : std::uint8_t { junk, blank, line_end, comment, token } kind = Kind::junk;
    std::size_t size = 1;
    Terminal terminal = {};
    std::uint8_t next_state = 0;  ///< 0 keeps the state
  };

  [[nodiscard]] Match match() const;
  void match_form(std::string_view rest, Match& best) const;
  void match_word(std::string_view rest, Match& best) const;
  Token take(const Match& found);
  bool open_waiting();
  bool end_file();
  void new_line(std::size_t start);
  void end_junk();
  void tell_junk(std::string_view run, const Place& place);
  void tell_crlf(const Place& where);
  void check_glued(const Match& found);
  [[nodiscard]] Place place(std::size_t at) const;

  RuleLog* log_;
  std::vector<Cursor> open_;
  std::uint8_t state_ = 1;
  unsigned commas_ = 0;
};

}  // namespace touchstone::ipsec::config
