#pragma once
// Files as roles see them. The host gives the machine's (host/posix_files.h), the simulator a disk
// that loses whatever was not synced; the durable write sequences of base/durable_write.h run on
// both.

#include <cstdint>
#include <memory>
#include <string>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone {

enum class FileErrc {
  not_found = 1,    ///< exit 3
  unreadable,       ///< exit 3: no permission, or an input error
  not_regular,      ///< exit 3: symbolic link, FIFO, directory or device (NI-12)
  bad_permissions,  ///< exit 3, KL-PERM: group or other bits, or another owner (KR-24)
  too_large,        ///< exit 6: over the limit, found before memory is taken (KR-25)
  exists,           ///< exit 9
  busy,             ///< exit 11
  write_failed,     ///< exit 12: disk full, read-only folder, input/output error; nothing changed
  not_synced,       ///< exit 12: the new file stands, but the medium did not confirm its name
};
[[nodiscard]] std::error_code make_error_code(FileErrc code) noexcept;

struct FileInfo {
  enum class Kind { regular, directory, symbolic_link, other };
  Kind kind = Kind::regular;
  std::uint64_t size = 0;   ///< octets
  std::uint32_t mode = 0;   ///< permission bits alone, 0..07777
  std::uint32_t owner = 0;  ///< user id
  std::uint32_t group = 0;  ///< group id
};

/// Who may have touched a file that we read.
enum class Access {
  any,     ///< public data: a manifest, a signature, an encrypted batch, a public key
  secret,  ///< owner is the caller or the caller is root; no group or other bits (KR-24)
};

/// Owner, group and mode of a file to be made. Without an owner the caller's is taken.
struct FileAttributes {
  std::uint32_t mode = 0600;
  bool set_owner = false;  ///< an import by root keeps the owner and group of what it replaces
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
};

/// A file being written that has no name yet. Dropped without publish(), it leaves nothing behind.
class PendingFile {
 public:
  virtual ~PendingFile() = default;
  /// Appends all of `octets`, or fails with write_failed.
  virtual Result<void> write(OctetView octets) = 0;
  /// The content is on the medium when this returns.
  virtual Result<void> sync() = 0;
};

/// Held while it lives; the lock file itself stays (KU-28).
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class Files {
 public:
  virtual ~Files() = default;

  /// The same place whatever the working directory is; symbolic links are not resolved.
  virtual std::string absolute(const std::string& path) = 0;

  /// What stands at `path` itself; a final symbolic link is not followed.
  virtual Result<FileInfo> info(const std::string& path) = 0;

  /// The whole of a regular file by read(2) (KR-28), at most `limit` octets.
  virtual Result<SecretOctets> read(const std::string& path, std::uint64_t limit,
                                    Access access) = 0;

  /// A nameless file in the folder of `path`.
  virtual Result<std::unique_ptr<PendingFile>> create(const std::string& path,
                                                      const FileAttributes& attributes) = 0;
  /// Gives it the name `path`, which it atomically replaces, or which must not exist.
  virtual Result<void> publish_replacing(PendingFile& file, const std::string& path) = 0;
  virtual Result<void> publish_new(PendingFile& file, const std::string& path) = 0;

  /// A second name for the file at `from`; FileErrc::exists if `to` stands (KU-08, KU-09).
  virtual Result<void> link(const std::string& from, const std::string& to) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  /// The names in the folder of `path` are on the medium when this returns.
  virtual Result<void> sync_folder_of(const std::string& path) = 0;

  /// Appends and syncs in one call; makes the file with `attributes` if it is missing.
  virtual Result<void> append(const std::string& path, OctetView octets,
                              const FileAttributes& attributes) = 0;
  /// Cuts a file back to `size` octets and syncs: repairs a torn last line (KU-28).
  virtual Result<void> truncate(const std::string& path, std::uint64_t size) = 0;

  /// Exclusive and immediate; FileErrc::busy if another process holds it (KU-20).
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

}  // namespace touchstone

template <>
struct std::is_error_code_enum<touchstone::FileErrc> : std::true_type {};
