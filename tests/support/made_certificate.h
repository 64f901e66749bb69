#pragma once
// Certificates for tests, made in memory: a root, and hosts under it.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace touchstone::tests {

struct MadeCertificate {
  std::string certificate;  ///< PEM
  std::string key;
};

class MadeAuthority {
 public:
  explicit MadeAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
    root_.reset(make(name, key_.get()));
    extend(root_.get(), NID_basic_constraints, "critical,CA:TRUE");
    sign(root_.get());
  }

  [[nodiscard]] std::string root() const { return print(root_.get()); }

  /// `names` as subjectAltName spells them, "DNS:gw1.example,IP:10.0.0.1"; empty for none.
  MadeCertificate issue(const std::string& common_name, const std::string& names) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate made(make(common_name, key.get()));
    if (!names.empty()) extend(made.get(), NID_subject_alt_name, names);
    sign(made.get());
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {print(made.get()), text_of(out.get())};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free_all(bio); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;
  using Bio = std::unique_ptr<BIO, Free>;

  X509* make(const std::string& name, EVP_PKEY* key) {
    X509* made = X509_new();
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 86400);
    X509_NAME_add_entry_by_NID(X509_get_subject_name(made), NID_commonName, MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(root_ ? root_.get() : made));
    X509_set_pubkey(made, key);
    return made;
  }
  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  void sign(X509* certificate) { X509_sign(certificate, key_.get(), EVP_sha256()); }

  static std::string text_of(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
  }
  static std::string print(X509* certificate) {
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate);
    return text_of(out.get());
  }

  Key key_;
  Certificate root_;
  long serial_ = 0;
};

}  // namespace touchstone::tests
