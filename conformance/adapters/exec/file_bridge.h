#pragma once
// How a command that knows files alone serves an operation on octets: `{NAME:file}` in an argv
// template is a file made from an argument, `{NAME:output}` one that the command makes.

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/harness/iut.h"

namespace touchstone::conformance::adapters::exec {

/// The files of one operation, in a folder `.exec` of the sandbox that is gone when this is.
class FileBridge {
 public:
  explicit FileBridge(const std::filesystem::path& sandbox);
  ~FileBridge();
  FileBridge(const FileBridge&) = delete;
  FileBridge& operator=(const FileBridge&) = delete;

  /// `args`, and under `NAME:file` and `NAME:output` the names of the files that `exec` asks for,
  /// relative to the sandbox. A file (0600) holds the octets of an argument that ends in `_b64`,
  /// the text of another string, all of `args` under the name `args`, and JSON for the rest; a list
  /// is a list of files. An absent or null argument has no file. Error: not base64, or no room.
  Result<harness::Json> arguments(const harness::ExecOp& exec, const harness::Json& args);

  /// What the command left in its outputs becomes a member of `obs`: base64 for a name in `_b64`,
  /// the members of a JSON object for `obs`, text for the rest. An absent file adds nothing.
  Result<void> collect(harness::Json& obs) const;

 private:
  Result<std::string> put(const std::string& name, const harness::Json& value);
  Result<harness::Json> file_of(const std::string& argument, const harness::Json& args);

  std::filesystem::path sandbox_;
  std::vector<std::string> outputs_;  ///< arguments
  int files_ = 0;
};

}  // namespace touchstone::conformance::adapters::exec
