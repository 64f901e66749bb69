#include "reference/ipsec/config/racoon_edit.h"

#include <ranges>
#include <vector>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/racoon_document.h"

namespace touchstone::ipsec::config {
namespace {

struct Span {
  std::size_t begin, end;  ///< offsets of a statement, its ; or } included
};

/// The statements at the top of the file for which `wanted` holds, in their order.
template <class Wanted>
std::vector<Span> find(std::string_view text, Wanted wanted) {
  RuleLog log(Profile::strict);
  const OctetView octets = as_octets(text);
  const RacoonDocument document =
      parse_racoon("", SecretOctets(octets.begin(), octets.end()), {}, log);
  std::vector<Span> spans;
  for (const Statement& statement : document.statements)
    if (!statement.damaged && statement.words.size() > 1 && wanted(statement))
      spans.push_back({statement.place.offset, statement.end});
  return spans;
}

std::vector<Span> find_includes(std::string_view text, std::string_view path) {
  return find(text, [&](const Statement& statement) {
    return statement.kind == StatementKind::include && c_text(statement.words[1].text) == path;
  });
}

/// The whole line, if the statement is all that it holds.
Span with_line(std::string_view text, Span span) {
  constexpr std::string_view blanks = " \t\r";
  std::size_t begin = span.begin;
  while (begin > 0 && blanks.find(text[begin - 1]) != std::string_view::npos)
    --begin;
  const std::size_t end = std::min(text.find_first_not_of(blanks, span.end), text.size());
  const bool starts = begin == 0 || text[begin - 1] == '\n';
  const bool ends = end == text.size() || text[end] == '\n';
  if (!starts || !ends) return span;
  return {begin, std::min(end + 1, text.size())};
}

void end_line(std::string& text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
}

}  // namespace

std::string add_include(std::string_view text, std::string_view path) {
  std::string out(text);
  if (!find_includes(text, path).empty() && !TOUCHSTONE_DEFECT("IP-02.include_twice")) return out;
  end_line(out);
  return out.append("include \"").append(path).append("\";\n");
}

std::string remove_include(std::string_view text, std::string_view path) {
  std::string out(text);
  for (const Span& span : find_includes(text, path) | std::views::reverse) {
    const Span line = with_line(text, span);
    out.erase(line.begin, line.end - line.begin);
  }
  return out;
}

std::string replace_remote(std::string_view text, std::string_view remote,
                           std::string_view statement) {
  const std::vector<Span> spans = find(text, [&](const Statement& one) {
    return one.words[0].text == "remote" && c_text(one.words[1].text) == remote;
  });
  std::string out(text);
  if (spans.empty()) {
    end_line(out);
    out += statement;
    end_line(out);
    return out;
  }
  for (const Span& span : spans | std::views::drop(1) | std::views::reverse) {
    const Span line = with_line(text, span);
    out.erase(line.begin, line.end - line.begin);
  }
  const std::size_t size = statement.ends_with('\n') ? statement.size() - 1 : statement.size();
  return out.replace(spans[0].begin, spans[0].end - spans[0].begin, statement.substr(0, size));
}

}  // namespace touchstone::ipsec::config
