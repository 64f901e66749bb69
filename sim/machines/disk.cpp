#include "sim/machines/disk.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

class SimDisk::Pending final : public PendingFile {
 public:
  Pending(SimDisk& disk, const FileAttributes& attributes)
      : disk_(disk), inode_(std::make_shared<Inode>()) {
    inode_->attributes = attributes;
  }

  Result<void> write(OctetView octets) override {
    TOUCHSTONE_TRY_VOID(disk_.step(octets.size()));
    inode_->content.insert(inode_->content.end(), octets.begin(), octets.end());
    return {};
  }
  Result<void> sync() override {
    TOUCHSTONE_TRY_VOID(disk_.step());
    ++disk_.counters_.syncs;
    SimDisk::sync(*inode_);
    return {};
  }
  [[nodiscard]] const InodePointer& inode() const noexcept { return inode_; }

 private:
  SimDisk& disk_;
  InodePointer inode_;
};

class SimDisk::Lock final : public FileLock {
 public:
  Lock(std::shared_ptr<std::set<std::string>> held, std::string path)
      : held_(std::move(held)), path_(std::move(path)) {
    held_->insert(path_);
  }
  ~Lock() override { held_->erase(path_); }

 private:
  std::shared_ptr<std::set<std::string>> held_;
  std::string path_;
};

// Faults.

Result<void> SimDisk::step(std::size_t octets) {
  if (is_dead_) return fail(FileErrc::write_failed, "the power is gone");
  if (is_full_ && octets > 0) {
    ++counters_.refused;
    return fail(FileErrc::write_failed, "no space left on the disk");
  }
  ++counters_.writes;
  if (cut_after_ == 0) return {};
  --cut_after_;
  if (cut_after_ > 0) return {};
  is_dead_ = true;
  if (on_cut_) on_cut_();
  return fail(FileErrc::write_failed, "the power is gone");
}

void SimDisk::cut_power_at(std::uint64_t nth, std::function<void()> what) {
  cut_after_ = nth;
  on_cut_ = std::move(what);
}

void SimDisk::cut_power() {
  is_dead_ = true;
  cut_after_ = 0;
  const auto kept_names = static_cast<std::ptrdiff_t>(chance_.below(unsynced_.size() + 1));
  bool is_torn = kept_names != std::ssize(unsynced_);
  for (std::ptrdiff_t i = 0; i < kept_names; ++i)
    apply(synced_names_, unsynced_[static_cast<std::size_t>(i)]);
  unsynced_.clear();
  for (const auto& [path, inode] : synced_names_) {
    if (inode->is_synced && inode->content == inode->synced) continue;
    is_torn = true;
    const std::size_t kept = chance_.below(inode->content.size() + 1);
    if (kept < inode->synced.size()) {
      inode->content = inode->synced;
    } else {
      inode->content.resize(kept);
    }
    sync(*inode);
  }
  names_ = synced_names_;
  if (is_torn) ++counters_.torn;
}

void SimDisk::power_on() {
  is_dead_ = false;
}

void SimDisk::erase_all() {
  names_.clear();
  synced_names_.clear();
  unsynced_.clear();
}

// Contents and names.

void SimDisk::sync(Inode& inode) {
  inode.synced = inode.content;
  inode.is_synced = true;
}

void SimDisk::apply(Folder& folder, const NameChange& change) {
  if (change.inode == nullptr) {
    folder.erase(change.path);
  } else {
    folder[change.path] = change.inode;
  }
}

void SimDisk::set_name(const std::string& path, InodePointer inode) {
  unsynced_.push_back({path, std::move(inode)});
  apply(names_, unsynced_.back());
}

