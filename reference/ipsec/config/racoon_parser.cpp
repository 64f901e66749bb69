#include <algorithm>
#include <charconv>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/racoon_document.h"
#include "reference/ipsec/config/racoon_grammar.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::size_t max_list = 3330;  // algorithms in a list, which racoon's parser stacks

/// What C's strtoul makes of the front of `text`: blanks, a sign, digits; at most 2^64-1.
std::uint64_t number_of(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\n\v\f\r");
  if (start == std::string_view::npos) return 0;
  text.remove_prefix(start);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) return ~std::uint64_t{0};
  return negative ? ~value + 1 : value;
}

class Parser {
 public:
  Parser(RacoonDocument& document, const RacoonIncludes& includes, RuleLog& log)
      : document_(&document), includes_(&includes), log_(&log), lexer_(log) {
    folder_ = includes.folder;
  }

  void run() {
    lexer_.enter({{0, as_text(document_->texts[0])}});
    advance();
    document_->statements = section("top");
  }

 private:
  [[nodiscard]] bool stopped() const {
    return log_->profile() == Profile::daemon && log_->refused();
  }
  void advance() {
    static const Terminal hybrid = terminal("<hybrid>");
    token_ = lexer_.next();
    if (token_.kind != hybrid) return;
    log_->note(Rule::rc_hybrid, token_.place);
    token_.kind = terminals().algorithm;
  }
  [[nodiscard]] bool at(Terminal kind) const { return token_.kind == kind; }

  std::vector<Statement> section(std::string_view name) {
    const Terminals& kinds = terminals();
    const Section& forms = Section::named(name);
    std::vector<Statement> list;
    while (!stopped() && !at(kinds.end) && (name == "top" || !at(kinds.close)))
      list.push_back(statement(forms, name != "top"));
    if (name != "top" && at(kinds.end) && !stopped()) log_->note(Rule::rc_end, token_.place);
    return list;
  }

  Statement statement(const Section& forms, bool nested) {
    Section::Run run(forms);
    Statement made;
    made.place = token_.place;
    while (run.step(token_.kind)) {
      check_commas(made);
      if (const StatementForm* form = run.accepted()) {
        made.kind = form->kind;
        finish(made, *form);
        return made;
      }
      made.words.push_back(word());
      advance();
    }
    made.damaged = true;
    complain(run);
    recover(nested);
    return made;
  }

  /// Behind the last word: the `;` or the body.
  void finish(Statement& made, const StatementForm& form) {
    made.end = token_.place.offset + 1;
    if (form.body != "none") {
      advance();
      made.body = section(form.body);
      made.damaged = std::ranges::any_of(made.body, &Statement::damaged) || !at(terminals().close);
      made.end = token_.place.offset + 1;
    }
    if (made.kind == StatementKind::path && made.words[1].text == "include")
      folder_ = c_text(made.words[2].text);
    if (made.words.size() > 2 * max_list && made.kind == StatementKind::sainfo_algorithms)
      log_->note(Rule::rc_too_large, made.place, "expected at most 3330 algorithms in a list");
    if (made.kind == StatementKind::include) include(made);
    if (!at(terminals().end)) advance();
  }

  void check_commas(const Statement& made) {
    const bool between =
        made.words.size() > 1 && made.words[0].text == "exchange_mode" && at(terminals().exchange);
    if (token_.commas != (between ? 1U : 0U)) log_->note(Rule::rc_comma, token_.place);
  }

