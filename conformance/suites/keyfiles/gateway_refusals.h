#pragma once
// Every wrong Gateway key file of the cases NG as a row: how it is made and what must come of it.

#include <span>

#include "conformance/suites/keyfiles/world.h"

namespace touchstone::conformance::suites::keyfiles {

struct WrongGatewayFile {
  std::string_view name;
  std::string_view requirement;
  int exit_code;
  RejectClass reject_class;  ///< unspecified: any
  oracle::SignedFile (*make)();
  std::string_view typed = passphrase;  ///< what is typed at the prompt
};

[[nodiscard]] std::span<const WrongGatewayFile> wrong_gateway_files();

}  // namespace touchstone::conformance::suites::keyfiles
