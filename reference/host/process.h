#pragma once
// What a process knows of itself.

#include <chrono>
#include <cstdint>
#include <functional>

namespace touchstone::host {

/// The real user id: who typed the command, also when it runs with other rights.
[[nodiscard]] std::uint32_t user_id() noexcept;

/// Gives the time since it was made, unmoved by changes of the clock.
[[nodiscard]] std::function<std::chrono::milliseconds()> stopwatch();

/// In the preset `defects`, switches on the seeded defect that the environment names in
/// TOUCHSTONE_DEFECT: a program that is judged from outside has no other way to be wrong.
void choose_defect();

/// Whether a person sees what is written to standard error as it comes.
[[nodiscard]] bool error_stream_is_terminal() noexcept;

}  // namespace touchstone::host
