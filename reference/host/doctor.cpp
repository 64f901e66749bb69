#include "reference/host/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "reference/base/defect.h"
#include "reference/diameter/config.h"
#include "reference/diameter/config_codes.h"
#include "reference/host/doctor_scene.h"
#include "reference/host/sqlite_key_database.h"
#include "reference/keyring/keyring_file.h"
#include "reference/kms/audit.h"
#include "reference/kms/tombstones.h"
#include "reference/lks/audit.h"

namespace touchstone::host {
namespace {

using Level = Diagnosis::Level;

/// What a check says; its name is in the table below.
struct Answer {
  Level level = Level::ok;
  std::string text;
};

Answer ok(std::string text) {
  return {Level::ok, std::move(text)};
}
Answer warn(std::string text) {
  return {Level::warn, std::move(text)};
}
Answer fault(std::string text) {
  return {Level::fail, std::move(text)};
}

/// What is wrong with the access to a secret file (KR-24); empty if nothing is.
std::string secret_fault(const DoctorFile& file) {
  const std::uint32_t caller = ::geteuid();
  if (file.info.kind != FileInfo::Kind::regular)
    return fmt::format("{} is not a regular file", file.path);
  if ((file.info.mode & (TOUCHSTONE_DEFECT("OP-04.group_unchecked") ? 007 : 077)) != 0)
    return fmt::format("{} has mode {:04o}; chmod 600 it", file.path, file.info.mode);
  if (caller != 0 && file.info.owner != caller)
    return fmt::format("{} belongs to uid {}", file.path, file.info.owner);
  return {};
}

Answer check_secrets(const std::vector<DoctorFile>& files, std::string_view what) {
  for (const DoctorFile& file : files)
    if (const std::string found = secret_fault(file); !found.empty()) return fault(found);
  return ok(fmt::format("{} {}, for their owner alone", files.size(), what));
}

Answer check_folders(const DoctorScene& scene) {
  const auto root = scene.files.info(scene.places.root);
  if (!root || root->kind != FileInfo::Kind::directory)
    return fault(fmt::format("{} is not a folder", scene.places.root));
  std::vector<DoctorFile> folders = {{scene.places.root, "", *root}};
  for (const DoctorFile& file : scene.found)
    if (file.info.kind == FileInfo::Kind::directory) folders.push_back(file);
  for (const DoctorFile& folder : folders)
    if ((folder.info.mode & 022) != 0)
      return fault(fmt::format("{} has mode {:04o}: others may replace files in it", folder.path,
                               folder.info.mode));
  return ok(fmt::format("{} folders that only their owner changes", folders.size()));
}

Answer check_keyring_mode(const DoctorScene& scene) {
  if (scene.find(scene.master()) == nullptr)
    return warn(fmt::format("{} is missing; generate_gw_keys makes it", scene.master()));
  return check_secrets(scene.keyrings, "keyrings");
}

Answer check_one_owner(const DoctorScene& scene) {
  const DoctorFile* master = scene.find(scene.master());
  if (master == nullptr) return ok("no keyring");
  for (const auto* files : {&scene.keyrings, &scene.backups, &scene.private_keys})
    for (const DoctorFile& file : *files)
      if (file.info.owner != master->info.owner)
        return fault(fmt::format("{} belongs to uid {}, the keyring to uid {}", file.path,
                                 file.info.owner, master->info.owner));
  return ok(fmt::format("all secrets belong to uid {}", master->info.owner));
}

Answer check_backup_modes(const DoctorScene& scene) {
  return check_secrets(scene.backups, "backups");
}

Answer check_private_keys(const DoctorScene& scene) {
  return check_secrets(scene.private_keys, "private keys");
}

Answer check_database_modes(const DoctorScene& scene) {
  return check_secrets(scene.databases, "databases");
}

Answer check_logs(const DoctorScene& scene) {
  std::size_t logs = 0;
  for (const DoctorFile& file : scene.found) {
    if (!file.name.ends_with(".log")) continue;
    ++logs;
    if (file.info.kind != FileInfo::Kind::regular)
      return fault(fmt::format("{} is not a regular file (KM-10)", file.path));
    if ((file.info.mode & 027) != 0)
      return fault(fmt::format("{} has mode {:04o}; chmod 640 it", file.path, file.info.mode));
  }
  return ok(fmt::format("{} logs, none for everybody", logs));
}

/// Names that a run which was cut short may leave; a finished one leaves none of them.
bool is_left_over(std::string_view name) {
  const bool ours =
      name.starts_with('.') && (name.ends_with(".pending") || name.ends_with(".unfinished"));
  return ours || name.ends_with(".tmp") || name.ends_with("~") || name.ends_with("-journal");
}

Answer check_left_over(const DoctorScene& scene) {
  for (const DoctorFile& file : scene.found)
    if (file.info.kind == FileInfo::Kind::regular && is_left_over(file.name))
      return fault(
          fmt::format("{} is left of a run that was cut short; it may hold keys", file.path));
  if (TOUCHSTONE_DEFECT("OP-04.sound_is_a_fault")) return fault("a temporary file is left");
  return ok("no temporary files");
}

Answer check_backup(const DoctorScene& scene) {
  if (TOUCHSTONE_DEFECT("OP-03.no_warning")) return ok("backups are your affair");
  if (scene.find(scene.master()) != nullptr && scene.backups.empty())
    return warn("no backup of the keyring; copy it to another place before uninstalling (OP-03)");
  return ok(fmt::format("{} backups", scene.backups.size()));
}

/// utilities run in kms-utils with a relative -m make a keyring that no service reads.
Answer check_master_path(const DoctorScene& scene) {
  for (const DoctorFile& file : scene.keyrings)
    if (file.path != scene.master())
      return warn(
          fmt::format("{} is not the file that the service reads, {}", file.path, scene.master()));
  return ok("no keyring in a place that the service does not read");
}

/// Reading is for check_keyring_mode to judge; here the content counts.
Answer check_keyring(const DoctorScene& scene) {
  if (scene.find(scene.master()) == nullptr) return ok("no keyring");
  const auto content = scene.files.read(scene.master(), keyring::max_file_octets, Access::any);
  if (!content) return fault(fmt::format("{} cannot be read", scene.master()));
  Findings findings;
  const auto keys = keyring::parse_keyring(*content, {}, findings);
  if (!keys)
    return fault(
        fmt::format("{}: {}; see keyring_lint", scene.master(), keys.error().code.message()));
  if (!findings.empty())
    return warn(
        fmt::format("{} findings; see keyring_lint --strict {}", findings.size(), scene.master()));
  return ok(fmt::format("{} nodes", keys->nodes.size()));
}

/// The trail of KU-28 and the tombstones of KU-27, which stand beside the keyring.
Answer check_trail(const DoctorScene& scene) {
  const std::string path = kms::audit_name(scene.master());
  if (scene.find(path) == nullptr) return ok("no audit trail");
  const auto content = scene.files.read(path, keyring::max_file_octets, Access::any);
  if (!content) return fault(fmt::format("{} cannot be read", path));
  const auto lines = kms::check_audit(*content);
  if (!lines) return fault(fmt::format("{}: {}", path, lines.error().detail));
  return ok(fmt::format("{} unbroken lines", *lines));
}

Answer check_tombstones(const DoctorScene& scene) {
  const auto stones = kms::read_tombstones(scene.files, scene.master());
  if (!stones)
    return fault(
        fmt::format("{}: {}", kms::tombstones_name(scene.master()), stones.error().detail));
  return ok(fmt::format("{} removed nodes", stones->stones.size()));
}

/// Permissions are another check's.
Result<std::size_t> check_database(Files& files, const std::string& path) {
  SqliteKeyDatabases databases(files, SqliteKeyDatabases::Permissions::lax);
  TOUCHSTONE_TRY(const auto database, databases.open(path));
  TOUCHSTONE_TRY(const lks::Network network, database->network());
  TOUCHSTONE_TRY(const auto entries, database->audit());
  TOUCHSTONE_TRY_VOID(lks::check_audit(entries));
  return entries.size();
}

Answer check_databases(const DoctorScene& scene) {
  for (const DoctorFile& file : scene.databases)
    if (const auto entries = check_database(scene.files, file.path); !entries)
      return fault(fmt::format("{}: {} {}", file.path, entries.error().code.message(),
                               entries.error().detail));
  return ok(fmt::format("{} databases with an unbroken audit", scene.databases.size()));
}

/// The ports in state LISTEN of a table such as /proc/net/tcp: "sl local remote st ...".
std::set<std::uint16_t> listening_ports(std::string_view table) {
  std::set<std::uint16_t> ports;
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(line.size() + 1, table.size()));
    const std::size_t local_colon = line.find(':', line.find(':') + 1);
    const std::size_t remote_colon = line.find(':', local_colon + 1);
    if (remote_colon == std::string_view::npos || remote_colon + 8 > line.size()) continue;
    constexpr std::string_view listen = "0A";
    if (line.substr(remote_colon + 6, 2) != listen) continue;
    std::uint16_t port = 0;
    std::from_chars(line.data() + local_colon + 1, line.data() + local_colon + 5, port, 16);
    ports.insert(port);
  }
  return ports;
}

