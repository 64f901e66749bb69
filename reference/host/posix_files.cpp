#include "reference/host/posix_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {
namespace {

/// Mode and owner whatever the umask is. Another user's group is kept where the system permits.
bool set_attributes(int descriptor, const FileAttributes& attributes) {
  struct stat now{};
  if (::fstat(descriptor, &now) != 0) return false;
  const bool differs = now.st_uid != attributes.owner || now.st_gid != attributes.group;
  if (attributes.set_owner && differs &&
      ::fchown(descriptor, attributes.owner, attributes.group) != 0 && ::geteuid() == 0)
    return false;
  return ::fchmod(descriptor, TOUCHSTONE_DEFECT("KR-24.mode") ? 0644 : attributes.mode) == 0;
}

class PosixPendingFile final : public PendingFile {
 public:
  PosixPendingFile(Descriptor descriptor, std::string path, std::string name)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), name_(std::move(name)) {}
  ~PosixPendingFile() override {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  bool apply(const FileAttributes& attributes) {
    return set_attributes(descriptor_.get(), attributes);
  }

  Result<void> write(OctetView octets) override {
    if (!write_all(descriptor_.get(), octets)) return system_fault(FileErrc::write_failed, path_);
    return {};
  }
  Result<void> sync() override {
    if (!host::sync(descriptor_.get())) return system_fault(FileErrc::write_failed, path_);
    return {};
  }

  /// Gives it its pending name, if it has none yet.
  Result<void> name_pending(const std::string& path) {
    if (!name_.empty()) return {};
    std::string name = pending_name(path);
    bool linked = link_to(name);
    if (!linked && errno == EEXIST) {
      ::unlink(name.c_str());  // left by a killed run
      linked = link_to(name);
    }
    if (!linked) return system_fault(FileErrc::write_failed, name);
    name_ = std::move(name);
    return {};
  }

  /// link(2) to the file, whether it has a name or not.
  bool link_to(const std::string& path) {
    if (!name_.empty()) return ::link(name_.c_str(), path.c_str()) == 0;
    const std::string self = "/proc/self/fd/" + std::to_string(descriptor_.get());
    return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  void forget_name() { name_.clear(); }

 private:
  Descriptor descriptor_;
  std::string path_;
  std::string name_;  ///< the pending name, while it has one
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool lacks_nameless_files(int fault) {
  return fault == EOPNOTSUPP || fault == EISDIR || fault == ENOSYS || fault == EINVAL;
}

/// The fault of an open(2) for writing.
std::unexpected<Error> write_open_fault(const std::string& path) {
  const bool wrong_kind = errno == ELOOP || errno == EISDIR || errno == ENXIO;
  return system_fault(wrong_kind ? FileErrc::not_regular : FileErrc::write_failed, path);
}

FileInfo::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileInfo::Kind::regular;
  if (S_ISDIR(mode)) return FileInfo::Kind::directory;
  return S_ISLNK(mode) ? FileInfo::Kind::symbolic_link : FileInfo::Kind::other;
}

Result<void> check_access(const struct stat& status, const std::string& path) {
  const uid_t caller = ::geteuid();
  if ((status.st_mode & (TOUCHSTONE_DEFECT("KR-24.group")   ? 007U
                         : TOUCHSTONE_DEFECT("KR-24.exact") ? 0177U
                                                            : 077U)) != 0) {
    errno = EACCES;
    return system_fault(FileErrc::bad_permissions, path);
  }
  if (status.st_uid != caller && caller != 0) {
    errno = EPERM;
    return system_fault(FileErrc::bad_permissions, path);
  }
  return {};
}

/// Asks for the pages of a large buffer at once, and for large ones: taken one by one, with a fault
/// each, they cost as much as parsing what is read into them, and more in a virtual machine. An old
/// kernel refuses, and nothing is lost.
void populate(SecretOctets& buffer) {
  constexpr std::size_t page = 4096;
  void* begin = buffer.data();
  std::size_t size = buffer.size();
  if (std::align(page, 256 * page, begin, size) == nullptr) return;
  size -= size % page;
  ::madvise(begin, size, MADV_HUGEPAGE);
  ::madvise(begin, size, MADV_POPULATE_WRITE);
}

/// Reads to the end; `expected` octets are there as fstat(2) says, but the file may be growing.
Result<SecretOctets> read_all(int descriptor, std::uint64_t expected, std::uint64_t limit,
                              const std::string& path) {
  SecretOctets content(static_cast<std::size_t>(expected));
  populate(content);
  std::size_t filled = 0;
  std::uint8_t beyond = 0;
  while (true) {
    const bool full = filled == content.size();
    const ssize_t got = full ? ::read(descriptor, &beyond, 1)
                             : ::read(descriptor, content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return read_fault(path);
    if (got == 0) break;
    if (full) content.push_back(beyond);
    filled += static_cast<std::size_t>(got);
    if (TOUCHSTONE_DEFECT("KR-28.partial") && filled > 1U << 20) filled = 1U << 20;
    if (TOUCHSTONE_DEFECT("KR-28.partial") && filled == 1U << 20) break;
    if (filled > limit) return located(path, Result<SecretOctets>(fail(FileErrc::too_large)));
  }
  content.resize(filled);
  return content;
}

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

}  // namespace

std::string PosixFiles::absolute(const std::string& path) {
  std::error_code fault;
  const std::filesystem::path whole = std::filesystem::absolute(path, fault);
  return fault ? path : whole.lexically_normal().string();
}

Result<FileInfo> PosixFiles::info(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return read_fault(path);
  return FileInfo{.kind = kind_of(status.st_mode),
                  .size = static_cast<std::uint64_t>(status.st_size),
                  .mode = status.st_mode & 07777,
                  .owner = status.st_uid,
                  .group = status.st_gid};
}

Result<SecretOctets> PosixFiles::read(const std::string& path, std::uint64_t limit, Access access) {
  const Descriptor file = open_file(path, O_RDONLY);
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) return read_fault(path);
  if (!S_ISREG(status.st_mode))
    return located(path, Result<SecretOctets>(fail(FileErrc::not_regular)));
  if (access == Access::secret && !lax_) TOUCHSTONE_TRY_VOID(check_access(status, path));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (TOUCHSTONE_DEFECT("KR-28.empty") && size == 0)
    return located(path, Result<SecretOctets>(fail(FileErrc::not_regular)));
  if (size > limit) return located(path, Result<SecretOctets>(fail(FileErrc::too_large)));
  return read_all(file.get(), size, limit, path);
}

Result<std::unique_ptr<PendingFile>> PosixFiles::create(const std::string& path,
                                                        const FileAttributes& attributes) {
  static const bool has_proc = ::access("/proc/self/fd", X_OK) == 0;
  std::string name;
  Descriptor file(-1);
  if (has_proc) file = open_file(folder_of(path), O_TMPFILE | O_RDWR, 0600);
  if (!file && (!has_proc || lacks_nameless_files(errno))) {
    name = pending_name(path);
    ::unlink(name.c_str());  // left by a killed run
    file = open_file(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!file) name.clear();
  }
  if (!file) return system_fault(FileErrc::write_failed, path);
  auto pending = std::make_unique<PosixPendingFile>(std::move(file), path, std::move(name));
  if (!pending->apply(attributes)) return system_fault(FileErrc::write_failed, path);
  return pending;
}

Result<void> PosixFiles::publish_replacing(PendingFile& file, const std::string& path) {
  auto& pending = dynamic_cast<PosixPendingFile&>(file);
  TOUCHSTONE_TRY_VOID(pending.name_pending(path));
  TOUCHSTONE_TRY_VOID(rename(pending.name(), path));
  pending.forget_name();
  return {};
}

Result<void> PosixFiles::publish_new(PendingFile& file, const std::string& path) {
  auto& pending = dynamic_cast<PosixPendingFile&>(file);
  if (pending.link_to(path)) return {};
  return system_fault(errno == EEXIST ? FileErrc::exists : FileErrc::write_failed, path);
}

Result<void> PosixFiles::link(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  return system_fault(errno == EEXIST ? FileErrc::exists : FileErrc::write_failed, to);
}

Result<void> PosixFiles::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return system_fault(FileErrc::write_failed, to);
}

