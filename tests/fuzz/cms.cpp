// The structural stage of CMS EnvelopedData, which a MAC guards in a batch.

#include <cstdlib>

#include "reference/crypto/cms.h"
#include "reference/crypto/der.h"

namespace {

namespace crypto = touchstone::crypto;
using touchstone::OctetView;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_within(OctetView part, OctetView whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OctetView octets(data, size);
  const auto enveloped = crypto::decode_enveloped(octets);
  if (!enveloped) {
    require(enveloped.error().offset <= size);
    return 0;
  }
  require(crypto::looks_like_enveloped(octets) || enveloped->ber);
  require(!enveloped->recipients.empty());
  require(enveloped->recipients.size() <= crypto::max_cms_recipients);
  for (const auto& recipient : enveloped->recipients)
    require(is_within(recipient.key_identifier, octets) &&
            is_within(recipient.encrypted_key, octets));
  require(is_within(enveloped->ciphertext, octets));
  require(enveloped->ciphertext_size > 0 && enveloped->ciphertext_size % 16 == 0);
  require(enveloped->ciphertext_size <= enveloped->ciphertext.size());
  return 0;
}
