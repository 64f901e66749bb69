#include "sim/net/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::sim::net {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::running, ExitClass::internal, "a process holds one world of ns-3 at a time"},
    {Errc::topology, ExitClass::format, "there is nothing to simulate"},
    {Errc::scheduler, ExitClass::usage, "ns-3 has no scheduler of this name"},
    {Errc::capture, ExitClass::file, "the captured packets cannot be written"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("ns3", rows);
  return table.code(code);
}

}  // namespace touchstone::sim::net
