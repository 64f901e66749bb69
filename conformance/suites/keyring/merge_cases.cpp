// Merging: KU-18, KU-19, BK-22, by octets (keyring.merge) and by files (cmd.import_keys).

#include "conformance/generators/merge.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/files.h"

namespace touchstone::conformance::suites::keyring {

namespace {

using generators::MergeInput;

Response call_merge(CaseContext& ctx, const MergeInput& input) {
  const std::string before = oracle::print_keyring(input.keyring);
  Json args = {{"keyring_b64", harness::to_base64(as_octets(before))}, {"nodes", input.batch}};
  const Json rules(input.rules);
  if (input.rules.on_conflict != oracle::OnConflict::abort)
    args["on_conflict"] = rules.at("on_conflict");
  if (input.rules.max_replace != 100) args["max_replace"] = rules.at("max_replace");
  if (input.rules.revive) args["revive"] = true;
  if (!input.rules.tombstones.empty()) args["tombstones"] = rules.at("tombstones");
  return ctx.call("keyring.merge", std::move(args));
}

void expect_merge(CaseContext& ctx, const MergeInput& input, std::string_view requirement) {
  const auto wanted = oracle::merge(input.keyring, input.batch, input.rules);
  const Response response = call_merge(ctx, input);
  if (!wanted) {
    ctx.expect_rejected(response, requirement, {harness::RejectClass::state});
    return;
  }
  ctx.expect_accepted(response, requirement);
  const std::string after = oracle::print_keyring(wanted->keyring);
  ctx.expect_octets(requirement, "the merged keyring", as_octets(after),
                    octets_of(ctx, response, "keyring_b64", requirement));
  const auto count = [&](const char* name, std::uint64_t value) {
    ctx.expect_equal(requirement, name, Json(value), response.obs.value(name, Json()));
  };
  count("added", wanted->added);
  count("replaced", wanted->replaced);
  count("stale", wanted->stale);
  if (input.rules.on_conflict != oracle::OnConflict::keep) count("unchanged", wanted->unchanged);
  for (const Finding& finding : wanted->findings)
    ctx.expect_finding(response, requirement, finding.code);
}

oracle::Rows rows_of(const Json& list) {
  oracle::Rows rows;
  for (const Json& entry : list)
    rows.push_back(row(entry.at(0).get<std::uint32_t>(),
                       static_cast<std::uint64_t>(entry.at(1).get<std::string>().at(0)),
                       entry.at(2).get<std::uint32_t>(), entry.at(3).get<std::uint32_t>()));
  return rows;
}

/// A line of the fixture. Its own `exit` and `after` are judged, not the model's answer.
void check_fixture(CaseContext& ctx, const Json& test, const std::string& requirement) {
  const MergeInput input{{vector_keyring().network, rows_of(test.at("before"))},
                         rows_of(test.at("batch")),
                         test.get<oracle::MergeRules>()};
  ctx.counterexample("case", test.at("id"));
  const Response response = call_merge(ctx, input);
  if (test.at("exit") != 0) {
    ctx.expect_rejected(response, requirement, {harness::RejectClass::state});
    return;
  }
  ctx.expect_accepted(response, requirement);
  const oracle::Keyring after{input.keyring.network, rows_of(test.at("after"))};
  ctx.expect_octets(requirement, "the merged keyring", as_octets(oracle::print_keyring(after)),
                    octets_of(ctx, response, "keyring_b64", requirement));
  for (const char* name : {"added", "replaced", "stale", "unchanged"})
    if (test.contains(name) || test.value("on_conflict", "") != "keep")
      ctx.expect_equal(requirement, name, Json(test.value(name, std::uint64_t{0})),
                       response.obs.value(name, Json()));
  for (const Json& code : test.value("codes", Json::array()))
    ctx.expect_finding(response, requirement, code.get<std::string>());
}

void check_model(CaseContext& ctx) {
  harness::property<MergeInput>(
      ctx, "merged as the model", {.classes = {{"merged", 0.2}, {"refused", 0.1}}},
      generators::draw_merge, [](CaseContext& at, const MergeInput& drawn) {
        MergeInput input = drawn;
        if (!at.has("merge.policy")) {
          input.rules.on_conflict = oracle::OnConflict::abort;
          input.rules.max_replace = 100;
        }
        if (!at.has("merge.tombstones")) {
          input.rules.tombstones.clear();
          input.rules.revive = false;
        }
        const bool merged = oracle::merge(input.keyring, input.batch, input.rules).has_value();
        harness::classify(at, merged ? "merged" : "refused");
        expect_merge(at, input, "KU-19");
      });
}

/// The default limit is a hundred (NI-07).
void check_default_limit(CaseContext& ctx) {
  for (const std::uint32_t count : {100U, 101U}) {
    MergeInput input{{vector_keyring().network, {}}, {}, {}};
    for (std::uint32_t id = 0; id < count; ++id) {
      input.keyring.rows.push_back(row(id, id));
      input.batch.push_back(row(id, 1000 + id, 2, 1));
    }
    expect_merge(ctx, input, "KU-19");
  }
}

/// Merging what has just been merged changes nothing (BK-22).
void check_merged_again(CaseContext& ctx) {
  harness::property<MergeInput>(
      ctx, "merged again", {}, generators::draw_merge,
      [](CaseContext& at, const MergeInput& drawn) {
        MergeInput input{drawn.keyring, drawn.batch, {}};
        const auto merged = oracle::merge(input.keyring, input.batch, {});
        if (!merged) return;
        input.keyring = merged->keyring;
        const Response response = call_merge(at, input);
        at.expect_accepted(response, "BK-22");
        at.expect_octets("BK-22", "the keyring as it was",
                         as_octets(oracle::print_keyring(input.keyring)),
                         octets_of(at, response, "keyring_b64", "BK-22"));
        at.expect_equal("BK-22", "added", Json(0), response.obs.value("added", Json()));
        at.expect_equal("BK-22", "replaced", Json(0), response.obs.value("replaced", Json()));
      });
}

oracle::Keyring small_keyring() {
  return {vector_keyring().network, {row(1, 1), row(2, 2), row(9, 9, 1, 3)}};
}

void check_all_or_nothing(CaseContext& ctx) {
  const oracle::Rows bad[] = {
      {row(3, 3, 2), row(4, 4, 2), row(9, 10, 2, 3)},  // the last row is in conflict
      {row(1, 10, 2), row(3, 3, 2), row(4, 4, 2)},     // the first
      {row(3, 3, 2), row(9, 9, 2, 4)},                 // a key again with a higher count
      {row(3, 1, 2), row(4, 4, 2)},                    // the key of another node
  };
  for (const oracle::Rows& rows : bad) {
    ctx.start_afresh();
    write_kms_key(ctx);
    write_master(ctx, small_keyring());
    write_batch(ctx, "batch.rsa", rows, small_keyring().network.pwdh);
    const Octets before = ctx.sandbox().read(master_name);
    const Response response = import_batch(ctx, "batch.rsa", {{"backup", true}});
    ctx.expect_exit(response, "KU-18", {8});
    ctx.expect_octets("KU-18", "the keyring as it was", before, ctx.sandbox().read(master_name));
  }
}

void check_dry_run(CaseContext& ctx) {
  write_kms_key(ctx);
  write_master(ctx, small_keyring());
  write_batch(ctx, "batch.rsa", {row(3, 3, 2)}, small_keyring().network.pwdh);
  const auto before = ctx.sandbox().snapshot();
  const Response response = import_batch(ctx, "batch.rsa", {{"dry_run", true}, {"backup", true}});
  ctx.expect_accepted(response, "KU-18");
  ctx.expect_unchanged(before, "KU-18", {"keyring.csv.lock"});
}

void check_merged_file(CaseContext& ctx) {
  write_kms_key(ctx);
  write_master(ctx, small_keyring());
  const oracle::Rows batch = {row(0, 20, 2), row(1, 21, 2, 1), row(2, 2), row(9, 22, 1, 2)};
  write_batch(ctx, "batch.rsa", batch, small_keyring().network.pwdh);
  ctx.expect_accepted(import_batch(ctx, "batch.rsa"), "KU-19");
  const auto wanted = oracle::merge(small_keyring(), batch, {});
  ctx.expect_octets("KU-19", "the merged keyring",
                    as_octets(oracle::print_keyring(wanted.value().keyring)),
                    ctx.sandbox().read(master_name));
}

}  // namespace

void add_merge_cases(harness::Registry& registry) {
  add_case(registry, "KU-19.MergesTheTable", {"KU-19", "KU-27", "BK-22"},
           {"keyring.merge", "merge.policy", "merge.tombstones"},
           "Each batch of the table is merged or refused as it says", [](CaseContext& ctx) {
             for (const Json& test : merge_fixture()) {
               const auto clause = test.at("clause").get<std::string>();
               check_fixture(ctx, test, clause == "KU-18" ? "KU-19" : clause);
             }
           });
  add_case(registry, "KU-19.MergesAsTheModel", {"KU-19"}, {"keyring.merge"},
           "Any batch is merged or refused as the rules say", check_model);
  add_case(registry, "KU-19.LimitsReplacements", {"KU-19"}, {"keyring.merge", "merge.policy"},
           "A hundred replacements are merged, one more is refused", check_default_limit);
  add_case(registry, "BK-22.MergesAgainWithoutChange", {"BK-22"}, {"keyring.merge"},
           "Merging what is there already changes nothing", check_merged_again);
  add_case(registry, "KU-18.MergesWhollyOrNotAtAll", {"KU-18"}, {"cmd.import_keys", "format.ts1"},
           "One row in conflict, or a dry run, and nothing is written", [](CaseContext& ctx) {
             check_all_or_nothing(ctx);
             ctx.start_afresh();
             check_dry_run(ctx);
           });
  add_case(registry, "KU-19.ImportsAsTheModel", {"KU-19"}, {"cmd.import_keys", "format.ts1"},
           "An imported batch is merged by the rules", check_merged_file);
}

}  // namespace touchstone::conformance::suites::keyring
