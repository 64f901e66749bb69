#include "reference/kms/audit.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/crypto/digest.h"
#include "reference/kms/errc.h"
#include "reference/kms/time_text.h"

namespace touchstone::kms {
namespace {

using Stage = AuditEvent::Stage;

constexpr std::uint64_t max_audit_octets = std::uint64_t{256} << 20;
constexpr std::array<std::string_view, 6> stage_names = {"intent",  "done",   "same",
                                                         "refused", "failed", "repaired"};

/// Columns of a line, from 0 (docs/formats/audit.md).
constexpr std::size_t stage_column = 4;
constexpr std::size_t before_column = 6;
constexpr std::size_t after_column = 7;

std::string print_digest(const std::optional<Digest>& digest) {
  return digest ? "0x" + to_hex(*digest) : "-";
}

/// SHA-256 over the chain value before the line and the line up to its last comma.
Digest chain_of(const Digest& before, std::string_view line) {
  return crypto::Sha256().update(before).update(as_octets(line)).finish();
}

std::string_view column(std::string_view line, std::size_t index) {
  for (; index > 0; --index)
    line.remove_prefix(std::min(line.find(','), line.size() - 1) + 1);
  return line.substr(0, line.find(','));
}

/// A trail up to its last whole line.
struct Trail {
  std::uint64_t lines = 0;
  std::size_t whole_octets = 0;  ///< what follows is a torn line
  Digest chain{};
  std::string_view last_line;
};

Result<Trail> follow(std::string_view text) {
  Trail trail;
  while (true) {
    const std::size_t end = text.find('\n', trail.whole_octets);
    if (end == std::string_view::npos) return trail;
    const std::string_view line = text.substr(trail.whole_octets, end - trail.whole_octets);
    const std::size_t comma = std::min(line.rfind(','), line.size());
    const Digest chain = chain_of(trail.chain, line.substr(0, comma));
    const bool follows = line.substr(std::min(comma + 1, line.size())) == print_digest(chain) &&
                         column(line, 0) == std::to_string(trail.lines + 1);
    if (!follows && !TOUCHSTONE_DEFECT("KU-28.chain_unchecked"))
      return fail(Errc::audit_broken, fmt::format("first fault in line {}", trail.lines + 1));
    trail = {trail.lines + 1, end + 1, chain, line};
  }
}

}  // namespace

Audit::Audit(Files& files, const Clock& clock, std::string path, FileAttributes attributes,
             Author author)
    : files_(&files),
      clock_(&clock),
      path_(std::move(path)),
      attributes_(attributes),
      author_(std::move(author)) {}

Result<Audit> Audit::open(Files& files, const Clock& clock, const std::string& master,
                          const FileAttributes& attributes, Author author,
                          const std::optional<Digest>& keyring) {
  Audit audit(files, clock, audit_name(master), attributes, std::move(author));
  const Result<SecretOctets> content = files.read(audit.path_, max_audit_octets, Access::secret);
  if (!content && content.error().code == make_error_code(FileErrc::not_found)) return audit;
  if (!content) return std::unexpected(content.error());
  TOUCHSTONE_TRY(const Trail trail, located(audit.path_, follow(as_text(*content))));
  audit.sequence_ = trail.lines;
  audit.chain_ = trail.chain;
  if (trail.whole_octets != content->size() && !TOUCHSTONE_DEFECT("KU-28.torn_is_kept")) {
    TOUCHSTONE_TRY_VOID(files.truncate(audit.path_, trail.whole_octets));
    audit.repairs_.emplace_back("a torn last line was cut off");
  }
  TOUCHSTONE_TRY_VOID(audit.mend(trail.last_line, keyring));
  return audit;
}

Result<void> Audit::mend(std::string_view last_line, const std::optional<Digest>& keyring) {
  if (TOUCHSTONE_DEFECT("KU-28.intent_is_enough")) return {};
  if (last_line.empty() || column(last_line, stage_column) != stage_names[0]) return {};
  const std::string now = print_digest(keyring);
  std::string outcome = "neither the old nor the new keyring stands";
  if (column(last_line, after_column) == now) outcome = "the new keyring stands";
  if (column(last_line, before_column) == now) outcome = "the old keyring stands";
  TOUCHSTONE_TRY_VOID(append({.stage = Stage::repaired, .after = keyring, .text = outcome}));
  repairs_.push_back("the last run was cut short: " + outcome);
  return {};
}

Result<void> Audit::append(const AuditEvent& event) {
  TOUCHSTONE_CHECK(event.text.find_first_of(",\n") == std::string::npos);
  const std::string line = fmt::format(
      "{},{},{},{},{},{},{},{},{}", sequence_ + 1, print_utc(clock_->now()), author_.user_id,
      author_.tool, stage_names[static_cast<std::size_t>(event.stage)], print_digest(event.input),
      print_digest(event.before), print_digest(event.after), event.text);
  const Digest chain = chain_of(chain_, line);
  const std::string whole = fmt::format("{},{}\n", line, print_digest(chain));
  TOUCHSTONE_TRY_VOID(files_->append(path_, as_octets(whole), attributes_));
  ++sequence_;
  if (!TOUCHSTONE_DEFECT("KU-28.chain_stands_still")) chain_ = chain;
  return {};
}

std::string audit_name(const std::string& master) {
  return master + ".audit";
}

Result<std::uint64_t> check_audit(OctetView trail) {
  TOUCHSTONE_TRY(const Trail followed, follow(as_text(trail)));
  if (followed.whole_octets != trail.size())
    return fail(Errc::audit_broken, fmt::format("line {} is torn", followed.lines + 1));
  return followed.lines;
}

}  // namespace touchstone::kms
