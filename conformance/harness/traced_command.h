#pragma once
// A command under ptrace(2), which tells every program that it starts. Internal.

#include <functional>
#include <string_view>

namespace touchstone::conformance::harness {

/// The status of a supervisor that could not run the command.
inline constexpr int could_not_trace = 125;

// The kinds of record in a trace.
inline constexpr char trace_program = 'x';  ///< its arguments, each ended by NUL
inline constexpr char trace_signal = 's';   ///< that ended the command, as a number
inline constexpr char trace_fault = 'f';    ///< why the command was not run

/// Appends a record to the file `trace`.
void note_trace(int trace, char kind, std::string_view octets);

/// Calls `command` in a child and gives the status with which it ended, 128 and more for a signal.
/// Every program that is executed by another process than the child itself is noted in `trace`.
/// What runs still when the child has ended is killed.
[[nodiscard]] int trace_command(const std::function<int()>& command, int trace);

}  // namespace touchstone::conformance::harness
