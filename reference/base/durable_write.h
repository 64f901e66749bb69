#pragma once
// The one way in which this tree changes files that must survive a kill or a power cut at any point
// (KU-07..KU-09, KU-16, KU-17, LK-12).
//
// One file: nameless file, write, fsync, backup by link, link and rename, fsync of the folder.
// A set of files: the same between the making and the removal of an undo journal; the removal is
// the moment at which the set exists. Whoever writes holds the lock of the main file meanwhile, and
// calls undo_unfinished() first, so that what a killed run left is gone.

#include <chrono>
#include <span>
#include <string>

#include "reference/base/files.h"

namespace touchstone {

struct FileToWrite {
  std::string path;
  OctetView content;
  FileAttributes attributes;
  bool replace = false;     ///< false: `path` must not exist (FileErrc::exists)
  std::string backup = {};  ///< with replace: this name keeps the old file; empty for none
};

/// Writes one file whole or not at all. Errors: exists names the backup or the file that stands in
/// the way; write_failed leaves the old file and no backup; not_synced.
Result<void> write_file(Files& files, const FileToWrite& file);

/// Writes all of `set` or none; at a kill the next undo_unfinished(main) takes back what was done.
/// `main` names the journal and is usually the path of one of them.
Result<void> write_set(Files& files, const std::string& main, std::span<const FileToWrite> set);

/// Takes back what a killed run left beside `main`: an unfinished set and pending names. True when
/// there was something.
Result<bool> undo_unfinished(Files& files, const std::string& main);

/// `keyring.csv` at 2011-02-22 17:25:03 -> `keyring.110222172503.csv`; a name without an extension
/// gets the stamp at its end (KU-08).
[[nodiscard]] std::string backup_name(const std::string& path, std::chrono::local_seconds time);

/// `<main>.lock` (KU-20).
[[nodiscard]] std::string lock_name(const std::string& main);
/// Where a file that will be `path` has its name for the moment before the rename.
[[nodiscard]] std::string pending_name(const std::string& path);
/// The undo journal of a set.
[[nodiscard]] std::string journal_name(const std::string& main);

}  // namespace touchstone
