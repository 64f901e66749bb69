// Backups of the keyring: KU-06..KU-09.

#include <fmt/format.h>
#include <sys/stat.h>

#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/folder_watch.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

constexpr std::string_view moment = "2011-02-22 17:25:03";
constexpr std::string_view backup = "keyring.110222172503.csv";

void put_good(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
}

void no_backup_without_the_option(CaseContext& ctx) {
  put_good(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx), "KU-06", {0});
  ctx.expect_unchanged(before, "KU-06",
                       {master, "keyring.csv.lock", "keyring.csv.audit", "keyring.csv.tombstones"});
}

void both_forms_make_a_backup(CaseContext& ctx) {
  for (const char* option : {"-b", "--backup"}) {
    ctx.start_afresh();
    put_good(ctx);
    const Response response = ctx.call(
        "cli.run",
        {{"tool", "import_keys"},
         {"argv",
          {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", option, "--now", moment}},
         {"lines", Json::array()}});
    ctx.expect_exit(response, "KU-06", {0});
    ctx.expect(ctx.sandbox().exists(backup), "KU-06", fmt::format("the file {}", backup),
               "it is missing");
  }
}

void backup_is_the_keyring_before(CaseContext& ctx) {
  put_good(ctx);
  const Octets old = ctx.sandbox().read(master);
  ctx.expect_exit(import_batch(ctx, {{"backup", true}, {"now", moment}}), "KU-07", {0});
  ctx.expect_octets("KU-07", backup, old, ctx.sandbox().read(backup));
  const Snapshot files = ctx.sandbox().snapshot();
  ctx.expect(files.at(std::string(backup)).mode == 0600, "KU-07", "a backup of mode 0600",
             "another mode");
  ctx.expect(judged_keyring(ctx, "KU-07").rows.size() == 5, "KU-07", "the new keyring beside it",
             "another one");
}

void stamp_stands_before_the_extension(CaseContext& ctx) {
  const struct {
    const char* master;
    const char* backup;
    const char* now;
  } rows[] = {{"keyring.csv", "keyring.110222172503.csv", "2011-02-22 17:25:03"},
              {"keys", "keys.110222172503", "2011-02-22 17:25:03"},
              {"net.work.csv", "net.work.090102030405.csv", "2009-01-02 03:04:05"},
              {"v1.2/keys", "v1.2/keys.991231235959", "1999-12-31 23:59:59"}};
  for (const auto& row : rows) {
    ctx.start_afresh();
    put_good(ctx);
    if (std::string_view(row.master).starts_with("v1.2")) ctx.sandbox().make_folder("v1.2");
    put_keyring(ctx, {passphrase_network(), known_rows()}, row.master);
    const Json changes{{"master", row.master}, {"backup", true}, {"now", row.now}};
    ctx.expect_exit(import_batch(ctx, changes), "KU-08", {0});
    ctx.expect(ctx.sandbox().exists(row.backup), "KU-08", fmt::format("the file {}", row.backup),
               "it is missing");
  }
}

/// NI-11: two imports in one second.
void taken_name_is_left_alone(CaseContext& ctx) {
  put_good(ctx);
  ctx.sandbox().write(backup, "an older backup\n");
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx, {{"backup", true}, {"now", moment}}), "KU-08", {9});
  ctx.expect_unchanged(before, "KU-08", companions);
}

/// A link to the old file, then a rename over its name: the backup is the very file, and there is
/// no moment without a keyring.
void backup_is_the_old_file(CaseContext& ctx) {
  using Kind = FolderEvent::Kind;
  put_good(ctx);
  struct ::stat old{};
  ::stat(ctx.sandbox().path(master).c_str(), &old);
  FolderWatch watch(ctx.sandbox().folder());
  ctx.expect_exit(import_batch(ctx, {{"backup", true}, {"now", moment}}), "KU-09", {0});
  const auto events = watch.take();
  struct ::stat kept{};
  ::stat(ctx.sandbox().path(backup).c_str(), &kept);
  ctx.expect(kept.st_ino == old.st_ino && kept.st_dev == old.st_dev, "KU-09",
             "the backup is the old file itself", "a copy of it");
  ctx.expect(first_event(events, Kind::vanished, master) < 0, "KU-09",
             "the name keyring.csv is never absent", "it is absent for a moment");
  const long made = first_event(events, Kind::appeared, backup);
  ctx.expect(made >= 0 && made < first_event(events, Kind::appeared, master), "KU-09",
             "the backup before the new keyring", "the other order");
}

const std::vector<std::string> fixed{"cmd.import_keys", "format.ts1", "exit.codes", "clock.fixed"};

}  // namespace

void add_backup_cases(harness::Registry& registry) {
  add_rows(registry, {{"KU-06.NoBackupWithoutTheOption",
                       {"KU-06"},
                       {"cmd.import_keys", "format.ts1"},
                       "Without -b no backup is made",
                       no_backup_without_the_option},
                      {"KU-06.BothFormsMakeABackup",
                       {"KU-06", "KU-07"},
                       {"cli.run", "format.ts1", "clock.fixed"},
                       "-b and --backup make a backup",
                       both_forms_make_a_backup},
                      {"KU-07.TheBackupIsTheKeyringBefore",
                       {"KU-07"},
                       fixed,
                       "The backup holds the keyring as it was before the import",
                       backup_is_the_keyring_before},
                      {"KU-08.TheStampStandsBeforeTheExtension",
                       {"KU-08"},
                       fixed,
                       "The stamp is local time, between stem and last extension",
                       stamp_stands_before_the_extension},
                      {"KU-08.ATakenNameIsLeftAlone",
                       {"KU-08"},
                       fixed,
                       "A backup name that is taken is exit 9 and nothing is imported",
                       taken_name_is_left_alone},
                      {"KU-09.TheBackupIsTheOldFile",
                       {"KU-09"},
                       fixed,
                       "The keyring is never absent while a backup is made",
                       backup_is_the_old_file}});
}

}  // namespace touchstone::conformance::suites::keyfiles
