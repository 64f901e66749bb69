#include "reference/host/tree_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "reference/host/descriptor.h"

namespace touchstone::host {
namespace {

Result<void> outcome(int returned, const std::string& path) {
  if (returned == 0) return {};
  return system_fault(errno == ENOENT ? FileErrc::not_found : FileErrc::write_failed, path);
}

class FolderLock final : public FileLock {
 public:
  explicit FolderLock(Descriptor folder) : folder_(std::move(folder)) {}

 private:
  Descriptor folder_;
};

}  // namespace

Result<void> PosixTreeFiles::make_folder(const std::string& path, std::uint32_t mode) {
  if (::mkdir(path.c_str(), 0700) != 0) return outcome(-1, path);
  return outcome(::chmod(path.c_str(), mode), path);
}

Result<void> PosixTreeFiles::remove_folder(const std::string& path) {
  return outcome(::rmdir(path.c_str()), path);
}

Result<void> PosixTreeFiles::set_mode(const std::string& path, std::uint32_t mode) {
  const Descriptor file = open_file(path, O_RDONLY);
  if (!file) return system_fault(FileErrc::write_failed, path);
  return outcome(::fchmod(file.get(), mode), path);
}

Result<void> PosixTreeFiles::make_link(const std::string& target, const std::string& path) {
  return outcome(::symlink(target.c_str(), path.c_str()), path);
}

Result<std::string> PosixTreeFiles::read_link(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  if (size < 0)
    return system_fault(errno == ENOENT ? FileErrc::not_found : FileErrc::unreadable, path);
  return std::string(target.data(), static_cast<std::size_t>(size));
}

Result<std::unique_ptr<FileLock>> PosixTreeFiles::lock_folder(const std::string& path) {
  Descriptor folder = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!folder) {
    const FileErrc code = errno == ENOENT    ? FileErrc::not_found
                          : errno == ENOTDIR ? FileErrc::not_regular
                                             : FileErrc::unreadable;
    return system_fault(code, path);
  }
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0)
    return system_fault(errno == EWOULDBLOCK ? FileErrc::busy : FileErrc::write_failed, path);
  return std::make_unique<FolderLock>(std::move(folder));
}

}  // namespace touchstone::host
