#include "tools/touchstone/sweep/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>

#include "reference/base/octets.h"
#include "reference/crypto/digest.h"

namespace touchstone::tool {
namespace {

constexpr std::size_t max_answer = 1 << 20;

void redirect(int descriptor, const std::filesystem::path& path, int flags) {
  if (path.empty()) return;
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
}

[[noreturn]] void become(const Child& child, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  redirect(STDIN_FILENO, child.input.empty() ? "/dev/null" : child.input, O_RDONLY);
  redirect(STDOUT_FILENO, child.output, O_WRONLY | O_CREAT | O_TRUNC);
  redirect(STDERR_FILENO, child.errors, O_WRONLY | O_CREAT | O_TRUNC);
  if (output >= 0) ::dup2(output, STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& word : child.argv)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  ::_exit(127);
}

int wait_for(pid_t id) {
  int status = 0;
  while (::waitpid(id, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    if (text.size() < max_answer) text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

Result<std::string> digest_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(std::errc::no_such_file_or_directory, path.string() + " cannot be read");
  crypto::Sha256 hash;
  std::array<char, 65536> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    hash.update(OctetView(reinterpret_cast<const std::uint8_t*>(piece.data()),
                          static_cast<std::size_t>(file.gcount())));
  const crypto::Sha256Value value = hash.finish();
  return fmt::format("{:02x}", fmt::join(value.begin(), value.begin() + 6, ""));
}

}  // namespace

int run_child(const Child& child) {
  const pid_t id = ::fork();
  if (id == 0) become(child, -1);
  return id < 0 ? 127 : wait_for(id);
}

Answer ask_child(const Child& child) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {127, {}};
  const pid_t id = ::fork();
  if (id == 0) become(child, ends[1]);
  ::close(ends[1]);
  Answer answer;
  answer.output = read_all(ends[0]);
  ::close(ends[0]);
  answer.status = id < 0 ? 127 : wait_for(id);
  return answer;
}

std::filesystem::path own_path() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

std::filesystem::path find_simulator() {
  std::filesystem::path beside = own_path().parent_path() / "touchstone-sim";
  if (std::filesystem::exists(beside)) return beside;
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const std::string_view folder = left.substr(0, left.find(':'));
    left.remove_prefix(std::min(folder.size() + 1, left.size()));
    const auto found = std::filesystem::path(folder) / "touchstone-sim";
    if (::access(found.c_str(), X_OK) == 0) return found;
  }
  return {};
}

Result<std::string> version_of(const std::filesystem::path& simulator) {
  const Answer answer = ask_child({{simulator.string(), "--version"}});
  if (answer.status != 0)
    return fail(std::errc::no_such_file_or_directory,
                fmt::format("`{} --version` gives status {}", simulator.string(), answer.status));
  TOUCHSTONE_TRY(const std::string digest, digest_of_file(simulator));
  const std::string first_line = answer.output.substr(0, answer.output.find('\n'));
  return fmt::format("{} sha256:{}", first_line, digest);
}

std::string quote_for_shell(const std::string& text) {
  std::string quoted = "'";
  for (const char one : text)
    quoted += one == '\'' ? "'\\''" : std::string(1, one);
  return quoted + "'";
}

}  // namespace touchstone::tool