Result<void> PosixFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return {};
  return system_fault(errno == ENOENT ? FileErrc::not_found : FileErrc::write_failed, path);
}

Result<void> PosixFiles::sync_folder_of(const std::string& path) {
  const Descriptor folder = open_file(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (!folder || !host::sync(folder.get())) return system_fault(FileErrc::write_failed, path);
  return {};
}

Result<void> PosixFiles::append(const std::string& path, OctetView octets,
                                const FileAttributes& attributes) {
  Descriptor file = open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0600);
  const bool made = static_cast<bool>(file);
  if (!made && errno == EEXIST) file = open_file(path, O_WRONLY | O_APPEND);
  if (!file) return write_open_fault(path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_fault(FileErrc::write_failed, path);
  if (!S_ISREG(status.st_mode)) return located(path, Result<void>(fail(FileErrc::not_regular)));
  if (made && !set_attributes(file.get(), attributes))
    return system_fault(FileErrc::write_failed, path);
  if (!write_all(file.get(), octets) || !host::sync(file.get())) {
    auto fault = system_fault(FileErrc::write_failed, path);
    if (::ftruncate(file.get(), status.st_size) != 0)
      fault.error().detail += "; half a line stands";
    return fault;
  }
  return made ? sync_folder_of(path) : Result<void>();
}

Result<void> PosixFiles::truncate(const std::string& path, std::uint64_t size) {
  const Descriptor file = open_file(path, O_WRONLY);
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0 || !host::sync(file.get()))
    return system_fault(FileErrc::write_failed, path);
  return {};
}

Result<std::unique_ptr<FileLock>> PosixFiles::lock(const std::string& path) {
  Descriptor file = open_file(path, O_RDWR | O_CREAT, 0600);
  if (!file) return write_open_fault(path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return located(path, Result<std::unique_ptr<FileLock>>(fail(FileErrc::not_regular)));
  int locked = -1;
  do {
    locked =
        ::flock(file.get(), (TOUCHSTONE_DEFECT("KU-20.shared_lock") ? LOCK_SH : LOCK_EX) | LOCK_NB);
  } while (locked != 0 && errno == EINTR);
  if (locked != 0)
    return system_fault(errno == EWOULDBLOCK ? FileErrc::busy : FileErrc::write_failed, path);
  return std::make_unique<PosixLock>(std::move(file));
}

}  // namespace touchstone::host
