#pragma once
// The files of this machine.

#include "reference/base/files.h"

namespace touchstone::host {

/// Links are never followed at the end of a path, nothing blocks on a FIFO, and a kill leaves no
/// half file: what is being written has no name until it is whole. On a file system without
/// nameless files it has pending_name() meanwhile, which the next run removes.
class PosixFiles final : public Files {
 public:
  /// With `lax_permissions` Access::secret is not checked (tests).
  explicit PosixFiles(bool lax_permissions = false) noexcept : lax_(lax_permissions) {}

  std::string absolute(const std::string& path) override;
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
  bool lax_;
};

}  // namespace touchstone::host
