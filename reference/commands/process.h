#pragma once
// A command as a process of this machine.

#include <string_view>

namespace touchstone::commands {

/// The whole of a main(): hardens the process, runs `tool` on the machine's streams, files, clock
/// and generator, and gives the exit code. An exception that nobody expected is exit 1.
int run_process(std::string_view tool, int argc, char** argv);

}  // namespace touchstone::commands
