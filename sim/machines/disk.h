#pragma once
// The disk of a simulated machine. What was not synced may be lost, whole or in part, when the
// power goes: contents without fsync, names without a sync of their folder. The shipped write
// sequences (base/durable_write.h) run on it as they are.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reference/base/files.h"
#include "sim/world/random_stream.h"

namespace touchstone::sim {

struct DiskCounters {
  std::uint64_t writes = 0;  ///< steps that change something
  std::uint64_t syncs = 0;
  std::uint64_t refused = 0;  ///< because the disk was full
  std::uint64_t torn = 0;     ///< power cuts that something unsynced did not survive whole
};

class SimDisk final : public Files {
 public:
  explicit SimDisk(RandomStream chance) : chance_(std::move(chance)) {}

  // Faults.

  void set_full(bool is_full) noexcept { is_full_ = is_full; }
  /// The power goes at the `nth` step that changes something, counted from now; `what` is told, and
  /// every later step fails until power_on().
  void cut_power_at(std::uint64_t nth, std::function<void()> what);
  /// Of each content that was not synced some first part survives; of the names that were not
  /// synced the first few do.
  void cut_power();
  void power_on();
  void erase_all();
  [[nodiscard]] const DiskCounters& counters() const noexcept { return counters_; }

  /// A file that has been there, and synced, for ever.
  void put(const std::string& path, OctetView octets, std::uint32_t mode = 0600);
  /// As it stands now, whoever may read it; nothing when it is not there.
  [[nodiscard]] const Octets* look(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> names() const;

  // Files.

  std::string absolute(const std::string& path) override { return path; }
  Result<FileInfo> info(const std::string& path) override;
  Result<SecretOctets> read(const std::string& path, std::uint64_t limit, Access access) override;
  Result<std::unique_ptr<PendingFile>> create(const std::string& path,
                                              const FileAttributes& attributes) override;
  Result<void> publish_replacing(PendingFile& file, const std::string& path) override;
  Result<void> publish_new(PendingFile& file, const std::string& path) override;
  Result<void> link(const std::string& from, const std::string& to) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder_of(const std::string& path) override;
  Result<void> append(const std::string& path, OctetView octets,
                      const FileAttributes& attributes) override;
  Result<void> truncate(const std::string& path, std::uint64_t size) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  struct Inode {
    Octets content;
    Octets synced;  // what the medium has for certain
    bool is_synced = false;
    FileAttributes attributes;
  };
  using InodePointer = std::shared_ptr<Inode>;
  using Folder = std::map<std::string, InodePointer>;
  struct NameChange {
    std::string path;
    InodePointer inode;  // null: the name goes
  };
  class Pending;
  class Lock;

  Result<void> step(std::size_t octets = 0);
  void set_name(const std::string& path, InodePointer inode);
  InodePointer find(const std::string& path) const;
  static void apply(Folder& folder, const NameChange& change);
  static void sync(Inode& inode);

  RandomStream chance_;
  Folder names_;
  Folder synced_names_;
  std::vector<NameChange> unsynced_;  // in their order
  std::shared_ptr<std::set<std::string>> locks_ = std::make_shared<std::set<std::string>>();
  DiskCounters counters_;
  bool is_full_ = false;
  bool is_dead_ = false;
  std::uint64_t cut_after_ = 0;  // steps; 0: no cut is planned
  std::function<void()> on_cut_;
};

}  // namespace touchstone::sim
