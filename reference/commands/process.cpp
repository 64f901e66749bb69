#include "reference/commands/process.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference/base/exit_class.h"
#include "reference/commands/command.h"
#include "reference/crypto/random.h"
#include "reference/host/harden.h"
#include "reference/host/posix_files.h"
#include "reference/host/process.h"
#include "reference/host/system_clock.h"
#include "reference/host/terminal.h"

namespace touchstone::commands {
namespace {

/// What cannot be written stands in std::ferror, which is asked at the end.
Sink to(std::FILE* stream) {
  return [stream](std::string_view text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stream));
    static_cast<void>(std::fflush(stream));
  };
}

int run_on_machine(std::string_view tool, std::span<const std::string> args) {
  const host::SystemClock clock;
  crypto::SystemRandom random;
  Environment environment{
      .out = to(stdout),
      .err = to(stderr),
      .err_is_terminal = host::error_stream_is_terminal(),
      .elapsed = host::stopwatch(),
      .clock = clock,
      .random = random,
      .user_id = host::user_id(),
      .files = [](bool lax) { return std::make_unique<host::PosixFiles>(lax); },
      .passphrases = host::open_passphrase_source,
  };
  const int code = run(tool, args, environment);
  if (std::ferror(stdout) == 0 || code != 0) return code;
  environment.err(std::string(tool) + ": standard output: write: what was to be said is lost\n");
  return static_cast<int>(ExitClass::write);
}

/// Takes the values of keys out of what other users see of this process (PK-09).
void hide_keys(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::size_t end = word.find("-preshared-key");
    const bool separate = end != std::string_view::npos && word.ends_with("-preshared-key");
    if (separate && i + 1 < argc)
      std::ranges::fill(std::span(argv[i + 1], std::strlen(argv[i + 1])), 'x');
    const std::size_t equals = end == std::string_view::npos ? end : word.find('=', end);
    if (equals != std::string_view::npos)
      std::ranges::fill(std::span(argv[i], word.size()).subspan(equals + 1), 'x');
  }
}

}  // namespace

int run_process(std::string_view tool, int argc, char** argv) {
  host::choose_defect();
  host::harden_process();
  try {
    const std::vector<std::string> args(argv + std::min(argc, 1), argv + argc);
    hide_keys(argc, argv);
    return run_on_machine(tool, args);
  } catch (const std::exception& unexpected) {
    static_cast<void>(std::fprintf(stderr, "%.*s: internal: %s\n", static_cast<int>(tool.size()),
                                   tool.data(), unexpected.what()));
  }
  return 1;
}

}  // namespace touchstone::commands
