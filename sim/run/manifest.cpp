#include "sim/run/manifest.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reference/crypto/digest.h"

namespace touchstone::sim {
namespace {

using Json = nlohmann::ordered_json;

std::unexpected<Error> broken(const std::string& path, const char* what) {
  return fail(std::errc::io_error, path + ": " + what);
}

Result<std::string> read(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return broken(path, "cannot be read");
  return text.str();
}

Result<void> write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (!file) return broken(path, "cannot be written");
  return {};
}

/// Of the event log and the captures; what differs from run to run is not among them.
Result<Json> hashes_of(const std::string& folder) {
  std::vector<std::string> names{"metrics.jsonl"};
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".pcap") names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  Json all = Json::object();
  for (const std::string& name : names) {
    TOUCHSTONE_TRY(all[name], hash_file(folder + "/" + name));
  }
  return all;
}

}  // namespace

Result<std::string> hash_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return broken(path, "cannot be read");
  crypto::Sha256 hash;
  std::vector<char> piece(1 << 16);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    hash.update(as_octets({piece.data(), static_cast<std::size_t>(file.gcount())}));
  return to_hex(hash.finish());
}

Result<void> write_report(const std::string& folder, const Scenario& scenario,
                          const RunResult& result) {
  const std::string text = print_scenario(scenario);
  TOUCHSTONE_TRY_VOID(write(folder + "/summary.json", result.summary));
  TOUCHSTONE_TRY_VOID(write(folder + "/scenario.toml", text));
  Json manifest;
  manifest["schema"] = 1;
  manifest["version"] = TOUCHSTONE_VERSION;
  manifest["scenario"] = "scenario.toml";
  manifest["scenario_sha256"] = to_hex(crypto::sha256(as_octets(text)));
  manifest["world"] = scenario.world;
  manifest["seed"] = scenario.seed;
  TOUCHSTONE_TRY(manifest["files"], hashes_of(folder));
  return write(folder + "/manifest.json", manifest.dump(2) + "\n");
}

Result<Replay> replay(const std::string& manifest_path, const Worlds& worlds,
                      const std::string& report) {
  TOUCHSTONE_TRY(const std::string text, read(manifest_path));
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object() || manifest.value("schema", 0) != 1 || !manifest.contains("files"))
    return broken(manifest_path, "is no manifest of a run");
  const std::string folder = std::filesystem::path(manifest_path).parent_path().string();
  const std::string path =
      (folder.empty() ? "." : folder) + "/" + manifest.value("scenario", "scenario.toml");
  TOUCHSTONE_TRY(const std::string scenario_text, read(path));
  if (to_hex(crypto::sha256(as_octets(scenario_text))) != manifest.value("scenario_sha256", ""))
    return broken(path, "is not the scenario of the manifest");
  TOUCHSTONE_TRY(const Scenario scenario, parse_scenario(scenario_text, path));
  Replay done;
  TOUCHSTONE_TRY(done.result, run(scenario, worlds, {.report = report}));
  TOUCHSTONE_TRY(const Json hashes, hashes_of(report));
  for (const auto& [name, was] : manifest["files"].items()) {
    ++done.compared;
    const std::string is = hashes.value(name, "missing");
    if (was != is) done.differences.push_back({name, was, is});
  }
  return done;
}

}  // namespace touchstone::sim
