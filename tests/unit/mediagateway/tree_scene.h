#pragma once
// A tree in a folder of its own, and everything in it as one text.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "reference/host/posix_files.h"
#include "reference/host/tree_files.h"
#include "reference/mediagateway/tree_apply.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::mediagateway {

/// Every name below `root` with its kind, mode and content.
inline std::map<std::string, std::string> picture(const std::string& root) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    struct stat status{};
    ::lstat(entry.path().c_str(), &status);
    std::string text = std::to_string(status.st_mode);
    if (entry.is_symlink()) {
      text = "to " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      text += " " + std::string(std::istreambuf_iterator<char>(in), {});
    }
    names[entry.path().string().substr(root.size())] = text;
  }
  return names;
}

struct TreeScene {
  TreeScene() { std::filesystem::create_directory(folder.path("etc")); }

  [[nodiscard]] std::string root() const { return folder.folder(); }
  [[nodiscard]] auto now() const { return picture(root()); }
  [[nodiscard]] Changes changes(const TreePlan& plan) {
    auto made = compare(plan, root(), files, tree);
    return made ? std::move(*made) : Changes{};
  }
  Result<void> run(const TreePlan& plan) { return apply(changes(plan), files, tree); }

  tests::TemporaryFolder folder{"/dev/shm"};
  host::PosixFiles files;
  host::PosixTreeFiles tree;
};

/// One of everything: a new file, a replaced one with an older backup, a link, a folder whose mode
/// is wrong, a file that goes.
inline void furnish(const TreeScene& scene) {
  scene.folder.write("etc/replaced", "old\n", 0640);
  scene.folder.write("etc/replaced.bak", "older\n", 0600);
  scene.folder.write("etc/gone", "superfluous\n", 0644);
  std::filesystem::create_directory(scene.folder.path("etc/certs"));
  ::chmod(scene.folder.path("etc/certs").c_str(), 0755);
  std::filesystem::create_symlink("elsewhere", scene.folder.path("etc/link"));
}

inline TreePlan full_plan(const std::string& source) {
  TreePlan plan;
  FileContent key("it's a key: ");
  key.file(source, as_octets("cde"), 2).text("\n");
  FileContent replacing("password=\"");
  replacing.secret(as_octets("to'p $HOME `x`")).text("\"\n");
  plan.folder("/etc/certs", 0700);
  plan.write("/etc/certs/key.pem", 0600, std::move(key));
  plan.write("/etc/replaced", 0600, std::move(replacing));
  plan.write("/etc/deep/er/empty", 0644, FileContent());
  plan.link("/etc/link", "replaced");
  plan.link("/etc/other", "certs/key.pem");
  plan.remove("/etc/gone");
  plan.remove("/etc/never");
  return plan;
}

}  // namespace touchstone::mediagateway
