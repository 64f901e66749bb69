#include "reference/ipsec/config/racoon_grammar.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace touchstone::ipsec::config {
namespace {

constexpr StatementForm forms[] = {
#define TOUCHSTONE_STATEMENT(section, enumerator, form, body) \
  {StatementKind::enumerator, #section, form, #body},
#include "reference/ipsec/config/racoon_grammar.def"
#undef TOUCHSTONE_STATEMENT
};

constexpr std::size_t max_expected = 8;  // names in one message

std::vector<std::string_view> split(std::string_view form) {
  std::vector<std::string_view> parts;
  while (!form.empty()) {
    const std::size_t blank = std::min(form.find(' '), form.size());
    if (blank != 0) parts.push_back(form.substr(0, blank));
    form.remove_prefix(std::min(blank + 1, form.size()));
  }
  return parts;
}

}  // namespace

std::span<const StatementForm> statement_forms() noexcept {
  return forms;
}

/// Makes the states of one form.
class Section::Builder {
 public:
  Builder(std::vector<State>& states, std::string_view form)
      : states_(&states), parts_(split(form)) {}

  /// From state `from`; gives the state at the end.
  std::uint32_t alternatives(std::uint32_t from) {
    const std::uint32_t end = fresh();
    while (true) {
      jump(sequence(fresh_after(from)), end);
      if (at_ == parts_.size() || parts_[at_] != "|") return end;
      ++at_;
    }
  }

 private:
  std::uint32_t fresh() {
    states_->emplace_back();
    return static_cast<std::uint32_t>(states_->size() - 1);
  }
  std::uint32_t fresh_after(std::uint32_t from) {
    const std::uint32_t made = fresh();
    jump(from, made);
    return made;
  }
  void jump(std::uint32_t from, std::uint32_t to) { (*states_)[from].jumps.push_back(to); }

  std::uint32_t sequence(std::uint32_t from) {
    while (at_ < parts_.size() && parts_[at_] != "|" && !parts_[at_].starts_with(')'))
      from = item(from);
    return from;
  }

  /// A word or a group, with ? or * after it.
  std::uint32_t item(std::uint32_t from) {
    const std::uint32_t start = fresh_after(from);
    std::uint32_t end = 0;
    std::string_view part = parts_[at_++];
    if (part == "(") {
      end = alternatives(start);
      part = parts_[at_++].substr(1);
    } else {
      end = fresh();
      const bool bare = !part.ends_with('?') && !part.ends_with('*');
      const std::size_t size = bare ? part.size() : part.size() - 1;
      (*states_)[start].arcs.push_back({terminal(part.substr(0, size)), end});
      part.remove_prefix(size);
    }
    if (part == "?" || part == "*") jump(start, end);
    if (part == "*") jump(end, start);
    return end;
  }

  std::vector<State>* states_;
  std::vector<std::string_view> parts_;
  std::size_t at_ = 0;
};

Section::Section(std::string_view name) : name_(name), states_(1) {
  for (const StatementForm& form : forms) {
    if (form.section != name) continue;
    const std::uint32_t end = Builder(states_, form.form).alternatives(0);
    states_[end].accepts = &form;
  }
  close_jumps();
}

/// Gives each state the arcs of all that can be reached from it without a word.
void Section::close_jumps() {
  std::vector<State> closed(states_.size());
  for (std::uint32_t start = 0; start < states_.size(); ++start) {
    std::vector<std::uint32_t> reached = {start};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const State& state = states_[reached[i]];
      for (const std::uint32_t to : state.jumps)
        if (std::ranges::find(reached, to) == reached.end()) reached.push_back(to);
      closed[start].arcs.insert(closed[start].arcs.end(), state.arcs.begin(), state.arcs.end());
      if (state.accepts != nullptr) closed[start].accepts = state.accepts;
    }
  }
  states_ = std::move(closed);
}

bool Section::Run::step(Terminal kind) {
  std::vector<std::uint32_t> next;
  for (const std::uint32_t at : states_)
    for (const Arc& arc : section_->states_[at].arcs)
      if (arc.kind == kind && std::ranges::find(next, arc.to) == next.end()) next.push_back(arc.to);
  if (next.empty()) return false;
  states_ = std::move(next);
  return true;
}

const StatementForm* Section::Run::accepted() const {
  for (const std::uint32_t at : states_)
    if (section_->states_[at].accepts != nullptr) return section_->states_[at].accepts;
  return nullptr;
}

std::string Section::Run::expected() const {
  if (states_.size() == 1 && states_[0] == 0)
    return section_->name_ == "top" ? "expected a statement"
                                    : "expected a statement of " + section_->name_ + " or }";
  std::vector<std::string_view> names;
  for (const std::uint32_t at : states_)
    for (const Arc& arc : section_->states_[at].arcs) {
      const std::string_view name = terminal_name(arc.kind);
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  std::string text = "expected ";
  const std::size_t shown = std::min(names.size(), max_expected);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i != 0) text += i + 1 == shown ? " or " : ", ";
    std::string_view name = names[i];
    if (name.size() > 2 && name.starts_with('<')) name = name.substr(1, name.size() - 2);
    text += name;
  }
  return text;
}

const Section& Section::named(std::string_view name) {
  static const std::map<std::string_view, Section> made = [] {
    std::map<std::string_view, Section> sections;
    for (const StatementForm& form : forms)
      sections.try_emplace(form.section, form.section);
    return sections;
  }();
  return made.at(name);
}

}  // namespace touchstone::ipsec::config
