#include "sim/crypto/authority.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "reference/base/result.h"

namespace touchstone::sim {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Bio = std::unique_ptr<BIO, Free>;

std::string text_of(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string print(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  TOUCHSTONE_CHECK(PEM_write_bio_X509(out.get(), certificate) == 1);
  return text_of(out.get());
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  TOUCHSTONE_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void sign(X509* certificate, EVP_PKEY* key) {
  TOUCHSTONE_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
}

}  // namespace

struct Authority::Native {
  Key key{EVP_EC_gen("P-256")};
  Certificate root;
  long serial = 0;

  Certificate make(const std::string& name, EVP_PKEY* of) {
    Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    ASN1_TIME_set_string_X509(X509_getm_notBefore(made.get()), "20000101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(made.get()), "20991231235959Z");
    X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(root ? root.get() : made.get()));
    X509_set_pubkey(made.get(), of);
    return made;
  }
};

Authority::Authority() : native_(std::make_unique<Native>()) {
  native_->root = native_->make("Touchstone simulation", native_->key.get());
  extend(native_->root.get(), NID_basic_constraints, "critical,CA:TRUE");
  sign(native_->root.get(), native_->key.get());
}

Authority::~Authority() = default;

std::string Authority::root() const {
  return print(native_->root.get());
}

IssuedCertificate Authority::issue(const std::string& host) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate made = native_->make(host, key.get());
  extend(made.get(), NID_subject_alt_name, "DNS:" + host);
  sign(made.get(), native_->key.get());
  const Bio out(BIO_new(BIO_s_mem()));
  TOUCHSTONE_CHECK(
      PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {print(made.get()), text_of(out.get())};
}

}  // namespace touchstone::sim