SimDisk::InodePointer SimDisk::find(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

void SimDisk::put(const std::string& path, OctetView octets, std::uint32_t mode) {
  auto inode = std::make_shared<Inode>();
  inode->content.assign(octets.begin(), octets.end());
  inode->attributes.mode = mode;
  sync(*inode);
  names_[path] = inode;
  synced_names_[path] = inode;
}

const Octets* SimDisk::look(const std::string& path) const {
  const InodePointer inode = find(path);
  return inode == nullptr ? nullptr : &inode->content;
}

std::vector<std::string> SimDisk::names() const {
  std::vector<std::string> all;
  for (const auto& [path, inode] : names_)
    all.push_back(path);
  return all;
}

Result<FileInfo> SimDisk::info(const std::string& path) {
  const InodePointer inode = find(path);
  if (inode == nullptr) return fail(FileErrc::not_found);
  return FileInfo{.size = inode->content.size(), .mode = inode->attributes.mode};
}

Result<SecretOctets> SimDisk::read(const std::string& path, std::uint64_t limit, Access access) {
  const InodePointer inode = find(path);
  if (inode == nullptr) return located(path, Result<SecretOctets>(fail(FileErrc::not_found)));
  if (access == Access::secret && (inode->attributes.mode & 077) != 0)
    return located(path, Result<SecretOctets>(fail(FileErrc::bad_permissions)));
  if (inode->content.size() > limit)
    return located(path, Result<SecretOctets>(fail(FileErrc::too_large)));
  return copy_secret(inode->content);
}

Result<std::unique_ptr<PendingFile>> SimDisk::create(const std::string& /*path*/,
                                                     const FileAttributes& attributes) {
  TOUCHSTONE_TRY_VOID(step());
  return std::make_unique<Pending>(*this, attributes);
}

Result<void> SimDisk::publish_replacing(PendingFile& file, const std::string& path) {
  TOUCHSTONE_TRY_VOID(step());
  set_name(path, dynamic_cast<Pending&>(file).inode());
  return {};
}

Result<void> SimDisk::publish_new(PendingFile& file, const std::string& path) {
  if (find(path) != nullptr) return fail(FileErrc::exists);
  return publish_replacing(file, path);
}

Result<void> SimDisk::link(const std::string& from, const std::string& to) {
  const InodePointer inode = find(from);
  if (inode == nullptr) return fail(FileErrc::write_failed);
  if (find(to) != nullptr) return fail(FileErrc::exists);
  TOUCHSTONE_TRY_VOID(step());
  set_name(to, inode);
  return {};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to) {
  const InodePointer inode = find(from);
  if (inode == nullptr) return fail(FileErrc::write_failed);
  TOUCHSTONE_TRY_VOID(step());
  if (find(to) == inode) return {};  // two names of one file: rename(2) does nothing
  set_name(to, inode);
  set_name(from, nullptr);
  return {};
}

Result<void> SimDisk::remove(const std::string& path) {
  if (find(path) == nullptr) return fail(FileErrc::not_found);
  TOUCHSTONE_TRY_VOID(step());
  set_name(path, nullptr);
  return {};
}

Result<void> SimDisk::sync_folder_of(const std::string& path) {
  TOUCHSTONE_TRY_VOID(step());
  ++counters_.syncs;
  const std::string folder(folder_of(path));
  for (const NameChange& change : unsynced_)
    if (folder_of(change.path) == folder) apply(synced_names_, change);
  std::erase_if(unsynced_,
                [&](const NameChange& change) { return folder_of(change.path) == folder; });
  return {};
}

Result<void> SimDisk::append(const std::string& path, OctetView octets,
                             const FileAttributes& attributes) {
  TOUCHSTONE_TRY_VOID(step(octets.size()));
  InodePointer inode = find(path);
  const bool is_new = inode == nullptr;
  if (is_new) {
    inode = std::make_shared<Inode>();
    inode->attributes = attributes;
    set_name(path, inode);
  }
  inode->content.insert(inode->content.end(), octets.begin(), octets.end());
  TOUCHSTONE_TRY_VOID(step());
  ++counters_.syncs;
  sync(*inode);
  return is_new ? sync_folder_of(path) : Result<void>();
}

Result<void> SimDisk::truncate(const std::string& path, std::uint64_t size) {
  const InodePointer inode = find(path);
  if (inode == nullptr) return fail(FileErrc::write_failed);
  TOUCHSTONE_TRY_VOID(step());
  inode->content.resize(size);
  sync(*inode);
  return {};
}

Result<std::unique_ptr<FileLock>> SimDisk::lock(const std::string& path) {
  if (locks_->contains(path)) return fail(FileErrc::busy);
  if (find(path) == nullptr) {
    TOUCHSTONE_TRY_VOID(step());
    auto inode = std::make_shared<Inode>();
    sync(*inode);
    set_name(path, std::move(inode));
  }
  return std::make_unique<Lock>(locks_, path);
}

}  // namespace touchstone::sim
