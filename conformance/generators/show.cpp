#include "conformance/generators/show.h"

#include <ostream>

#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::oracle {

void showValue(const Network& network, std::ostream& out) {
  out << print_header(network);
}

void showValue(const Row& row, std::ostream& out) {
  out << print_row(row);
}

void showValue(const Keyring& keyring, std::ostream& out) {
  out << print_keyring(keyring);
}

}  // namespace touchstone::conformance::oracle
