#pragma once
// The requirement catalogue and the interpretation register, compiled in from the TOML files of
// this folder (README.md gives their format).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::conformance::requirements {

struct Requirement {
  std::string id;
  std::string group;   ///< the letters of the id and the title of its file
  std::string source;  ///< the clause that says it
  std::string mark;    ///< E explicit, I implied, D our decision
  std::string level;   ///< MUST, SHOULD, MAY, FACT
  std::string text;    ///< in our words
  bool testable = true;
  std::string reason;  ///< why no test can show it
};

struct Interpretation {
  std::string id;
  std::vector<std::string> requirements;
  std::string question;
  std::map<std::string, std::string> readings;  ///< letter to meaning
  std::map<std::string, std::string> profiles;  ///< profile to letter
};

struct Catalogue {
  std::vector<Requirement> requirements;
  std::vector<Interpretation> interpretations;

  [[nodiscard]] const Requirement* find(std::string_view id) const noexcept;
  /// The choice of `profile` for every entry. Error: no entry names the profile.
  [[nodiscard]] Result<std::map<std::string, std::string>> readings(std::string_view profile) const;
};

/// One file of the folder: its name and its text.
struct SourceFile {
  std::string_view name;
  std::string_view text;
};

/// Error: ManifestErrc with file and key.
Result<Catalogue> parse_catalogue(const std::vector<SourceFile>& files);

/// The compiled-in catalogue; a fault in it stops the program.
[[nodiscard]] const Catalogue& catalogue();

/// The compiled-in files: requirements/*.toml and defects/*.toml (data.cpp, made by CMake).
[[nodiscard]] const std::vector<SourceFile>& requirement_files();
[[nodiscard]] const std::vector<SourceFile>& defect_files();

}  // namespace touchstone::conformance::requirements
