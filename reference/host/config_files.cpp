#include "reference/host/config_files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "reference/base/files.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {

std::string ConfigFiles::place(const std::string& path) const {
  return path.starts_with('/') ? root_ + path : path;
}

Result<SecretOctets> ConfigFiles::read(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(place(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return fail(errno == ENOENT ? FileErrc::not_found : FileErrc::unreadable);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return fail(FileErrc::unreadable);
  if (!S_ISREG(status.st_mode)) return fail(FileErrc::not_regular);
  if (static_cast<std::uint64_t>(status.st_size) > limit) return fail(FileErrc::too_large);
  SecretOctets octets(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t filled = 0;
  while (true) {
    if (filled == octets.size()) octets.resize(2 * octets.size());
    const ssize_t count = ::read(file.get(), octets.data() + filled, octets.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(FileErrc::unreadable);
    filled += static_cast<std::size_t>(count);
    if (filled > limit) return fail(FileErrc::too_large);
    if (count == 0) break;
  }
  octets.resize(filled);
  return octets;
}

std::vector<std::string> ConfigFiles::matches(const std::string& pattern) {
  const std::string whole = place(pattern);
  const std::size_t cut = whole.size() - pattern.size();
  // A name without a pattern needs no walk through its folder.
  if (pattern.find_first_of("*?[\\~") == std::string::npos)
    return mode(pattern) ? std::vector{pattern} : std::vector<std::string>{};
  glob_t found = {};
  std::vector<std::string> names;
  if (::glob(whole.c_str(), GLOB_TILDE, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i)
      names.emplace_back(std::string(found.gl_pathv[i]).substr(cut));
  ::globfree(&found);
  return names;
}

std::optional<std::uint32_t> ConfigFiles::mode(const std::string& path) const {
  struct stat status = {};
  if (::stat(place(path).c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & 07777;
}

std::optional<std::uint32_t> ConfigFiles::owner(const std::string& path) const {
  struct stat status = {};
  if (::stat(place(path).c_str(), &status) != 0) return std::nullopt;
  return status.st_uid;
}

bool ConfigFiles::is_folder(const std::string& path) const {
  struct stat status = {};
  return ::stat(place(path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace touchstone::host
