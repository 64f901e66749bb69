#pragma once
// Folders, links and modes of this machine.

#include "reference/mediagateway/tree_files.h"

namespace touchstone::host {

class PosixTreeFiles final : public mediagateway::TreeFiles {
 public:
  Result<void> make_folder(const std::string& path, std::uint32_t mode) override;
  Result<void> remove_folder(const std::string& path) override;
  Result<void> set_mode(const std::string& path, std::uint32_t mode) override;
  Result<void> make_link(const std::string& target, const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock_folder(const std::string& path) override;
};

}  // namespace touchstone::host
