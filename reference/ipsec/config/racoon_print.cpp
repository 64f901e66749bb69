#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/racoon_document.h"

namespace touchstone::ipsec::config {
namespace {

void print_word(std::string& out, const Word& word, bool first) {
  const Terminals& kinds = terminals();
  const bool close = word.text == "," || word.kind == kinds.port || word.kind == kinds.prefix ||
                     word.kind == kinds.range;
  if (!first && !close) out += ' ';
  if (word.kind == kinds.string)
    out.append("\"").append(TOUCHSTONE_DEFECT("RF-07.prints_texts") ? "" : word.text).append("\"");
  else if (word.kind == kinds.port)
    out.append("[").append(word.text).append("]");
  else if (word.kind == kinds.prefix)
    out.append("/").append(word.text);
  else if (word.kind == kinds.range)
    out.append("-").append(word.text);
  else
    out.append(word.text);
}

bool has_body(const Statement& statement) {
  return statement_forms()[static_cast<std::size_t>(statement.kind)].body != "none";
}

void print_list(std::string& out, std::span<const Statement> list, std::size_t level) {
  for (const Statement& statement : list) {
    if (statement.damaged && statement.words.empty()) continue;
    out.append(level, '\t');
    for (std::size_t i = 0; i < statement.words.size(); ++i) {
      if (statement.kind == StatementKind::exchange_mode && i > 1) out += ',';
      print_word(out, statement.words[i], i == 0);
    }
    if (!has_body(statement)) {
      out += ";\n";
      continue;
    }
    out += " {\n";
    print_list(out, statement.body, level + 1);
    out.append(level, '\t').append("}\n");
  }
}

}  // namespace

std::string print_racoon(std::span<const Statement> statements) {
  std::string out;
  print_list(out, statements, 0);
  return out;
}

}  // namespace touchstone::ipsec::config
