#pragma once
// The folder in which one case runs, and what has changed in it.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/outcome.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

struct FileState {
  enum class Kind { regular, directory, symbolic_link, other };
  Kind kind = Kind::regular;
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;  ///< octets
  std::string sha256;      ///< 64 digits, of a regular file; the target of a link
  Octets content;          ///< of a regular file up to 64 KiB, else empty

  friend bool operator==(const FileState&, const FileState&) = default;
};

/// Relative path to state, in order of names. Times are left out.
using Snapshot = std::map<std::string, FileState>;

/// Every difference, `after` against `before`.
[[nodiscard]] std::vector<FileChange> compare(const Snapshot& before, const Snapshot& after);

/// A folder of its own, made empty and removed with all that is in it. Names are relative to it;
/// an absolute name or one with `..` stops the program.
class Sandbox {
 public:
  /// Makes `folder`, mode 0700.
  explicit Sandbox(std::filesystem::path folder);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;

  void write(std::string_view name, OctetView octets, std::uint32_t mode = 0600);
  void write(std::string_view name, std::string_view text, std::uint32_t mode = 0600);
  /// The octets of a regular file; empty when it is not there (ask exists() first).
  [[nodiscard]] Octets read(std::string_view name) const;
  [[nodiscard]] bool exists(std::string_view name) const;
  void remove(std::string_view name);
  void make_folder(std::string_view name, std::uint32_t mode = 0700);
  void set_mode(std::string_view name, std::uint32_t mode);
  void make_symbolic_link(std::string_view target, std::string_view name);
  void make_fifo(std::string_view name);
  /// Removes everything in it; the folder stays.
  void clear();

  [[nodiscard]] Snapshot snapshot() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace touchstone::conformance::harness
