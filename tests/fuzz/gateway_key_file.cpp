// The stages of the Gateway key file that a signature guards: the header, and the plaintext. Both
// are reached without a signature here, since the fuzzer cannot make one.

#include <algorithm>
#include <cstdlib>

#include "reference/keyring/gateway_key_file.h"
#include "reference/keyring/keyring_file.h"

namespace {

namespace keyring = touchstone::keyring;
using touchstone::OctetView;

void check_header(OctetView file) {
  const auto header = keyring::decode_gateway_key_header(file);
  if (!header) return;
  if (!keyring::check_kdf(header->kdf)) std::abort();
  if (header->ciphertext.size() % 16 != 0 || header->plaintext_size >= header->ciphertext.size())
    std::abort();
  const touchstone::SecretKey<16> pwdh;
  (void)keyring::decrypt_gateway_keys(*header, pwdh);
}

void check_plaintext(OctetView text) {
  touchstone::Findings findings;
  const auto network = keyring::parse_network_keys(text, findings);
  if (!network) return;
  const auto printed = keyring::print_network_keys(*network);
  if (!std::equal(printed.begin(), printed.end(), text.begin(), text.end())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_header({data, size});
  check_plaintext({data, size});
  return 0;
}
