#pragma once
// The forms of racoon_grammar.def as automata, one for each section. Internal.

#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/racoon_document.h"

namespace touchstone::ipsec::config {

class Section {
 public:
  /// Follows one statement word by word.
  class Run {
   public:
    explicit Run(const Section& section) : section_(&section), states_{0} {}
    /// False when no statement of the section goes on with `kind`; then nothing has changed.
    bool step(Terminal kind);
    /// The statement that ends here, or null.
    [[nodiscard]] const StatementForm* accepted() const;
    /// "expected A, B or C".
    [[nodiscard]] std::string expected() const;

   private:
    const Section* section_;
    std::vector<std::uint32_t> states_;
  };

  /// By the names of racoon_grammar.def.
  [[nodiscard]] static const Section& named(std::string_view name);

  explicit Section(std::string_view name);

 private:
  struct Arc {
    Terminal kind;
    std::uint32_t to;
  };
  struct State {
    std::vector<Arc> arcs;
    std::vector<std::uint32_t> jumps;  ///< without a word; empty once closed
    const StatementForm* accepts = nullptr;
  };
  class Builder;

  void close_jumps();

  std::string name_;
  std::vector<State> states_;
};

}  // namespace touchstone::ipsec::config
