#include "conformance/adapters/reference/command_operations.h"

#include <unistd.h>

#include <algorithm>
#include <span>

#include "reference/base/passphrase_source.h"
#include "reference/commands/command.h"
#include "reference/commands/environment.h"
#include "reference/commands/errc.h"
#include "reference/crypto/random.h"
#include "reference/host/descriptor.h"
#include "reference/host/posix_files.h"
#include "reference/host/system_clock.h"

namespace touchstone::conformance::adapters::reference {
namespace {

// Gives the typed lines one by one, over all sources that one run opens.
class TypedLines final : public PassphraseSource {
 public:
  TypedLines(const std::vector<std::string>& lines, std::size_t& next)
      : lines_(lines), next_(next) {}

  Result<SecretOctets> ask(std::string_view) override {
    if (next_ == lines_.size())
      return fail(commands::Errc::no_passphrase, "the passphrases are used up");
    return copy_secret(as_octets(lines_[next_++]));
  }

 private:
  const std::vector<std::string>& lines_;
  std::size_t& next_;
};

std::string_view without_python_ending(std::string_view name) {
  if (name.ends_with(".py")) name.remove_suffix(3);
  return name;
}

}  // namespace

bool has_command(std::string_view name) {
  return std::ranges::any_of(commands::all_commands(), [&](const commands::Command& command) {
    return command.name == without_python_ending(name);
  });
}

Response run_command(const std::vector<std::string>& argv, const std::vector<std::string>& lines) {
  std::string out;
  std::string err;
  std::size_t next_line = 0;
  host::SystemClock clock;
  crypto::SystemRandom random;
  commands::Environment environment{
      .out = [&](std::string_view text) { out += text; },
      .err = [&](std::string_view text) { err += text; },
      .clock = clock,
      .random = random,
      .user_id = static_cast<std::uint32_t>(::getuid()),
      .files = [](bool lax) { return std::make_unique<host::PosixFiles>(lax); },
      .passphrases =
          [&](std::optional<int>) { return std::make_unique<TypedLines>(lines, next_line); }};
  const int status = commands::run(argv.front(), std::span(argv).subspan(1), environment);
  Response response =
      accepted({{"exit", status}, {"stdout", std::move(out)}, {"stderr", std::move(err)}});
  return response;
}

int run_on_descriptors(const std::vector<std::string>& argv,
                       const std::vector<std::string>& lines) {
  const Response response = run_command(argv, lines);
  const auto tell = [&](int descriptor, const char* member) {
    const std::string text = response.obs.at(member).get<std::string>();
    return host::write_all(descriptor, as_octets(text));
  };
  const bool told = tell(STDOUT_FILENO, "stdout") && tell(STDERR_FILENO, "stderr");
  return told ? response.obs.at("exit").get<int>() : 126;
}

}  // namespace touchstone::conformance::adapters::reference
