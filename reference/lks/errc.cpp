#include "reference/lks/errc.h"

#include "reference/base/error_table.h"

namespace touchstone::lks {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::node_known, ExitClass::conflict, "the node is provisioned already"},
    {Errc::other_network, ExitClass::conflict, "the database belongs to another network"},
    {Errc::count_exhausted, ExitClass::conflict, "the reprovisioned count is at its end"},
    {Errc::batches_exhausted, ExitClass::conflict, "the batch numbers are at their end"},
    {Errc::node_range, ExitClass::usage, "node id outside 0..4294967295"},
    {Errc::choice, ExitClass::usage, "options that exclude each other"},
    {Errc::not_a_database, ExitClass::format, "not a database, or damaged"},
    {Errc::foreign_database, ExitClass::format, "a database of another kind or version"},
    {Errc::malformed_row, ExitClass::format, "a row of the database is malformed"},
    {Errc::audit_broken, ExitClass::format, "the audit chain is broken"},
    {Errc::database_busy, ExitClass::busy, "another process writes to the database"},
    {Errc::database_write, ExitClass::write, "writing the database failed"},
    {Errc::internal, ExitClass::internal, "the database refused a statement"},
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("lks", rows);
  return table.code(code);
}

}  // namespace touchstone::lks
