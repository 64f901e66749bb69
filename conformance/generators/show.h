#pragma once
// How RapidCheck prints the values of our types; found by argument-dependent lookup.

#include <iosfwd>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

void showValue(const Network& network, std::ostream& out);
void showValue(const Row& row, std::ostream& out);
void showValue(const Keyring& keyring, std::ostream& out);

}  // namespace touchstone::conformance::oracle
