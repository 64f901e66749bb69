#include "reference/ipsec/config/rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace touchstone::ipsec::config {
namespace {

constexpr auto rows = std::to_array<RuleRow>({
#define TOUCHSTONE_IPSEC_RULE(enumerator, code, daemon, strict, clause, text) \
  {Rule::enumerator, code, Daemon::daemon, Severity::strict, clause, text},
#include "reference/ipsec/config/rules.def"
#undef TOUCHSTONE_IPSEC_RULE
});

}  // namespace

std::span<const RuleRow> rules() noexcept {
  return rows;
}

const RuleRow& rule(Rule id) noexcept {
  return rows[static_cast<std::size_t>(id)];
}

void RuleLog::note(Rule id, const Place& place, std::string_view detail) {
  const RuleRow& row = rule(id);
  const bool refuses = row.daemon == Daemon::refuses;
  refused_by_daemon_ = refused_by_daemon_ || refuses;
  if (profile_ == Profile::daemon && !refuses) return;
  const Severity severity = profile_ == Profile::daemon ? Severity::error : row.strict;
  refused_ = refused_ || severity == Severity::error;
  if (count_++ >= limit) return;
  const std::string_view text = detail.empty() ? row.text : detail;
  findings_.push_back(
      {place.file, {row.code, severity, place.line, place.column, std::string(text)}});
}

/// Where a statement could not be read, its octets need not be told one by one.
void RuleLog::drop_followers() {
  const auto line_of = [](const FileFinding& one) { return std::pair(one.file, one.finding.line); };
  std::set<std::pair<std::uint32_t, std::uint64_t>> unread;
  for (const FileFinding& one : findings_)
    if (one.finding.code == rule(Rule::rc_syntax).code) unread.insert(line_of(one));
  std::erase_if(findings_, [&](const FileFinding& one) {
    const bool follower = one.finding.code == rule(Rule::rc_junk).code ||
                          one.finding.code == rule(Rule::rc_glued).code;
    return follower && unread.contains(line_of(one));
  });
}

std::vector<FileFinding> RuleLog::take() && {
  drop_followers();
  std::ranges::stable_sort(findings_, {}, [](const FileFinding& one) {
    return std::tuple(one.file, one.finding.line, one.finding.column);
  });
  if (count_ > limit) {
    const RuleRow& row = rule(Rule::more);
    findings_.push_back(
        {0, {row.code, row.strict, 0, 0, std::to_string(count_ - limit) + " further findings"}});
  }
  return std::move(findings_);
}

}  // namespace touchstone::ipsec::config
