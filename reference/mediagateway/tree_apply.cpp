#include "reference/mediagateway/tree_apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "reference/base/durable_write.h"

namespace touchstone::mediagateway {
namespace {

constexpr std::string_view journal_head = "touchstone-tree 1";
constexpr std::uint64_t journal_limit = 1 << 20;

std::string beside(const std::string& path, std::string_view suffix) {
  const std::size_t base = path.rfind('/') + 1;
  return fmt::format("{}.{}{}", path.substr(0, base), path.substr(base), suffix);
}
std::string saved_name(const std::string& path) {
  return beside(path, ".saved");
}
std::string unfinished_name(const std::string& root) {
  return root + "/etc/.mediagateway.unfinished";
}
std::string finished_name(const std::string& root) {
  return root + "/etc/.mediagateway.finished";
}

Result<bool> exists(Files& files, const std::string& path) {
  const Result<FileInfo> info = files.info(path);
  if (info) return true;
  if (info.error().code == FileErrc::not_found) return false;
  return std::unexpected(info.error());
}

Result<void> remove_if_there(Files& files, const std::string& path) {
  Result<void> removed = files.remove(path);
  if (!removed && removed.error().code == FileErrc::not_found) return {};
  return removed;
}

/// How one change is taken back; a line of the journal.
struct Undo {
  enum class Kind : char {
    replaced = 'r',  ///< its saved name, if there is one, gets the name back
    made = 'n',      ///< goes
    folder = 'd',    ///< goes
    mode = 'm',      ///< gets the old mode
  };
  Kind kind = Kind::made;
  std::string path;  ///< with the root
  std::uint32_t mode = 0;
};

std::vector<Undo> undos_of(const Changes& changes) {
  std::vector<Undo> undos;
  const auto add = [&](Undo::Kind kind, const std::string& path, std::uint32_t mode = 0) {
    undos.push_back({kind, changes.root + path, mode});
  };
  for (const Change& change : changes.list) {
    if (change.kind == Change::Kind::make_folder) {
      add(Undo::Kind::folder, change.path);
    } else if (change.kind == Change::Kind::set_mode) {
      add(Undo::Kind::mode, change.path, change.old_mode);
    } else {
      add(change.replaces ? Undo::Kind::replaced : Undo::Kind::made, change.path);
    }
    if (!change.backup.empty())
      add(change.replaces_backup ? Undo::Kind::replaced : Undo::Kind::made, change.backup);
  }
  return undos;
}

std::string print_journal(std::span<const Undo> undos) {
  std::string text = std::string(journal_head) + '\0';
  for (const Undo& undo : undos) {
    text += fmt::format("{}{:04o}{}", static_cast<char>(undo.kind), undo.mode, undo.path);
    text += '\0';
  }
  return text;
}

/// Nothing when it is not a journal of ours; a line that is not one ends it.
std::vector<Undo> parse_journal(std::string_view text) {
  std::vector<Undo> undos;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first ? line != journal_head : line.size() < 6) return undos;
    if (!first) {
      Undo undo{static_cast<Undo::Kind>(line[0]), std::string(line.substr(5))};
      std::from_chars(line.data() + 1, line.data() + 5, undo.mode, 8);
      undos.push_back(std::move(undo));
    }
    first = false;
  }
  return undos;
}

Result<void> sync_folders(Files& files, std::span<const Undo> undos) {
  std::set<std::string> done;
  for (const Undo& undo : undos)
    if (done.insert(undo.path.substr(0, undo.path.rfind('/'))).second)
      TOUCHSTONE_TRY_VOID(located(undo.path, files.sync_folder_of(undo.path)));
  return {};
}

Result<void> take_back(const Undo& undo, Files& files, TreeFiles& tree) {
  const std::string saved = saved_name(undo.path);
  switch (undo.kind) {
    case Undo::Kind::made:
      return remove_if_there(files, undo.path);
    case Undo::Kind::mode:
      return tree.set_mode(undo.path, undo.mode);
    case Undo::Kind::folder: {
      Result<void> removed = tree.remove_folder(undo.path);
      return !removed && removed.error().code == FileErrc::not_found ? Result<void>() : removed;
    }
    case Undo::Kind::replaced: {
      TOUCHSTONE_TRY(const bool kept, exists(files, saved));
      if (!kept) return {};
      TOUCHSTONE_TRY_VOID(files.rename(saved, undo.path));
      return remove_if_there(files, saved);  // rename(2) does nothing to two names of one file
    }
  }
  return {};
}

void drop_hidden_names(std::span<const Undo> undos, Files& files) {
  for (const Undo& undo : undos) {
    static_cast<void>(remove_if_there(files, saved_name(undo.path)));
    static_cast<void>(remove_if_there(files, pending_name(undo.path)));
  }
}

Result<void> roll_back(const std::string& root, std::span<const Undo> undos, Files& files,
                       TreeFiles& tree) {
  for (const Undo& undo : undos)
    if (undo.kind != Undo::Kind::folder && undo.kind != Undo::Kind::mode)
      static_cast<void>(remove_if_there(files, pending_name(undo.path)));
  for (std::size_t i = undos.size(); i-- > 0;)
    TOUCHSTONE_TRY_VOID(take_back(undos[i], files, tree));
  TOUCHSTONE_TRY_VOID(remove_if_there(files, unfinished_name(root)));
  return files.sync_folder_of(unfinished_name(root));
}

/// After the moment at which the changes are made.
Result<void> finish(const std::string& root, std::span<const Undo> undos, Files& files) {
  drop_hidden_names(undos, files);
  return files.remove(finished_name(root));
}

