#include "conformance/harness/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "conformance/oracle/manifest_text.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kept_content = 64 * 1024;

Octets read_file(const fs::path& path) {
  Octets octets;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return octets;
  struct stat info{};
  if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode)) {
    octets.resize(static_cast<std::size_t>(info.st_size));
    std::size_t filled = 0;
    while (filled < octets.size()) {
      const ssize_t got = ::read(file, octets.data() + filled, octets.size() - filled);
      if (got <= 0) break;
      filled += static_cast<std::size_t>(got);
    }
    octets.resize(filled);
  }
  ::close(file);
  return octets;
}

FileState state_of(const fs::path& path) {
  struct stat info{};
  FileState state;
  if (::lstat(path.c_str(), &info) != 0) return state;
  state.mode = info.st_mode & 07777;
  if (S_ISLNK(info.st_mode)) {
    state.kind = FileState::Kind::symbolic_link;
    std::error_code error;
    state.sha256 = fs::read_symlink(path, error).string();
  } else if (S_ISDIR(info.st_mode)) {
    state.kind = FileState::Kind::directory;
  } else if (S_ISREG(info.st_mode)) {
    state.size = static_cast<std::uint64_t>(info.st_size);
    state.content = read_file(path);
    state.sha256 = to_hex(oracle::sha256(state.content));
    if (state.size > kept_content) state.content.clear();
  } else {
    state.kind = FileState::Kind::other;
  }
  return state;
}

std::string print_state(const FileState& state) {
  switch (state.kind) {
    case FileState::Kind::directory:
      return fmt::format("folder {:04o}", state.mode);
    case FileState::Kind::symbolic_link:
      return fmt::format("link to {}", state.sha256);
    case FileState::Kind::other:
      return fmt::format("special file {:04o}", state.mode);
    case FileState::Kind::regular:
      break;
  }
  return fmt::format("{:04o} {} octets sha256 {}", state.mode, state.size,
                     state.sha256.substr(0, 16));
}

std::string change_word(const FileState& before, const FileState& after) {
  if (before.kind != after.kind) return "kind";
  if (before.sha256 != after.sha256 || before.size != after.size) return "content";
  return "mode";
}

}  // namespace

std::vector<FileChange> compare(const Snapshot& before, const Snapshot& after) {
  std::vector<FileChange> changes;
  for (const auto& [name, state] : before) {
    const auto found = after.find(name);
    if (found == after.end())
      changes.push_back({name, "removed", print_state(state), ""});
    else if (!(found->second == state))
      changes.push_back({name, change_word(state, found->second), print_state(state),
                         print_state(found->second)});
  }
  for (const auto& [name, state] : after)
    if (!before.contains(name)) changes.push_back({name, "added", "", print_state(state)});
  std::ranges::sort(changes, {}, &FileChange::path);
  return changes;
}

Sandbox::Sandbox(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::create_directories(folder_, error);
  TOUCHSTONE_CHECK(::chmod(folder_.c_str(), 0700) == 0);
}

Sandbox::~Sandbox() {
  clear();
  std::error_code error;
  fs::remove_all(folder_, error);
}

fs::path Sandbox::path(std::string_view name) const {
  const fs::path relative(name);
  TOUCHSTONE_CHECK(!relative.is_absolute());
  TOUCHSTONE_CHECK(std::ranges::find(relative, fs::path("..")) == relative.end());
  return folder_ / relative;
}

void Sandbox::write(std::string_view name, OctetView octets, std::uint32_t mode) {
  const fs::path target = path(name);
  const int file =
      ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  TOUCHSTONE_CHECK(file >= 0);
  std::size_t written = 0;
  while (written < octets.size()) {
    const ssize_t done = ::write(file, octets.data() + written, octets.size() - written);
    TOUCHSTONE_CHECK(done > 0);
    written += static_cast<std::size_t>(done);
  }
  TOUCHSTONE_CHECK(::fchmod(file, mode) == 0);
  ::close(file);
}

void Sandbox::write(std::string_view name, std::string_view text, std::uint32_t mode) {
  write(name, as_octets(text), mode);
}

Octets Sandbox::read(std::string_view name) const {
  return read_file(path(name));
}

bool Sandbox::exists(std::string_view name) const {
  struct stat info{};
  return ::lstat(path(name).c_str(), &info) == 0;
}

void Sandbox::remove(std::string_view name) {
  std::error_code error;
  fs::remove_all(path(name), error);
}

void Sandbox::make_folder(std::string_view name, std::uint32_t mode) {
  std::error_code error;
  fs::create_directories(path(name), error);
  set_mode(name, mode);
}

void Sandbox::set_mode(std::string_view name, std::uint32_t mode) {
  TOUCHSTONE_CHECK(::chmod(path(name).c_str(), mode) == 0);
}

void Sandbox::make_symbolic_link(std::string_view target, std::string_view name) {
  TOUCHSTONE_CHECK(::symlink(std::string(target).c_str(), path(name).c_str()) == 0);
}

void Sandbox::make_fifo(std::string_view name) {
  TOUCHSTONE_CHECK(::mkfifo(path(name).c_str(), 0600) == 0);
}

void Sandbox::clear() {
  ::chmod(folder_.c_str(), 0700);
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end;) {
    const fs::path entry = at->path();
    at.increment(error);
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(entry, ignored))) ::chmod(entry.c_str(), 0700);
    fs::remove_all(entry, ignored);
  }
}

Snapshot Sandbox::snapshot() const {
  Snapshot snapshot;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error))
    snapshot.emplace(at->path().lexically_relative(folder_).string(), state_of(at->path()));
  return snapshot;
}

}  // namespace touchstone::conformance::harness
