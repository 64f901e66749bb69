#pragma once
// The files that a command wants: a plan, what it changes in a tree, and the same as a shell
// script.
//
// A command builds a TreePlan without touching anything. compare() holds it against the tree below
// a root and gives the changes that are needed, none when the tree is as planned already. apply()
// (tree_apply.h) makes them, all or none; print_script() writes them as a program for sh that
// leaves the same tree, octet for octet: the product of --dry-run.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/files.h"
#include "reference/base/secret.h"
#include "reference/mediagateway/tree_files.h"

namespace touchstone::mediagateway {

/// The octets of a file to be, and where each part of them comes from, so that a script can say
/// them without a secret in it.
class FileContent {
 public:
  enum class Origin {
    text,    ///< shown as it is; no NUL in it
    secret,  ///< given on the command line or typed: a variable of the script
    file,    ///< stands in a file of this machine, which the script reads
  };
  struct Piece {
    Origin origin = Origin::text;
    std::size_t begin = 0;  ///< in octets()
    std::size_t size = 0;
    std::string source = {};  ///< of `file`: its absolute name
    std::size_t from = 0;     ///< of `file`: the octet of it at which this piece begins
  };

  FileContent() = default;
  explicit FileContent(std::string_view text) { this->text(text); }

  FileContent& text(std::string_view text);
  FileContent& secret(OctetView octets);
  /// `octets` are those of the file `source` (an absolute name) from its octet `from` on.
  FileContent& file(std::string source, OctetView octets, std::size_t from = 0);

  [[nodiscard]] OctetView octets() const noexcept { return octets_; }
  [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
  [[nodiscard]] OctetView octets_of(const Piece& piece) const noexcept {
    return OctetView(octets_).subspan(piece.begin, piece.size);
  }

 private:
  Piece& piece(Origin origin, OctetView octets);

  SecretOctets octets_;
  std::vector<Piece> pieces_;
};

enum class Backup { none, keep };  ///< keep: what is replaced stays as `<path>.bak`

/// One wish. Paths are absolute names of the gateway, such as /etc/wpa_supplicant.conf.
struct Wish {
  enum class Kind { folder, file, link, absent };
  Kind kind = Kind::absent;
  std::string path;
  std::uint32_t mode = 0;    ///< of a folder or a file
  FileContent content = {};  ///< of a file
  std::string target = {};   ///< of a link
  Backup backup = Backup::none;
  bool keep_mode = false;  ///< of a file that is there
};

class TreePlan {
 public:
  /// A folder with this mode.
  void folder(std::string path, std::uint32_t mode);
  /// A regular file with this mode and content. Folders on the way to it that are missing are made
  /// with 0755.
  void write(std::string path, std::uint32_t mode, FileContent content,
             Backup backup = Backup::keep);
  /// The same for a file that somebody may have made: its mode stays, and there is no backup.
  void write_into(std::string path, std::uint32_t mode, FileContent content);
  /// A symbolic link; `target` should be relative, so that it holds below another root.
  void link(std::string path, std::string target);
  /// No file and no link of this name.
  void remove(std::string path);

  /// Latest last; a second wish for a path replaces the first in its place.
  [[nodiscard]] const std::vector<Wish>& wishes() const noexcept { return wishes_; }

 private:
  void add(Wish wish);

  std::vector<Wish> wishes_;
};

/// One change that the tree needs. `path` and `backup` are names of the gateway, without the root.
struct Change {
  enum class Kind { make_folder, set_mode, write, link, remove };
  Kind kind = Kind::remove;
  std::string path;
  std::uint32_t mode = 0;      ///< make_folder, set_mode, write
  std::uint32_t old_mode = 0;  ///< set_mode
  bool replaces = false;       ///< write, link: something stands there
  std::string backup = {};     ///< write: where the old file goes, or empty
  bool replaces_backup = false;
  const FileContent* content = nullptr;  ///< write: of the plan, which outlives the changes
  std::string target = {};               ///< link
};

struct Changes {
  std::string root;  ///< "" for the machine itself
  std::vector<Change> list;
};

/// What the tree below `root` needs to be as planned, in the order in which it can be done. Errors:
/// FileErrc::not_regular where something else than the plan wants stands, or a link on the way to
/// it (exit 3); unreadable.
Result<Changes> compare(const TreePlan& plan, const std::string& root, Files& files,
                        TreeFiles& tree);

/// A line for people: `write /etc/wpa_supplicant.conf (0600), the old one is ...bak`.
[[nodiscard]] std::string describe(const Change& change);

enum class Secrets { hidden, shown };

/// A POSIX shell script that makes the changes. Pieces that are secret are its variables `secret_1`
/// and so on in the order of the changes, equal ones once: with Secrets::hidden whoever runs the
/// script sets them, with Secrets::shown they are set in it. Pieces of files are read from there.
[[nodiscard]] SecretOctets print_script(std::string_view command, const Changes& changes,
                                        Secrets secrets);

}  // namespace touchstone::mediagateway
