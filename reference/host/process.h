#pragma once
// What a process knows of itself.

#include <cstdint>

namespace touchstone::host {

/// The real user id: who typed the command, also when it runs with other rights.
[[nodiscard]] std::uint32_t user_id() noexcept;

/// Whether a person sees what is written to standard error as it comes.
[[nodiscard]] bool error_stream_is_terminal() noexcept;

}  // namespace touchstone::host
