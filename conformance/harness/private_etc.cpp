#include "conformance/harness/private_etc.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "conformance/harness/etc_layers.h"
#include "conformance/harness/traced_command.h"

namespace touchstone::conformance::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view skip_mark = "no private /etc: ";

bool is_root() {
  return ::geteuid() == 0;
}

std::string read_all(int file) {
  std::string text;
  std::array<char, 65536> buffer{};
  ::lseek(file, 0, SEEK_SET);
  for (ssize_t got = 0; (got = ::read(file, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

/// What can be read of the machine's /etc, owned by the caller. Sockets and what others may not
/// read are left out, links are kept as they are.
std::string copy_machine_etc(const fs::path& copy) {
  std::error_code error;
  fs::create_directories(copy, error);
  const auto links = fs::copy_options::copy_symlinks | fs::copy_options::overwrite_existing;
  const auto readable = fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator entry("/etc", readable, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path target = copy / entry->path().lexically_relative("/etc");
    std::error_code one;  // of a file that cannot be read
    if (entry->is_directory(one) && !entry->is_symlink(one))
      fs::create_directory(target, one), ::chmod(target.c_str(), 0755);
    else if (entry->is_symlink(one) || entry->is_regular_file(one))
      fs::copy(entry->path(), target, links, one);
  }
  return error ? fmt::format("a copy of /etc: {}", error.message()) : std::string();
}

/// A layer of white-outs for the names that the machine shall not show.
std::string make_hiding_layer(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const std::string_view name : hidden_names())
    if (::mknod((folder / name).c_str(), S_IFCHR, 0) != 0 && errno != EEXIST)
      return fmt::format("a white-out: {}", std::strerror(errno));
  return {};
}

// The trace is a sequence of records: a letter, a size in ten digits, and as many octets.
void read_trace(std::string_view text, PrivateRun& run) {
  while (text.size() > 11) {
    const char kind = text.front();
    std::size_t size = 0;
    std::from_chars(text.data() + 1, text.data() + 11, size);
    const std::string_view octets = text.substr(11, size);
    text.remove_prefix(std::min(11 + size, text.size()));
    if (kind == trace_fault) run.fault = octets;
    if (kind == trace_signal)
      std::from_chars(octets.data(), octets.data() + octets.size(), run.process.signal);
    if (kind != trace_program) continue;
    std::vector<std::string>& arguments = run.executed.emplace_back();
    for (std::size_t at = 0; at < octets.size();) {
      const std::size_t end = std::min(octets.find('\0', at), octets.size());
      arguments.emplace_back(octets.substr(at, end - at));
      at = end + 1;
    }
  }
}

}  // namespace

/// The folders of one run.
struct PrivateEtc::Layers {
  EtcLayers mounts;
  fs::path parts;  ///< upper and work, gone after the run
};

const std::vector<std::string_view>& hidden_names() {
  static const std::vector<std::string_view> names{"racoon",
                                                   "racoon.conf",
                                                   "racoon-tool.conf",
                                                   "sysconfig",
                                                   "sysconf",
                                                   "ntp.conf",
                                                   "ipsec-tools.conf",
                                                   "ipsec-tools.d",
                                                   "wpa_cert",
                                                   "wpa_supplicant.conf",
                                                   ".mediagateway.unfinished",
                                                   ".mediagateway.finished"};
  return names;
}

bool is_generator(std::string_view op) {
  return op == "cmd.ipsec" || op == "cmd.net8021x" || op == "cmd.localNTP";
}

PrivateEtc::PrivateEtc(fs::path workspace) : workspace_(std::move(workspace)) {}

PrivateEtc::~PrivateEtc() {
  std::error_code ignored;
  fs::remove_all(workspace_, ignored);
}

/// Empty, or what is in the way.
std::string PrivateEtc::prepare(const fs::path& sandbox, Layers& layers) {
  std::error_code error;
  const fs::path hiding = workspace_ / "hidden";
  if (!fs::exists(hiding, error))
    if (std::string fault = make_hiding_layer(hiding); !fault.empty()) return fault;
  const fs::path copy = workspace_ / "etc";
  if (!is_root() && !fs::exists(copy, error))
    if (std::string fault = copy_machine_etc(copy); !fault.empty()) return fault;
  layers.parts = workspace_ / fmt::format("run-{}", ++runs_);
  layers.mounts = {.etc = sandbox / "etc",
                   .hiding = hiding,
                   .machine = is_root() ? fs::path("/etc") : copy,
                   .upper = layers.parts / "upper",
                   .work = layers.parts / "work",
                   .run = sandbox / "run",
                   .programs = sandbox / "sbin"};
  for (const fs::path& folder : {layers.mounts.etc, layers.mounts.run})
    if (fs::create_directory(folder, error)) ::chmod(folder.c_str(), 0755);
  for (const fs::path& folder : {layers.mounts.upper, layers.mounts.work})
    fs::create_directories(folder, error);
  // Over the machine's /etc the command sees its mode, not that of a sandbox.
  if (::chmod(layers.mounts.upper.c_str(), 0755) != 0)
    return fmt::format("{}: {}", layers.mounts.upper.string(), std::strerror(errno));
  return {};
}

PrivateRun PrivateEtc::capture(const fs::path& sandbox, const ProcessRequest& request,
                               const std::function<int()>& command, std::optional<unsigned> umask) {
  PrivateRun run;
  Layers layers;
  run.fault = prepare(sandbox, layers);
  if (!run.fault.empty()) return run;
  const int trace = ::memfd_create("trace", MFD_CLOEXEC);
  ProcessRequest placed = request;
  if (placed.folder.empty()) placed.folder = sandbox;
  run.process = run_forked(placed, [&] {
    if (const std::string fault = enter_layers(layers.mounts); !fault.empty())
      return note_trace(trace, trace_fault, fault), could_not_trace;
    if (umask) ::umask(static_cast<mode_t>(*umask));
    // The mounts are over the folders by which the command was entered.
    if (::chdir(placed.folder.c_str()) != 0) return could_not_trace;
    return trace_command(command, trace);
  });
  read_trace(read_all(trace), run);
  ::close(trace);
  if (run.process.signal != 0) run.process.exit_status = -1;
  if (run.fault.empty() && !run.process.timed_out) merge_changes(layers.mounts);
  std::error_code ignored;
  fs::remove_all(layers.parts, ignored);
  return run;
}

PrivateRun PrivateEtc::run(const fs::path& sandbox, const ProcessRequest& request,
                           std::optional<unsigned> umask) {
  std::vector<std::string> argv = request.argv;
  if (argv.empty()) {
    PrivateRun nothing;
    nothing.process.started = false;
    return nothing;
  }
  argv.front() = resolve_program(argv.front(), request.search_folder);
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (std::string& argument : argv)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return capture(
      sandbox, request,
      [&] {
        ::execvp(pointers[0], pointers.data());
        return 127;
      },
      umask);
}

PrivateRun PrivateEtc::run_body(const fs::path& sandbox, const ProcessRequest& request,
                                const std::function<int()>& body, std::optional<unsigned> umask) {
  return capture(sandbox, request, body, umask);
}

Response cannot_capture(std::string_view fault) {
  Response response;
  response.status = Status::error;
  response.detail = fmt::format("{}{}", skip_mark, fault);
  return response;
}

bool is_skip(const Response& response) {
  return response.status == Status::error && response.detail.starts_with(skip_mark);
}

std::optional<unsigned> umask_of(const Json& args) {
  const auto found = args.find("umask");
  if (found == args.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<unsigned>() & 0777;
}

void tell_executed(const PrivateRun& run, Json& obs) {
  obs["executed"] = run.executed;
}

}  // namespace touchstone::conformance::harness