  Word word() const {
    const Terminals& kinds = terminals();
    const std::string_view file = as_text(document_->texts[token_.place.file]);
    // What was passed over belongs to the text of the word: "x5" is the number 0 then.
    const std::string_view whole =
        file.substr(token_.place.offset - token_.junk, token_.text.size() + token_.junk);
    Word made{token_.kind, std::string(token_.text), 0, token_.place};
    if (at(kinds.number)) {
      made.number = number_of(c_text(whole));
      made.text = std::to_string(made.number);
    } else if (at(kinds.prefix) || at(kinds.port)) {
      made.number =
          static_cast<std::uint32_t>(number_of(c_text(whole.substr(1, whole.find(']', 1) - 1))));
      made.text = std::to_string(made.number);
    } else if (at(kinds.string)) {
      made.text = whole.substr(1, whole.find('"', 1) - 1);
    } else if (at(kinds.range)) {
      made.text = whole.substr(1);
    } else if (at(kinds.address)) {
      made.text = whole;
    }
    return made;
  }

  void complain(const Section::Run& run) {
    Place place = token_.place;
    place.offset -= token_.junk;
    place.column -= std::min<std::uint64_t>(place.column - 1, token_.junk);
    const std::string_view file = as_text(document_->texts[place.file]);
    std::string text = run.expected();
    if (file.substr(place.offset).starts_with("sctp")) text += "; write 132 for sctp";
    if (at(terminals().end)) return log_->note(Rule::rc_end, place, text);
    log_->note(Rule::rc_syntax, place, text);
  }

  /// Goes to where the next statement may begin; that is before a } which ends the section.
  void recover(bool nested) {
    const Terminals& kinds = terminals();
    if (stopped()) return;
    int depth = 0;
    while (!at(kinds.end)) {
      if (at(kinds.open)) ++depth;
      const bool closes = at(kinds.close);
      if (closes && depth == 0 && nested) return;
      if (closes && depth > 0) --depth;
      const bool done = depth == 0 && (at(kinds.semicolon) || closes);
      advance();
      if (done) return;
    }
  }

  void include(const Statement& made) {
    if (includes_->view == nullptr) return;
    const Word& name = made.words[1];
    if (lexer_.depth() >= max_racoon_depth + (TOUCHSTONE_DEFECT("RF-02.depth") ? 1 : 0))
      return log_->note(Rule::rc_include_depth, name.place);
    const std::string text(c_text(name.text));
    const std::string path = text.starts_with('/') ? text : folder_ + "/" + text;
    std::vector<std::pair<std::uint32_t, std::string_view>> opened;
    for (const std::string& match : includes_->view->matches(path)) {
      if (!load(match, name.place)) return;
      if (loaded_) opened.emplace_back(document_->files.size() - 1, as_text(*loaded_));
    }
    if (opened.empty() && TOUCHSTONE_DEFECT("RF-02.missing_file")) return;
    if (opened.empty()) return log_->note(Rule::rc_include, name.place);
    lexer_.enter(std::move(opened));
  }

  /// Reads one file into `loaded_`, which stays empty when it cannot be read; false when a limit is
  /// reached.
  bool load(const std::string& path, const Place& place) {
    loaded_.reset();
    if (document_->files.size() >= max_racoon_files || total_ >= max_racoon_total) {
      log_->note(Rule::rc_too_large, place);
      return false;
    }
    auto text = includes_->view->read(path, max_racoon_file);
    if (!text) return true;
    total_ += text->size();
    document_->files.push_back(path);
    document_->texts.push_back(std::move(*text));
    loaded_ = document_->texts.back();
    return true;
  }

  RacoonDocument* document_;
  const RacoonIncludes* includes_;
  RuleLog* log_;
  RacoonLexer lexer_;
  Token token_;
  std::string folder_;
  std::optional<OctetView> loaded_;
  std::size_t total_ = 0;
};

}  // namespace

RacoonDocument parse_racoon(std::string name, SecretOctets text, const RacoonIncludes& includes,
                            RuleLog& log) {
  RacoonDocument document;
  const bool too_large = text.size() > max_racoon_file;
  document.files.push_back(std::move(name));
  document.texts.push_back(std::move(text));
  if (too_large)
    log.note(Rule::rc_too_large, {});
  else
    Parser(document, includes, log).run();
  return document;
}

}  // namespace touchstone::ipsec::config
