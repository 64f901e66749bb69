#pragma once
// What the cases of this suite share: reading through the implementation and through the oracle,
// and holding the one against the other.

#include <string>
#include <string_view>

#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/model_json.h"

namespace touchstone::conformance::suites::keyring {

using harness::CaseContext;
using harness::Json;
using harness::Response;

enum class Mode { tolerant, strict };

/// keyring.decode.
[[nodiscard]] Response decode(CaseContext& ctx, OctetView file, Mode mode,
                              bool accept_short_hex = false);

/// keyring.encode; fails the case under `requirement` when it is refused.
[[nodiscard]] Octets encode(CaseContext& ctx, const oracle::Keyring& keyring,
                            std::string_view requirement);

/// The octets of a member of obs that ends in `_b64`; fails under `requirement` without it.
[[nodiscard]] Octets octets_of(CaseContext& ctx, const Response& response, std::string_view member,
                               std::string_view requirement);

/// obs holds the network and the nodes of `keyring`.
void expect_keyring(CaseContext& ctx, const Response& response, const oracle::Keyring& keyring,
                    std::string_view requirement);

/// What came of `file` is what the oracle makes of it in the same mode. The reject class counts
/// when `one_fault`: a file with several faults may be refused for any of them.
void expect_as_oracle(CaseContext& ctx, const Response& response, OctetView file, Mode mode,
                      std::string_view requirement, bool one_fault = false);

/// Refused in both modes (tolerant only where the implementation has it).
void expect_refused(CaseContext& ctx, std::string_view requirement, std::string_view text);
/// Accepted in both modes.
void expect_taken(CaseContext& ctx, std::string_view requirement, std::string_view text);
/// Taken with `code` by a tolerant reader, refused by a strict one, and read as `keyring`.
void expect_tolerated(CaseContext& ctx, std::string_view requirement, std::string_view text,
                      std::string_view code, const oracle::Keyring& keyring);

/// The text of the vector keyring with the first `from` replaced; `from` must be in it.
[[nodiscard]] std::string vector_text(std::string_view from = {}, std::string_view to = {});

/// Registers a case whose body calls keyring.decode alone.
void add_decode_case(harness::Registry& registry, std::string id,
                     std::vector<std::string> requirements, std::string title,
                     std::function<void(CaseContext&)> body);
void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body, int time_limit_s = 20);

/// What of tsp/1 a text names; RejectClass::unspecified for an unknown word.
[[nodiscard]] harness::RejectClass reject_class_of(std::string_view word);

}  // namespace touchstone::conformance::suites::keyring