Answer check_listeners(const DoctorScene& scene) {
  const auto tcp = read_text(scene.places.proc + "/net/tcp");
  if (!tcp) return warn(fmt::format("{}/net/tcp cannot be read", scene.places.proc));
  std::set<std::uint16_t> ports = listening_ports(*tcp);
  ports.merge(listening_ports(read_text(scene.places.proc + "/net/tcp6").value_or("")));
  if (ports.contains(21)) return fault("something listens on port 21 (ftp); switch it off (4.2)");
  if (ports.contains(23))
    return fault("something listens on port 23 (telnet); switch it off (4.2)");
  return ok("no listener on 21 (ftp) or 23 (telnet)");
}

/// Which certificate the service has is not written in the file, so that TLS counts as possible.
Answer check_diameter(const DoctorScene& scene) {
  const std::string path = scene.places.root + "/diameter_server.conf";
  const auto text = read_text(path);
  if (!text) return ok("no diameter_server.conf");
  const bool tunnel = !names_in(scene.places.network_scripts, "ifcfg-ipsec").empty();
  Findings findings;
  const auto config = diameter::parse_config(
      as_octets(*text), {.surroundings = {.has_certificate = true, .has_ipsec = tunnel}}, findings);
  if (!config) return fault(fmt::format("{}: {}", path, config.error().detail));
  for (const Finding& finding : findings)
    if (finding.code == diameter::config_code(diameter::ConfigCode::cleartext).code &&
        !TOUCHSTONE_DEFECT("OP-04.clear_is_fine"))
      return fault(fmt::format("{}: {}: {} (5.5)", path, finding.code, finding.text));
  if (!findings.empty())
    return warn(fmt::format("{} (and {} more)", print_finding(path, findings.front()),
                            findings.size() - 1));
  return ok(tunnel ? "IPsec is set up" : "TLS is demanded");
}

