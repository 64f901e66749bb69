#pragma once
// How racoon cuts its configuration into words (docs/formats/racoon-conf.md): which words exist
// depends on the section, the longest one wins, and an octet that fits nothing is passed over and
// glued to the text of the next word.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::oracle::ipsec {

struct RacoonWord {
  /// N number, X hexadecimal, T text, A address, R range, P prefix, Q port, G algorithm, E the end;
  /// w a word of the language, told by its text.
  char kind = 'E';
  std::string text;          ///< of a text without its quotation marks, of a range without -
  std::uint64_t number = 0;  ///< of N, P and Q
  std::uint64_t line = 0;
  int commas = 0;       ///< before it in a remote, where a comma is a blank
  bool hybrid = false;  ///< an algorithm of hybrid authentication

  [[nodiscard]] bool is(std::string_view word) const { return kind == 'w' && text == word; }
};

class RacoonLexer {
 public:
  explicit RacoonLexer(Verdict& verdict) : verdict_(&verdict) {}

  /// Goes on with `file`, from the top of the grammar, and then with what was open before.
  void open(std::string file);
  [[nodiscard]] std::size_t depth() const { return files_.size(); }
  RacoonWord next();

 private:
  struct File {
    std::string text;
    std::size_t at = 0;
    std::uint64_t line = 1;
    bool begun = false;
    bool crlf_told = false;
    bool behind_word = false;
  };
  struct Found {
    char kind = 0;  ///< 0: nothing fits
    std::size_t size = 1;
    std::string_view next = {};  ///< the section after it; empty: the same
  };

  [[nodiscard]] Found find(std::string_view rest) const;
  bool pass(File& file);
  void tell_passed(File& file, std::string_view passed, std::size_t from);
  RacoonWord cut(File& file, const Found& found, std::size_t passed);

  Verdict* verdict_;
  std::vector<File> files_;
  std::string section_ = "top";
};

}  // namespace touchstone::conformance::oracle::ipsec
