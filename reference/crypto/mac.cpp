#include "reference/crypto/mac.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <string>

#include "reference/base/result.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {

struct Cmac::State {
  MacContext context;
};

namespace {

// With a key of zeros. To look algorithm and cipher up by their names costs more than the MAC of a
// short message, so it is done once and copied; it stays until the process has ended.
EVP_MAC_CTX* prototype() {
  static EVP_MAC_CTX* const made = [] {
    const MacHandle mac(EVP_MAC_fetch(nullptr, "CMAC", nullptr));
    TOUCHSTONE_CHECK(mac != nullptr);
    MacContext context(EVP_MAC_CTX_new(mac.get()));
    TOUCHSTONE_CHECK(context != nullptr);
    std::string cipher = "AES-128-CBC";
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), 0),
        OSSL_PARAM_construct_end()};
    const std::array<std::uint8_t, 16> zeros{};
    TOUCHSTONE_CHECK(EVP_MAC_init(context.get(), zeros.data(), zeros.size(), parameters.data()) ==
                     1);
    return context.release();
  }();
  return made;
}

}  // namespace

Cmac::Cmac(std::span<const std::uint8_t, 16> key) : state_(std::make_unique<State>()) {
  state_->context.reset(EVP_MAC_CTX_dup(prototype()));
  TOUCHSTONE_CHECK(state_->context != nullptr);
  TOUCHSTONE_CHECK(EVP_MAC_init(state_->context.get(), key.data(), key.size(), nullptr) == 1);
}
Cmac::~Cmac() = default;
Cmac::Cmac(Cmac&&) noexcept = default;
Cmac& Cmac::operator=(Cmac&&) noexcept = default;

Cmac& Cmac::update(OctetView piece) {
  TOUCHSTONE_CHECK(EVP_MAC_update(state_->context.get(), piece.data(), piece.size()) == 1);
  return *this;
}

CmacValue Cmac::finish() {
  CmacValue value{};
  std::size_t length = 0;
  EVP_MAC_CTX* const context = state_->context.get();
  TOUCHSTONE_CHECK(EVP_MAC_final(context, value.data(), &length, value.size()) == 1);
  TOUCHSTONE_CHECK(length == value.size());
  TOUCHSTONE_CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);  // the key stays
  return value;
}

CmacValue cmac(std::span<const std::uint8_t, 16> key, OctetView message) {
  return Cmac(key).compute(message);
}

}  // namespace touchstone::crypto
