#include "tools/touchstone/sweep/engines.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "tools/touchstone/sweep/program.h"

namespace touchstone::tool {
namespace {

namespace fs = std::filesystem;

constexpr int not_found = 127;
constexpr int most_failed = 101;  // parallel: 1..100 jobs have failed, 101: more

std::string lines(const std::vector<std::string>& units) {
  std::string text;
  for (const std::string& unit : units)
    text += unit + "\n";
  return text;
}

std::string own_command(const char* subcommand) {
  return quote_for_shell(own_path().string()) + " " + subcommand;
}

// Options of sbatch in a script are words of a shell in double quotes.
std::string directive(const std::string& option) {
  return fmt::format("#SBATCH {}\n", option);
}

std::string script(const SweepFolder& folder, const std::string& name, const char* output,
                   const std::vector<std::string>& options, const std::string& command) {
  std::string text = "#!/bin/sh\n# Written by `touchstone sweep --slurm`.\n";
  text += directive("--job-name=" + name);
  text += directive(fmt::format("--output=\"{}\"", (folder.path() / "slurm" / output).string()));
  text += directive("--open-mode=append") + directive("--ntasks=1") + directive("--requeue");
  for (const std::string& option : options)
    text += directive(option);
  return text + "exec " + command + "\n";
}

std::string array_script(const SweepFolder& folder, const std::string& name, std::size_t tasks,
                         const fs::path& list, const SweepOptions& options) {
  std::vector<std::string> directives{fmt::format("--array=1-{}", tasks)};
  std::ranges::copy(options.sbatch_options, std::back_inserter(directives));
  return script(folder, name, "%A_%a.txt", directives,
                fmt::format("{} {} --list {} --shard "
                            "\"$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT\"",
                            own_command("sweep-unit"), quote_for_shell(folder.path().string()),
                            quote_for_shell(list.string())));
}

std::string follow_script(const SweepFolder& folder, const std::string& name,
                          const SweepOptions& options) {
  std::string command = fmt::format(
      "{} {} --slurm --out {} --simulator {} --retries {} --tasks {}", own_command("sweep"),
      quote_for_shell(fs::absolute(options.grid).string()), quote_for_shell(folder.path().string()),
      quote_for_shell(options.simulator), options.retries - 1, options.tasks);
  if (!options.shard.empty()) command += " --shard " + quote_for_shell(options.shard);
  if (options.keep_events) command += " --keep-events";
  for (const std::string& option : options.sbatch_options)
    command += " --sbatch=" + quote_for_shell(option);
  return script(folder, name + "-follow", "%j_follow.txt", options.sbatch_options, command);
}

// sbatch --parsable prints `job` or `job;cluster`.
Result<std::string> submit(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{"sbatch", "--parsable"};
  std::ranges::copy(arguments, std::back_inserter(argv));
  const Answer answer = ask_child({argv});
  if (answer.status == not_found)
    return fail(std::errc::no_such_file_or_directory, "sbatch of Slurm is not in PATH");
  std::string job = answer.output.substr(0, answer.output.find_first_of(";\n"));
  if (answer.status != 0 || job.empty())
    return fail(std::errc::operation_not_permitted,
                fmt::format("sbatch gives status {}", answer.status));
  return job;
}

}  // namespace

Result<void> run_parallel(const SweepFolder& folder, const std::vector<std::string>& units,
                          const SweepOptions& options) {
  const fs::path list = folder.path() / "parallel.todo";
  TOUCHSTONE_TRY_VOID(write_text(list, lines(units)));
  std::vector<std::string> argv{"parallel",
                                "--arg-file",
                                list.string(),
                                "--joblog",
                                (folder.path() / "parallel.log").string(),
                                "--retries",
                                std::to_string(std::max(options.retries, 0) + 1)};
  if (!options.jobs.empty()) argv.insert(argv.end(), {"--jobs", options.jobs});
  for (const std::string& login : options.ssh_logins)
    argv.insert(argv.end(), {"--sshlogin", login});
  if (::isatty(STDERR_FILENO) != 0) argv.emplace_back("--bar");
  argv.push_back(own_command("sweep-unit") + " " + quote_for_shell(folder.path().string()) + " {}");
  const int status = run_child({argv});
  if (status <= most_failed) return {};
  if (status == not_found)
    return fail(std::errc::no_such_file_or_directory,
                "GNU parallel is not in PATH; --serial does without");
  return fail(std::errc::operation_not_permitted, fmt::format("parallel gives status {}", status));
}

Result<std::string> run_slurm(const SweepFolder& folder, const std::vector<std::string>& units,
                              const std::string& name, const SweepOptions& options) {
  const fs::path place = folder.path() / "slurm";
  std::error_code error;
  fs::create_directories(place, error);
  // A list of its own for every submission: an older array may still read its one.
  const fs::path list = place / fmt::format("todo.{}.txt", options.retries);
  TOUCHSTONE_TRY_VOID(write_text(list, lines(units)));
  const std::size_t tasks =
      std::min<std::size_t>(units.size(), static_cast<std::size_t>(options.tasks));
  const fs::path array = place / "array.sh";
  const fs::path follow = place / "follow.sh";
  TOUCHSTONE_TRY_VOID(write_text(array, array_script(folder, name, tasks, list, options)));
  TOUCHSTONE_TRY_VOID(write_text(follow, follow_script(folder, name, options)));
  if (!options.submit) return fmt::format("written: {}, {}\n", array.string(), follow.string());
  TOUCHSTONE_TRY(const std::string job, submit({array.string()}));
  TOUCHSTONE_TRY(const std::string last, submit({"--dependency=afterany:" + job, follow.string()}));
  return fmt::format("submitted: {} units as {} tasks of job {}; job {} collects\n", units.size(),
                     tasks, job, last);
}

}  // namespace touchstone::tool
