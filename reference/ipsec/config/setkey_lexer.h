#pragma once
// A setkey script as words, cut as setkey cuts them. Internal.

#include <cstdint>
#include <string_view>

#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// How a key stands behind -A and -E.
enum class KeyKind : std::uint8_t { keyed, keyless, obsolete, derived, short_iv };

/// A row of setkey_algorithms.def.
struct SetkeyAlgorithm {
  bool auth;
  std::string_view spelling;
  KeyKind kind;
  unsigned least, most, step;  ///< bits
  bool weak;
};
[[nodiscard]] const SetkeyAlgorithm* find_setkey_algorithm(bool auth, std::string_view spelling);

/// `kind` is a kind of setkey_words.def, or "decimal", "hex", "quoted", "string", "requests",
/// "<auth>", "<cipher>", "end" or "fault".
struct SetkeyToken {
  std::string_view kind;
  std::string_view text;
  Place place;
};

class SetkeyLexer {
 public:
  explicit SetkeyLexer(std::string_view text) : text_(text) {}
  /// `fault` is an octet at which setkey stops; asked again, it goes on behind it.
  SetkeyToken next();
  /// Forgets what -A, -E or -P announced: the start of another command.
  void reset() { state_ = State::any; }

 private:
  enum class State : std::uint8_t { any, policy, auth, cipher };
  struct Match {
    std::string_view kind;
    std::size_t size = 0;
    State next = State::any;
    bool moves = false;  ///< to the state `next`
  };

  bool skip_blanks();
  [[nodiscard]] Match match_word(std::string_view rest) const;
  [[nodiscard]] Match match() const;
  SetkeyToken take(const Match& found);

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t line_start_ = 0;
  State state_ = State::any;
};

}  // namespace touchstone::ipsec::config
