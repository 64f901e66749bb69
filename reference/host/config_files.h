#pragma once
// Configuration files of this machine, or of another tree.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/ipsec/config/file_view.h"

namespace touchstone::host {

/// Absolute names are looked up below `root`; links are followed, as the programs that read these
/// files do. A FIFO or a device is refused without waiting for it.
class ConfigFiles final : public ipsec::config::FileView {
 public:
  explicit ConfigFiles(std::string root = {}) : root_(std::move(root)) {}

  Result<SecretOctets> read(const std::string& path, std::size_t limit) override;
  std::vector<std::string> matches(const std::string& pattern) override;
  /// The permission bits of a file, nothing if there is none.
  [[nodiscard]] std::optional<std::uint32_t> mode(const std::string& path) const;
  /// The user id of its owner, nothing if there is no such file.
  [[nodiscard]] std::optional<std::uint32_t> owner(const std::string& path) const;
  [[nodiscard]] bool is_folder(const std::string& path) const;

 private:
  [[nodiscard]] std::string place(const std::string& path) const;

  std::string root_;
};

}  // namespace touchstone::host
