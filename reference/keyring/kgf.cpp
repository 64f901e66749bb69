#include "reference/keyring/kgf.h"

#include "reference/base/defect.h"
#include "reference/base/result.h"
#include "reference/crypto/cipher.h"
#include "reference/crypto/mac.h"

namespace touchstone::keyring {
namespace {

constexpr std::string_view label = "ULP-LKS-NODE-ROOT/1";
constexpr std::size_t kcv_octets = 3;

// 00000001 | label | 00 | node id | count | nonce | 00000080, as counter_kdf() would feed it. Here
// it is one buffer, because a million keys are made in a row and each piece costs a call.
constexpr std::size_t id_at = 4 + label.size() + 1;
constexpr std::size_t count_at = id_at + 4;
constexpr std::size_t nonce_at = count_at + 4;
constexpr std::size_t length_at = nonce_at + 16;
using Input = std::array<std::uint8_t, length_at + 4>;

constexpr Input make_input() {
  Input input{};
  input[3] = 1;
  for (std::size_t i = 0; i < label.size(); ++i)
    input[4 + i] = static_cast<std::uint8_t>(label[i]);
  input[length_at + 3] = 128;
  return input;
}

void put_u32(Input& input, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    input[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

struct KeyGenerationFunction::State {
  crypto::Cmac mac;
  Input input = make_input();
};

KeyGenerationFunction::KeyGenerationFunction(const SecretKey<16>& base)
    : state_(std::make_unique<State>(
          crypto::Cmac(TOUCHSTONE_DEFECT("LK-05.base") ? SecretKey<16>().view() : base.view()))) {}
KeyGenerationFunction::~KeyGenerationFunction() = default;
KeyGenerationFunction::KeyGenerationFunction(KeyGenerationFunction&&) noexcept = default;
KeyGenerationFunction& KeyGenerationFunction::operator=(KeyGenerationFunction&&) noexcept = default;

RootKey KeyGenerationFunction::root_key(NodeId node_id, std::uint32_t count, const Nonce& nonce) {
  put_u32(state_->input, id_at, node_id);
  put_u32(state_->input, count_at, TOUCHSTONE_DEFECT("LK-06.count") ? 0 : count);
  for (std::size_t i = 0; i < nonce.size(); ++i)
    state_->input[nonce_at + i] = nonce[i];
  return state_->mac.compute(state_->input);
}

std::string aes_kcv(std::span<const std::uint8_t, 16> key) {
  const crypto::AesBlock zero{};
  const crypto::CmacValue value = crypto::cmac(key, zero);
  return to_hex(OctetView(value).first(kcv_octets));
}

std::string des3_kcv(std::span<const std::uint8_t, 24> key) {
  const std::array<std::uint8_t, 8> zero{};
  const auto value = crypto::des3_ecb_block(key, zero);
  return to_hex(OctetView(value).first(kcv_octets));
}

}  // namespace touchstone::keyring
