#include "conformance/adapters/exec/file_bridge.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::adapters::exec {
namespace {

using harness::Json;
using harness::ManifestErrc;

constexpr std::string_view folder_name = ".exec";
constexpr std::string_view file_ending = ":file";
constexpr std::string_view output_ending = ":output";

std::string without(std::string_view name, std::string_view ending) {
  return std::string(name.substr(0, name.size() - ending.size()));
}

Result<std::string> content_of(const std::string& name, const Json& value) {
  if (!value.is_string()) return value.dump();
  if (!name.ends_with("_b64")) return value.get<std::string>();
  const auto octets = harness::from_base64(value.get_ref<const std::string&>());
  if (!octets) return fail(ManifestErrc::value, fmt::format("{} is not base64", name));
  return std::string(as_text(*octets));
}

}  // namespace

FileBridge::FileBridge(const std::filesystem::path& sandbox) : sandbox_(sandbox) {}

FileBridge::~FileBridge() {
  std::error_code ignored;
  std::filesystem::remove_all(sandbox_ / folder_name, ignored);
}

Result<std::string> FileBridge::put(const std::string& name, const Json& value) {
  TOUCHSTONE_TRY(const std::string content, content_of(name, value));
  const auto file = std::filesystem::path(folder_name) / fmt::format("{}.{}", name, ++files_);
  std::error_code error;
  std::filesystem::create_directory(sandbox_ / folder_name, error);
  std::ofstream stream(sandbox_ / file, std::ios::binary);
  ::chmod((sandbox_ / file).c_str(), 0600);
  stream << content << std::flush;
  if (!stream) return fail(ManifestErrc::value, fmt::format("{} cannot be written", file.string()));
  return file.string();
}

Result<Json> FileBridge::file_of(const std::string& argument, const Json& args) {
  Json value = argument == "args" ? args : args.value(argument, Json());
  if (value.is_null()) return value;
  if (!value.is_array()) return put(argument, value);
  Json names = Json::array();
  for (const Json& element : value) {
    TOUCHSTONE_TRY(const std::string name, put(argument, element));
    names.push_back(name);
  }
  return names;
}

Result<Json> FileBridge::arguments(const harness::ExecOp& exec, const Json& args) {
  Json all = args;
  for (const std::string& name : exec.argv.placeholders()) {
    if (name.ends_with(file_ending)) {
      TOUCHSTONE_TRY(all[name], file_of(without(name, file_ending), args));
    } else if (name.ends_with(output_ending)) {
      outputs_.push_back(without(name, output_ending));
      std::error_code error;
      std::filesystem::create_directory(sandbox_ / folder_name, error);
      all[name] = (std::filesystem::path(folder_name) / outputs_.back()).string();
    }
  }
  return all;
}

Result<void> FileBridge::collect(Json& obs) const {
  for (const std::string& name : outputs_) {
    std::ifstream stream(sandbox_ / folder_name / name, std::ios::binary);
    if (!stream) continue;
    const std::string content(std::istreambuf_iterator<char>(stream), {});
    if (name == "obs") {
      const Json members = Json::parse(content, nullptr, false);
      if (!members.is_object())
        return fail(ManifestErrc::syntax, "the output obs is not a JSON object");
      obs.update(members);
    } else if (name.ends_with("_b64")) {
      obs[name] = harness::to_base64(as_octets(content));
    } else {
      obs[name] = content;
    }
  }
  return {};
}

}  // namespace touchstone::conformance::adapters::exec
