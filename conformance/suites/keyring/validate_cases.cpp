// A validator takes or refuses a file and tells nothing of what it read, so that the exit status of
// a lint command is enough to judge it.

#include "conformance/harness/base64.h"
#include "conformance/mutators/keyring_rules.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/support.h"

namespace touchstone::conformance::suites::keyring {

namespace {

void expect_validated(CaseContext& ctx, const Octets& file, bool strict, int exit_code) {
  const Response response =
      ctx.call("keyring.validate", {{"octets_b64", harness::to_base64(file)}, {"strict", strict}});
  if (exit_code == 0)
    ctx.expect_accepted(response, "KR-15");
  else
    ctx.expect_rejected(response, "KR-15");
}

/// Good files, then one fault of every kind that the grammar names.
void check_validator(CaseContext& ctx) {
  const mutators::KeyringLines good(vector_keyring());
  for (const bool strict : {true, false})
    expect_validated(ctx, good.print(), strict, 0);
  for (const mutators::Rule& rule : mutators::keyring_rules()) {
    mutators::KeyringLines lines = good;
    if (!rule.apply(lines, {0, 1})) continue;
    ctx.counterexample("rule", Json(rule.name));
    ctx.counterexample("file", OctetView(lines.print()));
    expect_validated(ctx, lines.print(), true, rule.strict_exit);
    if (ctx.has("keyring.tolerant"))
      expect_validated(ctx, lines.print(), false, rule.tolerant_exit);
  }
}

}  // namespace

void add_validate_cases(harness::Registry& registry) {
  add_case(registry, "KR-15.ValidatesAsAReader", {"KR-15"}, {"keyring.validate"},
           "A validator takes what a reader takes and refuses the rest", check_validator);
}

}  // namespace touchstone::conformance::suites::keyring
