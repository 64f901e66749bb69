#pragma once
// What the machine refuses beyond files.

#include <system_error>

namespace touchstone::host {

enum class Errc {
  endpoint = 1,  ///< 2: no ADDRESS:PORT
  in_use,        ///< 11: somebody listens there already
  network,       ///< 3: the address cannot be used, or the network refused
  control,       ///< 3: nobody answers at the control socket, or not as agreed
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::host

template <>
struct std::is_error_code_enum<touchstone::host::Errc> : std::true_type {};
