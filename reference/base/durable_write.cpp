#include "reference/base/durable_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "reference/base/defect.h"

namespace touchstone {
namespace {

constexpr std::string_view journal_head = "touchstone-unfinished 1\n";
constexpr std::uint64_t journal_limit = 1 << 20;

/// One line of the journal: how to take a file of the set back.
struct Undo {
  std::string path;
  std::string backup;  ///< empty: the file is new and goes
};

std::string hidden_beside(const std::string& path, std::string_view suffix) {
  const std::size_t base = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  return fmt::format("{}.{}{}", path.substr(0, base), path.substr(base), suffix);
}

bool has_code(const Error& error, FileErrc code) {
  return error.code == make_error_code(code);
}

Result<bool> exists(Files& files, const std::string& path) {
  const Result<FileInfo> info = files.info(path);
  if (info) return true;
  if (has_code(info.error(), FileErrc::not_found)) return false;
  return std::unexpected(info.error());
}

Result<void> remove_if_there(Files& files, const std::string& path) {
  Result<void> removed = files.remove(path);
  if (!removed && has_code(removed.error(), FileErrc::not_found)) return {};
  return removed;
}

Result<std::unique_ptr<PendingFile>> prepare(Files& files, const FileToWrite& file) {
  TOUCHSTONE_TRY(std::unique_ptr<PendingFile> pending, files.create(file.path, file.attributes));
  TOUCHSTONE_TRY_VOID(pending->write(file.content));
  TOUCHSTONE_TRY_VOID(pending->sync());
  return pending;
}

/// The backup, then the new name. A failure leaves the old file and no backup of this run.
Result<void> put_in_place(Files& files, PendingFile& pending, const FileToWrite& file) {
  if (!file.replace) return files.publish_new(pending, file.path);
  if (!file.backup.empty() && TOUCHSTONE_DEFECT("KU-09.keyring_absent")) {
    TOUCHSTONE_TRY_VOID(located(file.backup, files.link(file.path, file.backup)));
    TOUCHSTONE_TRY_VOID(files.remove(file.path));
  } else if (!file.backup.empty() && TOUCHSTONE_DEFECT("KU-08.backup_overwritten")) {
    static_cast<void>(files.remove(file.backup));
    TOUCHSTONE_TRY_VOID(files.link(file.path, file.backup));
  } else if (!file.backup.empty() && !TOUCHSTONE_DEFECT("KU-07.new_content")) {
    TOUCHSTONE_TRY_VOID(located(file.backup, files.link(file.path, file.backup)));
  }
  Result<void> published = files.publish_replacing(pending, file.path);
  if (published && !file.backup.empty() && TOUCHSTONE_DEFECT("KU-07.new_content"))
    TOUCHSTONE_TRY_VOID(files.link(file.path, file.backup));
  if (!published && !file.backup.empty()) static_cast<void>(files.remove(file.backup));
  return published;
}

std::string print_journal(std::span<const Undo> undos) {
  std::string text(journal_head);
  for (const Undo& undo : undos) {
    text += undo.path + '\0';
    text += undo.backup + '\0';
  }
  return text;
}

/// Nothing when it is not a journal of ours.
std::vector<Undo> parse_journal(std::string_view text) {
  std::vector<Undo> undos;
  if (!text.starts_with(journal_head)) return undos;
  text.remove_prefix(journal_head.size());
  const auto field = [&text] {
    const std::size_t end = std::min(text.find('\0'), text.size());
    const std::string value(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return value;
  };
  while (!text.empty()) {
    std::string path = field();
    undos.push_back({std::move(path), field()});
  }
  return undos;
}

Result<void> take_back(Files& files, const Undo& undo) {
  TOUCHSTONE_TRY_VOID(remove_if_there(files, pending_name(undo.path)));
  if (undo.backup.empty()) return remove_if_there(files, undo.path);
  TOUCHSTONE_TRY(const bool kept, exists(files, undo.backup));
  if (!kept) return {};
  TOUCHSTONE_TRY_VOID(files.rename(undo.backup, undo.path));
  return remove_if_there(files, undo.backup);  // rename(2) does nothing to two names of one file
}

Result<void> sync_folders(Files& files, std::span<const Undo> undos) {
  for (const Undo& undo : undos)
    TOUCHSTONE_TRY_VOID(located(undo.path, files.sync_folder_of(undo.path)));
  return {};
}

/// Backwards, then the journal goes: the set does not exist.
Result<void> roll_back(Files& files, const std::string& main, std::span<const Undo> undos) {
  for (std::size_t i = undos.size(); i-- > 0;)
    TOUCHSTONE_TRY_VOID(take_back(files, undos[i]));
  TOUCHSTONE_TRY_VOID(sync_folders(files, undos));
  TOUCHSTONE_TRY_VOID(remove_if_there(files, journal_name(main)));
  return files.sync_folder_of(main);
}

Result<std::vector<Undo>> plan(Files& files, std::span<const FileToWrite> set) {
  std::vector<Undo> undos;
  for (const FileToWrite& file : set) {
    TOUCHSTONE_TRY(const bool stands, located(file.path, exists(files, file.path)));
    const bool replaces = file.replace && stands;
    if (stands && !replaces)
      return located(file.path, Result<std::vector<Undo>>(fail(FileErrc::exists)));
    TOUCHSTONE_CHECK(!replaces || !file.backup.empty());
    undos.push_back({files.absolute(file.path), replaces ? files.absolute(file.backup) : ""});
  }
  return undos;
}

/// Writes all files, then names them in order; `done` counts those that have their name.
Result<void> write_all(Files& files, std::span<const FileToWrite> set, std::span<const Undo> undos,
                       std::size_t& done) {
  std::vector<std::unique_ptr<PendingFile>> pending;
  for (const FileToWrite& file : set) {
    TOUCHSTONE_TRY(std::unique_ptr<PendingFile> one, located(file.path, prepare(files, file)));
    pending.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < set.size(); ++i) {
    FileToWrite file = set[i];
    file.replace = !undos[i].backup.empty();
    TOUCHSTONE_TRY_VOID(located(file.path, put_in_place(files, *pending[i], file)));
    ++done;
  }
  return sync_folders(files, undos);
}

}  // namespace

Result<void> write_file(Files& files, const FileToWrite& file) {
  TOUCHSTONE_TRY(const std::unique_ptr<PendingFile> pending,
                 located(file.path, prepare(files, file)));
  TOUCHSTONE_TRY_VOID(located(file.path, put_in_place(files, *pending, file)));
  if (Result<void> synced = files.sync_folder_of(file.path); !synced)
    return located(file.path, Result<void>(fail(FileErrc::not_synced, synced.error().detail)));
  return {};
}

Result<void> write_set(Files& files, const std::string& main, std::span<const FileToWrite> set) {
  TOUCHSTONE_TRY(const std::vector<Undo> undos, plan(files, set));
  const std::string journal = print_journal(undos);
  if (Result<void> noted = write_file(
          files, {.path = journal_name(main), .content = as_octets(journal), .attributes = {}});
      !noted) {
    static_cast<void>(remove_if_there(files, journal_name(main)));
    return located(main, Result<void>(fail(FileErrc::write_failed, noted.error().detail)));
  }
  std::size_t done = 0;
  Result<void> written = write_all(files, set, undos, done);
  if (written) {
    // The moment at which the set exists.
    written = located(main, files.remove(journal_name(main)));
    if (written && !files.sync_folder_of(main))
      return located(main, Result<void>(fail(FileErrc::not_synced)));
  }
  if (!written)
    static_cast<void>(
        roll_back(files, main, std::span(undos).first(done)));  // or the next run does
  return written;
}

Result<bool> undo_unfinished(Files& files, const std::string& main) {
  bool found = false;
  for (const std::string& name : {pending_name(main), pending_name(journal_name(main))}) {
    TOUCHSTONE_TRY(const bool stands, exists(files, name));
    if (stands) TOUCHSTONE_TRY_VOID(located(name, files.remove(name)));
    found = found || stands;
  }
  const std::string journal = journal_name(main);
  TOUCHSTONE_TRY(const bool unfinished, exists(files, journal));
  if (!unfinished) return found;
  TOUCHSTONE_TRY(const SecretOctets text,
                 located(journal, files.read(journal, journal_limit, Access::secret)));
  TOUCHSTONE_TRY_VOID(located(journal, roll_back(files, main, parse_journal(as_text(text)))));
  return true;
}

std::string backup_name(const std::string& path, std::chrono::local_seconds time) {
  const std::size_t base = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  const std::size_t dot =
      TOUCHSTONE_DEFECT("KU-08.first_dot") ? path.find('.', base) : path.rfind('.');
  const bool extended = dot != std::string::npos && dot > base;
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const std::string stamp =
      fmt::format(".{:02}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()) % 100,
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (!extended) return path + stamp;
  return path.substr(0, dot) + stamp + path.substr(dot);
}

std::string lock_name(const std::string& main) {
  return main + ".lock";
}

std::string pending_name(const std::string& path) {
  return hidden_beside(path, ".pending");
}

std::string journal_name(const std::string& main) {
  return hidden_beside(main, ".unfinished");
}

}  // namespace touchstone
