#pragma once
// One operation of a case: the call, its record, and the search for secrets in all that came of it.
// Of the harness alone.

#include <string>
#include <string_view>

#include "conformance/harness/case_context.h"
#include "conformance/harness/case_run.h"

namespace touchstone::conformance::harness {

/// Throws Stop for an operation that the PICS declares and the IUT has not, for an adapter that
/// fails, and for a secret in the open.
Response exchange(RunState& state, const Request& request, const CallOptions& options);

/// Records `text` once and raises a passing outcome to `outcome` (INFO, then WARN).
void note_once(RunState& state, Outcome outcome, std::string text);

/// The seed of the run mixed with the case's id and a name.
[[nodiscard]] std::uint64_t seed_of(const RunState& state, std::string_view name) noexcept;

/// `value` for a report: strings over 96 characters and arrays over 12 elements are cut.
[[nodiscard]] Json abbreviate(const Json& value);

/// The operation that is being carried out in this process, for the report of a crash: a place of
/// 192 characters in memory that outlives the process, or null.
void set_last_words(char* place) noexcept;

}  // namespace touchstone::conformance::harness
