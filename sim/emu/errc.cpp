#include "sim/emu/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::sim::emu {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::namespaces, ExitClass::file, "this machine allows no network of one's own"},
    {Errc::tap, ExitClass::file, "this machine has no TAP interface for us"},
    {Errc::setup, ExitClass::file, "the network of a process cannot be set up"},
    {Errc::not_external, ExitClass::usage, "processes and nodes of the role external do not match"},
    {Errc::ended, ExitClass::no_answer, "a process ended before it was ready"},
    {Errc::not_ready, ExitClass::no_answer, "a process does not become ready"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("emu", rows);
  return table.code(code);
}

}  // namespace touchstone::sim::emu
