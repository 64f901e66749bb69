#include "conformance/harness/etc_layers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace touchstone::conformance::harness {
namespace {

namespace fs = std::filesystem;

std::string failed(std::string_view what) {
  return fmt::format("{}: {}", what, std::strerror(errno));
}

bool write_text(const char* file, const std::string& text) {
  const int end = ::open(file, O_WRONLY | O_CLOEXEC);
  const bool done =
      end >= 0 && ::write(end, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (end >= 0) ::close(end);
  return done;
}

std::string enter_namespaces(uid_t user, gid_t group) {
  const int of_user = user == 0 ? 0 : CLONE_NEWUSER;
  if (::unshare(CLONE_NEWNS | CLONE_NEWNET | of_user) != 0)
    return failed(user == 0 ? "unshare of mounts and network"
                            : "unshare of a user namespace with mounts and network");
  if (user != 0) {
    if (!write_text("/proc/self/setgroups", "deny")) return failed("setgroups");
    if (!write_text("/proc/self/uid_map", fmt::format("0 {} 1", user))) return failed("uid_map");
    if (!write_text("/proc/self/gid_map", fmt::format("0 {} 1", group))) return failed("gid_map");
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return failed("private mounts");
  return {};
}

std::string bind(const fs::path& from, const char* to) {
  return ::mount(from.c_str(), to, nullptr, MS_BIND, nullptr) == 0 ? std::string() : failed(to);
}

std::string mount_overlay(const char* place, const std::string& options) {
  return ::mount("overlay", place, "overlay", 0, options.c_str()) == 0
             ? std::string()
             : failed(fmt::format("overlayfs on {}", place));
}

bool is_there(const fs::path& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0;
}

bool is_white_out(const struct stat& info) {
  return S_ISCHR(info.st_mode) && info.st_rdev == 0;
}

bool is_opaque(const fs::path& folder) {
  std::array<char, 4> value{};
  for (const char* name : {"trusted.overlay.opaque", "user.overlay.opaque"})
    if (::lgetxattr(folder.c_str(), name, value.data(), value.size()) > 0 && value[0] == 'y')
      return true;
  return false;
}

void set_opaque(const fs::path& folder) {
  for (const char* name : {"trusted.overlay.opaque", "user.overlay.opaque"})
    ::lsetxattr(folder.c_str(), name, "y", 1, 0);
}

class Merge {
 public:
  explicit Merge(const EtcLayers& layers) : layers_(layers) {}

  void folder(const fs::path& below) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(layers_.upper / below, ignored))
      one(below / entry.path().filename());
  }

 private:
  /// Whether the command would see the machine's without a layer above it.
  [[nodiscard]] bool machine_has(const fs::path& name) const {
    return !is_there(layers_.hiding / *name.begin()) && is_there(layers_.machine / name);
  }

  void one(const fs::path& name) {
    const fs::path source = layers_.upper / name;
    const fs::path target = layers_.etc / name;
    struct stat info{};
    if (::lstat(source.c_str(), &info) != 0) return;
    const bool is_folder = S_ISDIR(info.st_mode);
    const bool anew = !is_folder || is_opaque(source);
    std::error_code ignored;
    if (anew) fs::remove_all(target, ignored);
    if (is_white_out(info) && !machine_has(name)) return;
    if (!is_folder) {
      fs::rename(source, target, ignored);
      return;
    }
    // A folder takes the place of a file or white-out that stood there.
    if (!fs::is_directory(fs::symlink_status(target, ignored))) fs::remove(target, ignored);
    fs::create_directory(target, ignored);
    if (anew && machine_has(name)) set_opaque(target);
    folder(name);
    ::chmod(target.c_str(), info.st_mode & 07777);
  }

  const EtcLayers& layers_;
};

}  // namespace

std::string enter_layers(const EtcLayers& layers) {
  const uid_t user = ::geteuid();
  std::string fault = enter_namespaces(user, ::getegid());
  if (fault.empty() && fs::is_directory(layers.programs))
    fault =
        mount_overlay("/usr/sbin", fmt::format("lowerdir={}:/usr/sbin", layers.programs.string()));
  // Renaming a folder of a lower layer must not leave a pointer in the place of its contents.
  if (fault.empty())
    fault = mount_overlay(
        "/etc", fmt::format("lowerdir={}:{}:{},upperdir={},workdir={},redirect_dir=nofollow{}",
                            layers.etc.string(), layers.hiding.string(), layers.machine.string(),
                            layers.upper.string(), layers.work.string(),
                            user == 0 ? ",metacopy=off" : ",userxattr"));
  if (fault.empty()) fault = bind(layers.run, "/run");
  if (fault.empty() && fs::is_directory(fs::symlink_status("/var/run")))
    fault = bind(layers.run, "/var/run");
  return fault;
}

void merge_changes(const EtcLayers& layers) {
  Merge(layers).folder({});
}

}  // namespace touchstone::conformance::harness
