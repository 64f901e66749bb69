#pragma once
// A disk that fails or a process that is killed at the n-th step, over the files of this machine.

#include "reference/base/files.h"

namespace touchstone::tests {

/// Counts the steps that change something. At step `fault_at` (from 1) it fails; with `dead_after`
/// every later step fails too, as for a killed process whose destructors no longer matter.
class FaultyFiles final : public Files {
 public:
  FaultyFiles(Files& files, int fault_at, bool dead_after)
      : files_(files), fault_at_(fault_at), dead_after_(dead_after) {}

  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] bool faulted() const { return fault_at_ != 0 && steps_ >= fault_at_; }

  std::string absolute(const std::string& path) override { return files_.absolute(path); }
  Result<FileInfo> info(const std::string& path) override { return files_.info(path); }
  Result<SecretOctets> read(const std::string& path, std::uint64_t limit, Access access) override {
    return files_.read(path, limit, access);
  }
  Result<std::unique_ptr<PendingFile>> create(const std::string& path,
                                              const FileAttributes& attributes) override {
    if (Result<void> step = count(); !step) return std::unexpected(step.error());
    auto pending = files_.create(path, attributes);
    if (!pending) return pending;
    return std::make_unique<FaultyPending>(*this, std::move(*pending));
  }
  Result<void> publish_replacing(PendingFile& file, const std::string& path) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.publish_replacing(*dynamic_cast<FaultyPending&>(file).pending, path);
  }
  Result<void> publish_new(PendingFile& file, const std::string& path) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.publish_new(*dynamic_cast<FaultyPending&>(file).pending, path);
  }
  Result<void> link(const std::string& from, const std::string& to) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.link(from, to);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.rename(from, to);
  }
  Result<void> remove(const std::string& path) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.remove(path);
  }
  Result<void> sync_folder_of(const std::string& path) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.sync_folder_of(path);
  }
  Result<void> append(const std::string& path, OctetView octets,
                      const FileAttributes& attributes) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.append(path, octets, attributes);
  }
  Result<void> truncate(const std::string& path, std::uint64_t size) override {
    TOUCHSTONE_TRY_VOID(count());
    return files_.truncate(path, size);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    return files_.lock(path);
  }

 private:
  struct FaultyPending final : PendingFile {
    FaultyPending(FaultyFiles& owner, std::unique_ptr<PendingFile> file)
        : files(owner), pending(std::move(file)) {}
    Result<void> write(OctetView octets) override {
      TOUCHSTONE_TRY_VOID(files.count());
      return pending->write(octets);
    }
    Result<void> sync() override {
      TOUCHSTONE_TRY_VOID(files.count());
      return pending->sync();
    }
    FaultyFiles& files;
    std::unique_ptr<PendingFile> pending;
  };

  Result<void> count() {
    ++steps_;
    const bool fails = steps_ == fault_at_ || (dead_after_ && faulted());
    return fails ? Result<void>(fail(FileErrc::write_failed, "injected")) : Result<void>();
  }

  Files& files_;
  int fault_at_;
  bool dead_after_;
  int steps_ = 0;
};

}  // namespace touchstone::tests
