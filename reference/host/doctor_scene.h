#pragma once
// What the checks of the doctor look at: the files under the root, seen once.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/host/doctor.h"

namespace touchstone::host {

struct DoctorFile {
  std::string path;  ///< with the root in front
  std::string name;  ///< last part
  FileInfo info;
};

struct DoctorScene {
  Files& files;
  const DoctorPlaces& places;
  std::vector<DoctorFile> found;     ///< everything under the root, in order of path
  std::vector<DoctorFile> keyrings;  ///< named keyring.csv
  std::vector<DoctorFile> backups;   ///< keyring.YYMMDDhhmmss.csv
  std::vector<DoctorFile> databases;
  std::vector<DoctorFile> private_keys;

  /// The file that the service reads (KR-22).
  [[nodiscard]] std::string master() const { return places.root + "/keyring.csv"; }
  [[nodiscard]] const DoctorFile* find(std::string_view path) const;
};

[[nodiscard]] DoctorScene look_around(Files& files, const DoctorPlaces& places);

/// All of a small text file; nothing if it cannot be read. Works on /proc, whose files have no
/// size.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);

/// The files that begin with `prefix` in the folder `path`.
[[nodiscard]] std::vector<std::string> names_in(const std::string& path, std::string_view prefix);

}  // namespace touchstone::host
