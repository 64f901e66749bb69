#include "reference/mediagateway/tree_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace touchstone::mediagateway {
namespace {

constexpr std::uint64_t max_file = 16 << 20;

/// What stands at `path`, if anything does.
Result<std::optional<FileInfo>> look(Files& files, const std::string& path) {
  const Result<FileInfo> info = files.info(path);
  if (info) return *info;
  if (info.error().code == FileErrc::not_found) return std::nullopt;
  return std::unexpected(info.error());
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

class Comparison {
 public:
  Comparison(std::string root, Files& files, TreeFiles& tree) : files_(files), tree_(tree) {
    changes_.root = std::move(root);
  }

  Result<void> add(const Wish& wish) {
    if (wish.kind != Wish::Kind::absent) TOUCHSTONE_TRY_VOID(way_to(wish.path));
    TOUCHSTONE_TRY(const auto stands, look(files_, place(wish.path)));
    switch (wish.kind) {
      case Wish::Kind::folder:
        return folder(wish, stands);
      case Wish::Kind::file:
        return file(wish, stands);
      case Wish::Kind::link:
        return link(wish, stands);
      case Wish::Kind::absent:
        return absent(wish, stands);
    }
    return {};
  }

  Changes take() && { return std::move(changes_); }

 private:
  std::string place(const std::string& path) const { return changes_.root + path; }

  std::unexpected<Error> in_the_way(const std::string& path, std::string expected) const {
    return std::unexpected(Error{make_error_code(FileErrc::not_regular), Error::no_offset,
                                 std::move(expected), place(path)});
  }

  /// Every folder above `path` is one, or is made.
  Result<void> way_to(const std::string& path) {
    const std::string above = folder_of(path);
    if (above.empty() || made_.contains(above)) return {};
    TOUCHSTONE_TRY_VOID(way_to(above));
    TOUCHSTONE_TRY(const auto stands, look(files_, place(above)));
    if (!stands) {
      make_folder(above, 0755);
    } else if (stands->kind != FileInfo::Kind::directory) {
      return in_the_way(above, "expected a folder that is no link");
    }
    return {};
  }

  void make_folder(const std::string& path, std::uint32_t mode) {
    made_.insert(path);
    changes_.list.push_back({.kind = Change::Kind::make_folder, .path = path, .mode = mode});
  }

  Result<void> folder(const Wish& wish, const std::optional<FileInfo>& stands) {
    if (!stands) {
      if (!made_.contains(wish.path)) make_folder(wish.path, wish.mode);
      return {};
    }
    if (stands->kind != FileInfo::Kind::directory)
      return in_the_way(wish.path, "expected a folder");
    if (stands->mode != wish.mode)
      changes_.list.push_back({.kind = Change::Kind::set_mode,
                               .path = wish.path,
                               .mode = wish.mode,
                               .old_mode = stands->mode});
    return {};
  }

  Result<void> file(const Wish& wish, const std::optional<FileInfo>& stands) {
    Change change{.kind = Change::Kind::write,
                  .path = wish.path,
                  .mode = wish.mode,
                  .replaces = stands.has_value(),
                  .content = &wish.content};
    if (stands) {
      if (stands->kind != FileInfo::Kind::regular)
        return in_the_way(wish.path, "expected a regular file");
      TOUCHSTONE_TRY(const SecretOctets old, files_.read(place(wish.path), max_file, Access::any));
      const bool same = std::ranges::equal(old, wish.content.octets());
      if (wish.keep_mode) change.mode = stands->mode;
      if (same && stands->mode == change.mode) return {};
      // A file that only had a wrong mode is not worth a backup, which would keep that mode.
      if (!same && wish.backup == Backup::keep) change.backup = wish.path + ".bak";
    }
    if (!change.backup.empty()) {
      TOUCHSTONE_TRY(const auto kept, look(files_, place(change.backup)));
      if (kept && kept->kind == FileInfo::Kind::directory)
        return in_the_way(change.backup, "expected a file or nothing");
      change.replaces_backup = kept.has_value();
    }
    changes_.list.push_back(std::move(change));
    return {};
  }

  Result<void> link(const Wish& wish, const std::optional<FileInfo>& stands) {
    if (stands) {
      if (stands->kind != FileInfo::Kind::symbolic_link)
        return in_the_way(wish.path, "expected a symbolic link or nothing");
      TOUCHSTONE_TRY(const std::string target, tree_.read_link(place(wish.path)));
      if (target == wish.target) return {};
    }
    changes_.list.push_back({.kind = Change::Kind::link,
                             .path = wish.path,
                             .replaces = stands.has_value(),
                             .target = wish.target});
    return {};
  }

  Result<void> absent(const Wish& wish, const std::optional<FileInfo>& stands) {
    if (!stands) return {};
    if (stands->kind == FileInfo::Kind::directory)
      return in_the_way(wish.path, "expected a file, not a folder");
    changes_.list.push_back({.kind = Change::Kind::remove, .path = wish.path, .replaces = true});
    return {};
  }

  Files& files_;
  TreeFiles& tree_;
  Changes changes_;
  std::set<std::string> made_;
};

}  // namespace

FileContent::Piece& FileContent::piece(Origin origin, OctetView octets) {
  pieces_.push_back({.origin = origin, .begin = octets_.size(), .size = octets.size()});
  octets_.insert(octets_.end(), octets.begin(), octets.end());
  return pieces_.back();
}

FileContent& FileContent::text(std::string_view text) {
  TOUCHSTONE_CHECK(text.find('\0') == std::string_view::npos);
  if (!pieces_.empty() && pieces_.back().origin == Origin::text) {
    pieces_.back().size += text.size();
    const OctetView octets = as_octets(text);
    octets_.insert(octets_.end(), octets.begin(), octets.end());
  } else if (!text.empty()) {
    piece(Origin::text, as_octets(text));
  }
  return *this;
}

FileContent& FileContent::secret(OctetView octets) {
  TOUCHSTONE_CHECK(std::ranges::find(octets, 0) == octets.end());
  piece(Origin::secret, octets);
  return *this;
}

FileContent& FileContent::file(std::string source, OctetView octets, std::size_t from) {
  Piece& made = piece(Origin::file, octets);
  made.source = std::move(source);
  made.from = from;
  return *this;
}

void TreePlan::add(Wish wish) {
  TOUCHSTONE_CHECK(wish.path.starts_with('/') && !wish.path.ends_with('/'));
  const auto same = std::ranges::find(wishes_, wish.path, &Wish::path);
  if (same != wishes_.end()) {
    *same = std::move(wish);
  } else {
    wishes_.push_back(std::move(wish));
  }
}

void TreePlan::folder(std::string path, std::uint32_t mode) {
  add({.kind = Wish::Kind::folder, .path = std::move(path), .mode = mode});
}

void TreePlan::write(std::string path, std::uint32_t mode, FileContent content, Backup backup) {
  add({.kind = Wish::Kind::file,
       .path = std::move(path),
       .mode = mode,
       .content = std::move(content),
       .backup = backup});
}

void TreePlan::write_into(std::string path, std::uint32_t mode, FileContent content) {
  add({.kind = Wish::Kind::file,
       .path = std::move(path),
       .mode = mode,
       .content = std::move(content),
       .keep_mode = true});
}

void TreePlan::link(std::string path, std::string target) {
  add({.kind = Wish::Kind::link, .path = std::move(path), .target = std::move(target)});
}

void TreePlan::remove(std::string path) {
  add({.kind = Wish::Kind::absent, .path = std::move(path)});
}

Result<Changes> compare(const TreePlan& plan, const std::string& root, Files& files,
                        TreeFiles& tree) {
  Comparison comparison(root, files, tree);
  for (const Wish& wish : plan.wishes())
    TOUCHSTONE_TRY_VOID(comparison.add(wish));
  return std::move(comparison).take();
}

std::string describe(const Change& change) {
  switch (change.kind) {
    case Change::Kind::make_folder:
      return fmt::format("make folder {} ({:04o})", change.path, change.mode);
    case Change::Kind::set_mode:
      return fmt::format("set mode of {} to {:04o}", change.path, change.mode);
    case Change::Kind::write:
      return fmt::format("write {} ({:04o}){}", change.path, change.mode,
                         change.backup.empty() ? "" : ", the old one is " + change.backup);
    case Change::Kind::link:
      return fmt::format("link {} to {}", change.path, change.target);
    case Change::Kind::remove:
      return fmt::format("remove {}", change.path);
  }
  return {};
}

}  // namespace touchstone::mediagateway
