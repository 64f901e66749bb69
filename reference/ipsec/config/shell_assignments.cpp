#include "reference/ipsec/config/shell_assignments.h"

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/octets.h"

namespace touchstone::ipsec::config {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_of_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_harmless(char c) {
  return is_of_name(c) || std::string_view(".,:/@%+-").find(c) != std::string_view::npos;
}

/// Ends a word outside quotes, with what POSIX calls an operator.
bool is_operator(char c) {
  return std::string_view(";&|<>()").find(c) != std::string_view::npos;
}

class Reader {
 public:
  Reader(std::string_view text, std::uint32_t file, RuleLog& log)
      : text_(text), file_(file), log_(&log) {}

  std::vector<Assignment> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        end_line();
      } else if (is_blank(c)) {
        ++at_;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ';') {
        end_command();
        ++at_;
      } else {
        word();
      }
    }
    end_command();
    return std::move(list_);
  }

 private:
  [[nodiscard]] Place place(std::size_t at) const {
    return {file_, line_, at - line_start_ + 1, at};
  }
  void tell(Rule rule, std::size_t at) { log_->note(rule, place(at)); }

  void end_line() {
    end_command();
    on_line_ = 0;
    new_line(++at_);
  }
  void new_line(std::size_t start) {
    ++line_;
    line_start_ = start;
  }

  /// Assignments before a command are the command's alone; without one they stay.
  void end_command() {
    if (!executes_) std::ranges::move(pending_, std::back_inserter(list_));
    pending_.clear();
    executes_ = false;
    exports_ = false;
  }

  void word() {
    const std::size_t start = at_;
    std::size_t end = start;
    while (end < text_.size() && is_of_name(text_[end]))
      ++end;
    const bool named = is_letter(text_[start]) && end < text_.size() && text_[end] == '=';
    Assignment made{place(start), std::string(text_.substr(start, end - start)), {}};
    if (named) at_ = end + 1;
    if (!value(made.value, named)) return skip_line(start);
    if (named && !executes_) {
      if (++on_line_ == 2 && !TOUCHSTONE_DEFECT("IP-09.silent")) tell(Rule::if_one_line, start);
      return pending_.push_back(std::move(made));
    }
    if (as_text(made.value) == "export" && pending_.empty() && !executes_) {
      exports_ = true;
      return;
    }
    if (!exports_ || made.name.empty()) execute(start);
  }

  void execute(std::size_t at) {
    if (!executes_) tell(Rule::if_command, at);
    executes_ = true;
  }

  void skip_line(std::size_t start) {
    execute(start);
    at_ = std::min(text_.find('\n', at_), text_.size());
  }

  /// The rest of a word; false at an operator, behind which the line means something else.
  bool value(SecretOctets& out, bool named) {
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_blank(c) || c == '\n' || c == ';') return true;
      if (is_operator(c)) return false;
      if (c == '\'' || c == '"') {
        if (!quoted(out, c)) return true;
        continue;
      }
      if (c == '~' && named && at_ == start) tell(Rule::if_expansion, at_);
      if (c == '\\')
        escaped(out);
      else
        plain(out);
    }
    return true;
  }

  void plain(SecretOctets& out) {
    const char c = text_[at_];
    if ((c == '$' || c == '`') && !TOUCHSTONE_DEFECT("IP-03.expansion"))
      tell(Rule::if_expansion, at_);
    if (c == '\0' || c == '\r') tell(Rule::if_octet, at_);
    out.push_back(static_cast<std::uint8_t>(c));
    ++at_;
  }

  /// A backslash and what follows it: a line end vanishes, every other octet is taken as it is.
  void escaped(SecretOctets& out) {
    if (++at_ == text_.size()) return;
    if (text_[at_] == '\n') return new_line(++at_);
    out.push_back(static_cast<std::uint8_t>(text_[at_++]));
  }

  /// A text in quotation marks; false when the file ends in it.
  bool quoted(SecretOctets& out, char mark) {
    const Place start = place(at_);
    ++at_;
    while (at_ < text_.size() && text_[at_] != mark) {
      const bool escape = mark == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                          std::string_view("$`\"\\\n").find(text_[at_ + 1]) != std::string::npos;
      if (escape) {
        escaped(out);
        continue;
      }
      if (text_[at_] == '\n') new_line(at_ + 1);
      if (mark == '"')
        plain(out);
      else
        out.push_back(static_cast<std::uint8_t>(text_[at_++]));
    }
    if (at_ == text_.size()) {
      log_->note(Rule::if_quote, start);
      return false;
    }
    ++at_;
    return true;
  }

  std::string_view text_;
  std::uint32_t file_;
  RuleLog* log_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t line_start_ = 0;
  unsigned on_line_ = 0;   ///< assignments so far
  bool executes_ = false;  ///< a word that is none was seen in this command
  bool exports_ = false;
  std::vector<Assignment> pending_;
  std::vector<Assignment> list_;
};

}  // namespace

std::vector<Assignment> read_assignments(OctetView text, std::uint32_t file, RuleLog& log) {
  if (text.size() > max_shell_file) {
    log.note(Rule::if_too_large, {.file = file});
    return {};
  }
  return Reader(as_text(text), file, log).run();
}

SecretOctets print_assignment(std::string_view name, OctetView value) {
  SecretOctets out;
  const auto append = [&](std::string_view text) {
    const OctetView octets = as_octets(text);
    out.insert(out.end(), octets.begin(), octets.end());
  };
  append(name);
  append("=");
  const std::string_view text = as_text(value);
  const bool bare = !text.empty() && std::ranges::all_of(text, is_harmless);
  if (!bare) append("'");
  for (const char c : text) {
    if (c == '\'')
      append("'\\''");
    else
      out.push_back(static_cast<std::uint8_t>(c));
  }
  append(bare ? "\n" : "'\n");
  return out;
}

}  // namespace touchstone::ipsec::config