/// The limit of the parent, which is what the other programs of this session have: the commands of
/// this tree forbid cores for themselves.
Answer check_cores(const DoctorScene& scene) {
  const std::string path = fmt::format("{}/{}/limits", scene.places.proc, ::getppid());
  const auto limits = read_text(path);
  if (!limits) return warn(fmt::format("{} cannot be read", path));
  constexpr std::string_view label = "Max core file size";
  const std::size_t at = limits->find(label);
  const std::size_t value =
      at == std::string::npos ? at : limits->find_first_not_of(' ', at + label.size());
  if (value == std::string::npos || limits->compare(value, 2, "0 ") != 0)
    return warn("core dumps are allowed here and would hold keys; ulimit -c 0");
  return ok("no core dumps");
}

struct Check {
  std::string_view name;
  Answer (*run)(const DoctorScene&);
};

constexpr std::array<Check, 17> checks = {{
    {"folders", check_folders},
    {"keyring-mode", check_keyring_mode},
    {"one-owner", check_one_owner},
    {"backup-modes", check_backup_modes},
    {"private-keys", check_private_keys},
    {"database-modes", check_database_modes},
    {"logs", check_logs},
    {"left-over", check_left_over},
    {"backup", check_backup},
    {"master-path", check_master_path},
    {"keyring", check_keyring},
    {"trail", check_trail},
    {"tombstones", check_tombstones},
    {"databases", check_databases},
    {"listeners", check_listeners},
    {"diameter", check_diameter},
    {"core-dumps", check_cores},
}};

}  // namespace

std::vector<Diagnosis> examine(Files& files, const DoctorPlaces& places) {
  const DoctorScene scene = look_around(files, places);
  std::vector<Diagnosis> diagnoses;
  for (const Check& check : checks) {
    Answer answer = check.run(scene);
    diagnoses.push_back({check.name, answer.level, std::move(answer.text)});
  }
  return diagnoses;
}

}  // namespace touchstone::host
