#pragma once
// racoon.conf as a tree of statements, before anybody asks what they mean.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/secret.h"
#include "reference/ipsec/config/file_view.h"
#include "reference/ipsec/config/racoon_lexer.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::ipsec::config {

/// One enumerator a row of racoon_grammar.def.
enum class StatementKind : std::uint8_t {
#define TOUCHSTONE_STATEMENT(section, enumerator, form, body) enumerator,
#include "reference/ipsec/config/racoon_grammar.def"
#undef TOUCHSTONE_STATEMENT
};

struct StatementForm {
  StatementKind kind;
  std::string_view section;
  std::string_view form;
  std::string_view body;  ///< "none", or the section of its body
};
[[nodiscard]] std::span<const StatementForm> statement_forms() noexcept;

/// A word of a statement, without the ; or { at its end.
struct Word {
  Terminal kind = {};
  std::string text;          ///< as racoon cuts it: without quotation marks, slash and brackets
  std::uint64_t number = 0;  ///< of a number, a port and a prefix, as racoon computes it
  Place place;

  [[nodiscard]] bool operator==(const Word& other) const {
    return kind == other.kind && text == other.text && number == other.number;
  }
};

/// The part of `text` up to a NUL, which is all that racoon sees of a path or a name.
[[nodiscard]] inline std::string_view c_text(std::string_view text) noexcept {
  return text.substr(0, text.find('\0'));
}

struct Statement {
  StatementKind kind = {};
  std::vector<Word> words;
  std::vector<Statement> body;
  Place place;           ///< of its first word
  std::size_t end = 0;   ///< offset behind its ; or }
  bool damaged = false;  ///< something in it could not be read

  /// Two statements are equal that say the same; places do not count.
  [[nodiscard]] bool operator==(const Statement& other) const {
    return kind == other.kind && words == other.words && body == other.body;
  }
};

/// Everything that racoon would read, includes in their place.
struct RacoonDocument {
  std::vector<std::string> files;   ///< names; Place::file counts them
  std::vector<SecretOctets> texts;  ///< their octets
  std::vector<Statement> statements;
};

inline constexpr std::size_t max_racoon_file = std::size_t{4} << 20;    // octets
inline constexpr std::size_t max_racoon_total = std::size_t{64} << 20;  // octets of all files
inline constexpr std::size_t max_racoon_files = 20'000;
/// racoon opens ten files inside each other.
inline constexpr std::size_t max_racoon_depth = 10;

struct RacoonIncludes {
  FileView* view = nullptr;            ///< null: includes are not followed
  std::string folder = "/etc/racoon";  ///< of relative names, until `path include` says otherwise
};

/// Reads `text`, which is the file `name`, and what it includes. Never fails: what cannot be read
/// is noted in `log`. In the profile `daemon` reading stops at the first refusal, as racoon does.
[[nodiscard]] RacoonDocument parse_racoon(std::string name, SecretOctets text,
                                          const RacoonIncludes& includes, RuleLog& log);

/// The statements in one canonical form: a tab a level, a line a statement, without comments.
/// parse(print(d)) has the same statements.
[[nodiscard]] std::string print_racoon(std::span<const Statement> statements);

}  // namespace touchstone::ipsec::config
