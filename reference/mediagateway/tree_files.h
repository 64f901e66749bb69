#pragma once
// What a tree of configuration files needs beyond base/files.h: folders, links, modes. The host
// gives the machine's (host/tree_files.h).

#include <cstdint>
#include <memory>
#include <string>

#include "reference/base/files.h"

namespace touchstone::mediagateway {

/// Errors are FileErrc: write_failed unless a function says otherwise. No link at the end of a path
/// is followed.
class TreeFiles {
 public:
  virtual ~TreeFiles() = default;

  /// With exactly `mode`, whatever the umask is.
  virtual Result<void> make_folder(const std::string& path, std::uint32_t mode) = 0;
  /// Only an empty one; not_found if there is none.
  virtual Result<void> remove_folder(const std::string& path) = 0;
  /// Of a file or folder, not of a link.
  virtual Result<void> set_mode(const std::string& path, std::uint32_t mode) = 0;
  /// A symbolic link at `path`, where nothing stands; `target` is stored as it is.
  virtual Result<void> make_link(const std::string& target, const std::string& path) = 0;
  /// What a symbolic link says; not_found, unreadable.
  virtual Result<std::string> read_link(const std::string& path) = 0;
  /// Exclusive and immediate, and leaves no file behind; busy if another process holds it.
  virtual Result<std::unique_ptr<FileLock>> lock_folder(const std::string& path) = 0;
};

}  // namespace touchstone::mediagateway
