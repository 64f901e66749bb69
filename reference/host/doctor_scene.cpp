#include "reference/host/doctor_scene.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace touchstone::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_entries = 100'000;
constexpr std::size_t max_text = 1 << 20;
constexpr std::size_t max_key_file = 64 * 1024;

/// `keyring.110222172503.csv`: the stamp of twelve digits of KU-07.
bool is_backup_name(std::string_view name) {
  constexpr std::string_view prefix = "keyring.";
  constexpr std::string_view suffix = ".csv";
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  if (name.size() != prefix.size() + 12 + suffix.size()) return false;
  return std::ranges::all_of(name.substr(prefix.size(), 12),
                             [](char c) { return c >= '0' && c <= '9'; });
}

std::string beginning(const DoctorFile& file, std::size_t size) {
  std::ifstream in(file.path, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

bool is_database(const DoctorFile& file) {
  return beginning(file, 15) == "SQLite format 3";
}

bool is_private_key(const DoctorFile& file) {
  if (file.info.size > max_key_file) return false;
  std::string text = beginning(file, max_key_file);
  const bool found = text.find("PRIVATE KEY-----") != std::string::npos;
  wipe(text.data(), text.size());
  return found;
}

std::vector<DoctorFile> walk(Files& files, const std::string& root) {
  std::vector<DoctorFile> found;
  std::error_code fault;
  const auto options = fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator next(root, options, fault);
  for (; !fault && next != fs::recursive_directory_iterator(); next.increment(fault)) {
    const std::string path = next->path().string();
    if (const auto info = files.info(path); info)
      found.push_back({path, next->path().filename().string(), *info});
    if (found.size() == max_entries) break;
  }
  std::ranges::sort(found, {}, &DoctorFile::path);
  return found;
}

}  // namespace

const DoctorFile* DoctorScene::find(std::string_view path) const {
  const auto file = std::ranges::find(found, path, &DoctorFile::path);
  return file == found.end() ? nullptr : &*file;
}

DoctorScene look_around(Files& files, const DoctorPlaces& places) {
  DoctorScene scene{files, places, walk(files, places.root), {}, {}, {}, {}};
  for (const DoctorFile& file : scene.found) {
    if (file.name == "keyring.csv") scene.keyrings.push_back(file);
    if (is_backup_name(file.name)) scene.backups.push_back(file);
    if (file.info.kind != FileInfo::Kind::regular) continue;
    if (is_database(file)) scene.databases.push_back(file);
    if (is_private_key(file)) scene.private_keys.push_back(file);
  }
  return scene;
}

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(max_text, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::vector<std::string> names_in(const std::string& path, std::string_view prefix) {
  std::vector<std::string> names;
  std::error_code fault;
  for (fs::directory_iterator next(path, fault); !fault && next != fs::directory_iterator();
       next.increment(fault))
    if (const std::string name = next->path().filename().string(); name.starts_with(prefix))
      names.push_back(name);
  return names;
}

}  // namespace touchstone::host
