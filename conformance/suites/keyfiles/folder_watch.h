#pragma once
// What happened to the names of a folder while a command ran, as any observer of the file system
// sees it (inotify): writes through a temporary file and a rename can be told from writes in place.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::suites::keyfiles {

struct FolderEvent {
  enum class Kind { appeared, vanished, written };
  Kind kind = Kind::appeared;
  std::string name;
};

class FolderWatch {
 public:
  explicit FolderWatch(const std::filesystem::path& folder);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// All since the last call, in their order. A rename is a vanished and an appeared name.
  [[nodiscard]] std::vector<FolderEvent> take();

 private:
  int descriptor_;
};

/// Place of the first such event, or -1.
[[nodiscard]] long first_event(const std::vector<FolderEvent>& events, FolderEvent::Kind kind,
                               std::string_view name);
[[nodiscard]] long last_event(const std::vector<FolderEvent>& events, FolderEvent::Kind kind,
                              std::string_view name);

}  // namespace touchstone::conformance::suites::keyfiles
