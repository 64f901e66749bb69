#pragma once
// What a case's body can do: call the implementation, look at its sandbox, and judge. Every check
// names the requirement that it judges, which must be one that the case cites.
//
// A check that fails ends the body by an exception of the harness; a body never catches it.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"
#include "conformance/harness/case.h"
#include "conformance/harness/outcome.h"
#include "conformance/harness/sandbox.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

struct RunState;  // case_run.h: of the harness alone

/// A place in a suite, so that a report names the check.
using Place = std::source_location;

struct CallOptions {
  /// Standard output and obs are meant to hold keys (provision --emit); they are not searched.
  bool output_is_secret = false;
};

class CaseContext {
 public:
  explicit CaseContext(RunState& state) noexcept : state_(&state) {}

  /// Carries out one operation of tsp/1. Status::unsupported of a capability that the PICS declares
  /// is a failure of the IUT, Status::error an error of the harness: neither returns.
  Response call(std::string_view op, Json args, const CallOptions& options = {});

  /// Empty at the start of the case, removed at its end.
  [[nodiscard]] Sandbox& sandbox();
  /// An empty sandbox, a reset IUT and no remembered secrets: between two candidates of a property
  /// that writes files.
  void start_afresh();

  // What is known about the implementation
  [[nodiscard]] bool has(std::string_view capability) const;
  /// A value of [pixit], or null.
  [[nodiscard]] const Json& pixit(std::string_view key) const;
  /// The reading that the profile picks for an entry of requirements/interpretations.toml.
  [[nodiscard]] std::string reading(std::string_view entry) const;
  /// The plain content of a file in a third party's encrypted format, by the filter of
  /// [codec."kind"]; nothing when the manifest names none and says that the format is ts1. Neither,
  /// or a filter that does not know the format, makes the case inconclusive: "format unknown" is
  /// not "wrong". `parameters` fill the placeholders of the filter's argv.
  [[nodiscard]] std::optional<Octets> plaintext(std::string_view kind, OctetView file,
                                                const Json& parameters);

  // Secrets
  /// From now on no text and no open file may hold `octets`, raw, in hexadecimal or base64. Keys in
  /// args, in files of mode 0600 and passphrases are remembered without being told.
  void secret(OctetView octets);

  // Judging. `expected` and `observed` are one line each and never hold a key.
  void expect(bool holds, std::string_view requirement, std::string expected, std::string observed,
              Place place = Place::current());
  /// Equality of two values; the first difference is named, not the whole.
  void expect_equal(std::string_view requirement, std::string_view what, const Json& expected,
                    const Json& observed, Place place = Place::current());
  void expect_octets(std::string_view requirement, std::string_view what, OctetView expected,
                     OctetView observed, Place place = Place::current());
  void expect_accepted(const Response& response, std::string_view requirement,
                       Place place = Place::current());
  /// Refused, for one of `classes`; `unspecified` satisfies any unless the manifest says that
  /// classes are exact. Without classes any refusal will do.
  void expect_rejected(const Response& response, std::string_view requirement,
                       std::initializer_list<RejectClass> classes = {},
                       Place place = Place::current());
  /// The exit status is one of `codes`. Judged only with the capability "exit.codes"; without it a
  /// code of 0 must be accepted and any other refused.
  void expect_exit(const Response& response, std::string_view requirement,
                   std::initializer_list<int> codes, Place place = Place::current());
  /// `findings` of obs (or the lines of a lint's output) hold `code`; judged only with the
  /// capability "lint.codes".
  void expect_finding(const Response& response, std::string_view requirement, std::string_view code,
                      Place place = Place::current());
  void expect_no_finding(const Response& response, std::string_view requirement,
                         std::string_view code, Place place = Place::current());
  /// The sandbox holds what `before` does, apart from the names in `except`.
  void expect_unchanged(const Snapshot& before, std::string_view requirement,
                        std::initializer_list<std::string_view> except = {},
                        Place place = Place::current());
  [[noreturn]] void fail(std::string_view requirement, std::string expected, std::string observed,
                         Place place = Place::current());

  /// Attached to a failure and to its fixture: an input, octets as base64 in members `..._b64`.
  void counterexample(std::string_view name, Json value);
  void counterexample(std::string_view name, OctetView octets);

  // Outcomes that are no verdict
  [[noreturn]] void inconclusive(std::string reason);
  /// For a choice that the PICS cannot express; a missing capability is stated in Case::needs.
  [[noreturn]] void not_supported(std::string reason);
  /// Records which reading of an open clause the implementation follows. The case goes on; it ends
  /// as INFO unless it fails.
  void info(std::string text);
  /// A SHOULD is missed. The case goes on; it ends as WARN unless it fails.
  void warn(std::string text);

  /// The run's seed mixed with the case's id: for choices made outside a property.
  [[nodiscard]] std::uint64_t seed() const noexcept;

  [[nodiscard]] RunState& state() noexcept { return *state_; }

 private:
  void cited(std::string_view requirement) const;

  RunState* state_;
};

}  // namespace touchstone::conformance::harness
