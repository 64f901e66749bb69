#include "reference/crypto/digest.h"

#include "reference/base/result.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {

struct Sha256::State {
  DigestContext context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  TOUCHSTONE_CHECK(state_->context != nullptr);
  TOUCHSTONE_CHECK(EVP_DigestInit_ex2(state_->context.get(), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(OctetView piece) {
  TOUCHSTONE_CHECK(EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size()) == 1);
  return *this;
}

Sha256Value Sha256::finish() {
  Sha256Value value{};
  EVP_MD_CTX* const context = state_->context.get();
  TOUCHSTONE_CHECK(EVP_DigestFinal_ex(context, value.data(), nullptr) == 1);
  TOUCHSTONE_CHECK(EVP_DigestInit_ex2(context, EVP_sha256(), nullptr) == 1);
  return value;
}

Sha256Value sha256(OctetView message) {
  return Sha256().update(message).finish();
}

}  // namespace touchstone::crypto