/// The old file gets its second name, by a rename, so that there is never none.
Result<void> keep_backup(const std::string& path, const std::string& backup, Files& files) {
  const std::string between = pending_name(backup);
  TOUCHSTONE_TRY_VOID(remove_if_there(files, between));
  TOUCHSTONE_TRY_VOID(files.link(path, between));
  TOUCHSTONE_TRY_VOID(files.rename(between, backup));
  return remove_if_there(files, between);
}

class Application {
 public:
  Application(const Changes& changes, Files& files, TreeFiles& tree)
      : changes_(changes), files_(files), tree_(tree), undos_(undos_of(changes)) {}

  Result<void> run() {
    TOUCHSTONE_TRY_VOID(note());
    Result<void> made = make();
    if (made) made = files_.rename(unfinished_name(changes_.root), finished_name(changes_.root));
    if (!made) {
      pending_.clear();
      // If this fails too, whoever holds the tree next does it.
      static_cast<void>(roll_back(changes_.root, undos_, files_, tree_));
      return made;
    }
    const Result<void> synced = files_.sync_folder_of(finished_name(changes_.root));
    const Result<void> finished = finish(changes_.root, undos_, files_);
    if (synced && finished) return {};
    return located(changes_.root + "/etc", Result<void>(fail(FileErrc::not_synced)));
  }

 private:
  std::string place(const std::string& path) const { return changes_.root + path; }

  Result<void> note() {
    const std::string journal = print_journal(undos_);
    const std::string name = unfinished_name(changes_.root);
    Result<void> noted =
        write_file(files_, {.path = name, .content = as_octets(journal), .attributes = {}});
    if (noted) return {};
    static_cast<void>(remove_if_there(files_, name));
    return located(name, Result<void>(fail(FileErrc::write_failed, noted.error().detail)));
  }

  /// Folders, contents without a name, second names for all that goes, and then the changes.
  Result<void> make() {
    for (const Change& change : changes_.list)
      if (change.kind == Change::Kind::make_folder)
        TOUCHSTONE_TRY_VOID(tree_.make_folder(place(change.path), change.mode));
    for (const Change& change : changes_.list)
      TOUCHSTONE_TRY_VOID(prepare(change));
    for (const Undo& undo : undos_)
      if (undo.kind == Undo::Kind::replaced) {
        TOUCHSTONE_TRY_VOID(remove_if_there(files_, saved_name(undo.path)));
        TOUCHSTONE_TRY_VOID(files_.link(undo.path, saved_name(undo.path)));
      }
    for (std::size_t i = 0; i < changes_.list.size(); ++i)
      TOUCHSTONE_TRY_VOID(located(place(changes_.list[i].path), make(changes_.list[i], i)));
    return sync_folders(files_, undos_);
  }

  Result<void> prepare(const Change& change) {
    pending_.emplace_back();
    if (change.kind != Change::Kind::write) return {};
    TOUCHSTONE_TRY(pending_.back(), files_.create(place(change.path), {.mode = change.mode}));
    TOUCHSTONE_TRY_VOID(
        located(place(change.path), pending_.back()->write(change.content->octets())));
    return located(place(change.path), pending_.back()->sync());
  }

  Result<void> make(const Change& change, std::size_t index) {
    const std::string path = place(change.path);
    switch (change.kind) {
      case Change::Kind::make_folder:
        return {};
      case Change::Kind::set_mode:
        return tree_.set_mode(path, change.mode);
      case Change::Kind::remove:
        return files_.remove(path);
      case Change::Kind::link: {
        const std::string between = pending_name(path);
        TOUCHSTONE_TRY_VOID(remove_if_there(files_, between));
        TOUCHSTONE_TRY_VOID(tree_.make_link(change.target, between));
        return files_.rename(between, path);
      }
      case Change::Kind::write:
        if (!change.backup.empty())
          TOUCHSTONE_TRY_VOID(keep_backup(path, place(change.backup), files_));
        return change.replaces ? files_.publish_replacing(*pending_[index], path)
                               : files_.publish_new(*pending_[index], path);
    }
    return {};
  }

  const Changes& changes_;
  Files& files_;
  TreeFiles& tree_;
  std::vector<Undo> undos_;
  std::vector<std::unique_ptr<PendingFile>> pending_;
};

Result<void> recover(const std::string& root, Files& files, TreeFiles& tree) {
  static_cast<void>(remove_if_there(files, pending_name(unfinished_name(root))));
  for (const std::string& name : {unfinished_name(root), finished_name(root)}) {
    TOUCHSTONE_TRY(const bool left, exists(files, name));
    if (!left) continue;
    TOUCHSTONE_TRY(const SecretOctets text, files.read(name, journal_limit, Access::secret));
    const std::vector<Undo> undos = parse_journal(as_text(text));
    TOUCHSTONE_TRY_VOID(name == finished_name(root) ? finish(root, undos, files)
                                                    : roll_back(root, undos, files, tree));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<FileLock>> hold_tree(const std::string& root, Files& files,
                                            TreeFiles& tree) {
  TOUCHSTONE_TRY(std::unique_ptr<FileLock> lock, tree.lock_folder(root + "/etc"));
  TOUCHSTONE_TRY_VOID(recover(root, files, tree));
  return lock;
}

Result<void> apply(const Changes& changes, Files& files, TreeFiles& tree) {
  if (changes.list.empty()) return {};
  return Application(changes, files, tree).run();
}

}  // namespace touchstone::mediagateway
