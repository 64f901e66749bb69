// KU-27: taking a node out, and keeping it out.

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/files.h"

namespace touchstone::conformance::suites::keyring {

namespace {

const std::vector<std::string> needed = {"cmd.remove_keys", "cmd.import_keys", "format.ts1"};

oracle::Keyring three_nodes() {
  return {vector_keyring().network, {row(1, 1), row(2, 2, 1, 4), row(3, 3)}};
}

/// A KMS whose node 2 has just been removed.
void remove_node_2(CaseContext& ctx) {
  write_kms_key(ctx);
  write_master(ctx, three_nodes());
  const Response response =
      ctx.call("cmd.remove_keys",
               {{"master", master_name}, {"nodes", {"0x00000002"}}, {"reason", "stolen"}});
  ctx.expect_accepted(response, "KU-27");
}

void expect_nodes(CaseContext& ctx, const oracle::Rows& rows) {
  const oracle::Keyring wanted{three_nodes().network, rows};
  ctx.expect_octets("KU-27", "the keyring", as_octets(oracle::print_keyring(wanted)),
                    ctx.sandbox().read(master_name));
}

void check_removed(CaseContext& ctx) {
  remove_node_2(ctx);
  expect_nodes(ctx, {row(1, 1), row(3, 3)});
  ctx.expect(ctx.sandbox().exists("keyring.csv.tombstones"), "KU-27", "keyring.csv.tombstones",
             "no such file");
}

/// The row that was removed, an older one, and one of the same count and another key.
void check_old_batches(CaseContext& ctx) {
  const oracle::Row old_rows[] = {row(2, 2, 1, 4), row(2, 20, 1, 3), row(2, 21, 5, 4)};
  for (const oracle::Row& old : old_rows) {
    ctx.start_afresh();
    remove_node_2(ctx);
    write_batch(ctx, "old.rsa", {old, row(7, 7)}, three_nodes().network.pwdh);
    ctx.expect_accepted(import_batch(ctx, "old.rsa"), "KU-27");
    expect_nodes(ctx, {row(1, 1), row(3, 3), row(7, 7)});
  }
}

void check_newer_batch(CaseContext& ctx) {
  remove_node_2(ctx);
  write_batch(ctx, "new.rsa", {row(2, 20, 2, 5)}, three_nodes().network.pwdh);
  ctx.expect_exit(import_batch(ctx, "new.rsa"), "KU-27", {8});
  expect_nodes(ctx, {row(1, 1), row(3, 3)});
  ctx.expect_accepted(import_batch(ctx, "new.rsa", {{"revive", true}}), "KU-27");
  expect_nodes(ctx, {row(1, 1), row(2, 20, 2, 5), row(3, 3)});
}

/// Tombstones are only ever appended: a second removal leaves the first in force.
void check_two_removals(CaseContext& ctx) {
  remove_node_2(ctx);
  const Octets first = ctx.sandbox().read("keyring.csv.tombstones");
  const Response response =
      ctx.call("cmd.remove_keys", {{"master", master_name}, {"nodes", {"0x00000003"}}});
  ctx.expect_accepted(response, "KU-27");
  const Octets both = ctx.sandbox().read("keyring.csv.tombstones");
  const bool appended =
      both.size() > first.size() && std::equal(first.begin(), first.end(), both.begin());
  ctx.expect(appended, "KU-27", "tombstones that were appended to", "something else");
  write_batch(ctx, "old.rsa", {row(2, 2, 1, 4), row(3, 3)}, three_nodes().network.pwdh);
  ctx.expect_accepted(import_batch(ctx, "old.rsa"), "KU-27");
  expect_nodes(ctx, {row(1, 1)});
}

void check_several_at_once(CaseContext& ctx) {
  write_master(ctx, three_nodes());
  const Response response = ctx.call(
      "cmd.remove_keys", {{"master", master_name}, {"nodes", {"0x00000001", "0x00000003"}}});
  ctx.expect_accepted(response, "KU-27");
  expect_nodes(ctx, {row(2, 2, 1, 4)});
}

void check_dry_removal(CaseContext& ctx) {
  write_master(ctx, three_nodes());
  const auto before = ctx.sandbox().snapshot();
  const Response response = ctx.call(
      "cmd.remove_keys", {{"master", master_name}, {"nodes", {"0x00000002"}}, {"dry_run", true}});
  ctx.expect_accepted(response, "KU-27");
  ctx.expect_unchanged(before, "KU-27", {"keyring.csv.lock"});
}

}  // namespace

void add_revocation_cases(harness::Registry& registry) {
  add_case(registry, "KU-27.RemovesTheNode", {"KU-27"}, {"cmd.remove_keys"},
           "A removed node is out of the keyring and has a tombstone", check_removed);
  add_case(registry, "KU-27.KeepsOutOldBatches", {"KU-27"}, needed,
           "No old batch brings a removed node back", check_old_batches);
  add_case(registry, "KU-27.RevivesOnRequestAlone", {"KU-27"}, needed,
           "A reprovisioned node comes back only with revive", check_newer_batch);
  add_case(registry, "KU-27.AppendsTombstones", {"KU-27"}, needed,
           "Tombstones are appended and stay in force", check_two_removals);
  add_case(registry, "KU-27.RemovesSeveralNodes", {"KU-27"}, {"cmd.remove_keys"},
           "Several nodes are removed in one run, none in a dry one", [](CaseContext& ctx) {
             check_dry_removal(ctx);
             ctx.start_afresh();
             check_several_at_once(ctx);
           });
}

}  // namespace touchstone::conformance::suites::keyring
