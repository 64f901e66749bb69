#include "reference/crypto/certificate.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "reference/crypto/errc.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {
namespace {

using CertificateHandle = std::unique_ptr<X509, Release<X509_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;
using Fault = CertificateFault;

constexpr std::size_t max_pem_octets = 64 * 1024;
constexpr std::size_t max_chain = 16;
constexpr int min_bits_of_rsa = 2048;
constexpr int min_bits_of_others = 224;

struct FaultText {
  Fault fault;
  std::string_view name;
  std::string_view text;
};

constexpr std::array fault_texts = {
    FaultText{Fault::der, "der", "expected PEM, found DER: openssl x509 -inform DER converts it"},
    FaultText{Fault::pkcs12, "pkcs12", "expected PEM, found PKCS#12: openssl pkcs12 converts it"},
    FaultText{Fault::no_pem, "no_pem", "expected PEM"},
    FaultText{Fault::too_large, "too_large", "expected at most 65536 octets"},
    FaultText{Fault::several, "several", "expected one certificate in the file"},
    FaultText{Fault::key_inside, "key_inside", "expected no private key in a public file"},
    FaultText{Fault::version, "version", "expected an X.509 certificate of version 3"},
    FaultText{Fault::not_yet_valid, "not_yet_valid", "the certificate is not yet valid"},
    FaultText{Fault::expired, "expired", "the certificate has expired"},
    FaultText{Fault::weak_key, "weak_key", "expected a key of 2048 bits or more"},
    FaultText{Fault::not_rsa, "not_rsa", "expected an RSA key"},
    FaultText{Fault::wrong_purpose, "wrong_purpose", "expected a certificate for a client"},
    FaultText{Fault::no_root, "no_root", "expected a certificate that may sign others"},
    FaultText{Fault::self_signed, "self_signed", "expected a certificate that the root signed"},
    FaultText{Fault::wrong_root, "wrong_root", "expected a certificate that leads to the root"},
    FaultText{Fault::wrong_key, "wrong_key", "expected the private key of the certificate"},
    FaultText{Fault::password_missing, "password_missing",
              "the key is encrypted: expected its password"},
    FaultText{Fault::password_wrong, "password_wrong", "expected the password of the key"},
    FaultText{Fault::password_unneeded, "password_unneeded",
              "the key is not encrypted: expected no password"},
};

const FaultText& row_of(Fault fault) {
  return *std::ranges::find(fault_texts, fault, &FaultText::fault);
}

BioHandle memory_of(OctetView octets) {
  BioHandle bio(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
  TOUCHSTONE_CHECK(bio != nullptr);
  return bio;
}

/// SEQUENCE in DER; the first thing in PKCS#12 is INTEGER 3 (RFC 7292 §4).
std::optional<Fault> other_encoding(OctetView octets) {
  if (octets.size() < 4 || octets[0] != 0x30) return std::nullopt;
  const std::size_t lengths = octets[1] < 0x80 ? 0 : octets[1] & 0x7FU;
  constexpr std::array<std::uint8_t, 3> version_3 = {0x02, 0x01, 0x03};
  if (lengths > 4 || octets.size() < 2 + lengths + version_3.size()) return std::nullopt;
  return std::ranges::equal(octets.subspan(2 + lengths, 3), version_3) ? Fault::pkcs12 : Fault::der;
}

bool names_private_key(std::string_view pem) {
  for (std::size_t at = pem.find("-----BEGIN "); at != std::string_view::npos;
       at = pem.find("-----BEGIN ", at + 1)) {
    const std::string_view line = pem.substr(at, pem.find('\n', at) - at);
    if (line.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  }
  return false;
}

std::optional<std::chrono::sys_seconds> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(parts.tm_year + 1900),
      std::chrono::month(static_cast<unsigned>(parts.tm_mon) + 1),
      std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  return std::chrono::sys_days(date) + std::chrono::hours(parts.tm_hour) +
         std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

std::string subject_of(const X509& certificate) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
}

std::optional<CertificateFacts> facts_of(const X509& certificate) {
  const auto not_before = time_of(X509_get0_notBefore(&certificate));
  const auto not_after = time_of(X509_get0_notAfter(&certificate));
  const EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (!not_before || !not_after || key == nullptr) return std::nullopt;
  return CertificateFacts{.subject = subject_of(certificate),
                          .not_before = *not_before,
                          .not_after = *not_after,
                          .version = static_cast<int>(X509_get_version(&certificate)) + 1,
                          .bits = EVP_PKEY_get_bits(key)};
}

/// The certificates of a PEM file, with what stands between them passed over as OpenSSL does; empty
/// when one of them is torn.
std::vector<CertificateHandle> certificates_in(OctetView pem) {
  const ErrorQueueDrain drain;
  const BioHandle text = memory_of(pem);
  std::vector<CertificateHandle> found;
  while (found.size() < max_chain) {
    CertificateHandle one(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    found.push_back(std::move(one));
  }
  const unsigned long last = ERR_peek_last_error();
  const bool at_end = last == 0 || (ERR_GET_LIB(last) == ERR_LIB_PEM &&
                                    ERR_GET_REASON(last) == PEM_R_NO_START_LINE);
  if (!at_end) found.clear();
  return found;
}

/// What opens the key. Nobody is asked.
struct Password {
  std::optional<OctetView> given;
  bool asked = false;
};

int give_password(char* buffer, int size, int /*writing*/, void* user) {
  auto& password = *static_cast<Password*>(user);
  password.asked = true;
  if (!password.given || password.given->size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(*password.given, buffer);
  return static_cast<int>(password.given->size());
}

class Check {
 public:
  Check(const CertificateSet& set, std::chrono::sys_seconds now) : set_(set), now_(now) {}

  CertificateReport run() {
    const auto roots = read(CertificateFile::root, set_.root, report_.root);
    const auto own = read(CertificateFile::own, set_.own, report_.own);
    if (report_.root && X509_check_ca(roots[0].get()) == 0)
      note(CertificateFile::root, Fault::no_root);
    if (report_.own) check_own(*own[0]);
    if (report_.own && report_.root) check_chain(roots, own);
    check_key(report_.own ? own[0].get() : nullptr);
    std::ranges::stable_sort(report_.problems, {}, &CertificateProblem::file);
    return std::move(report_);
  }

 private:
  void note(CertificateFile file, Fault fault, std::string text = {}) {
    report_.problems.push_back(
        {file, fault, text.empty() ? std::string(row_of(fault).text) : std::move(text)});
  }

  bool is_pem(CertificateFile file, OctetView octets) {
    if (octets.size() > max_pem_octets) {
      note(file, Fault::too_large);
    } else if (const auto other = other_encoding(octets)) {
      note(file, *other);
    } else if (as_text(octets).find("-----BEGIN ") == std::string_view::npos) {
      note(file, Fault::no_pem);
    } else {
      return true;
    }
    return false;
  }

  /// Sets `facts` when there is a certificate, and notes what is wrong with it alone.
  std::vector<CertificateHandle> read(CertificateFile file, OctetView octets,
                                      std::optional<CertificateFacts>& facts) {
    if (!is_pem(file, octets)) return {};
    if (names_private_key(as_text(octets))) note(file, Fault::key_inside);
    std::vector<CertificateHandle> found = certificates_in(octets);
    if (!found.empty()) facts = facts_of(*found[0]);
    if (!facts) {
      note(file, Fault::no_pem, "expected a certificate in PEM");
      return {};
    }
    if (found.size() > 1) note(file, Fault::several);
    if (facts->version != 3) note(file, Fault::version);
    check_dates(file, *facts);
    const bool rsa = EVP_PKEY_get_base_id(X509_get0_pubkey(found[0].get())) == EVP_PKEY_RSA;
    if (facts->bits < (rsa ? min_bits_of_rsa : min_bits_of_others))
      note(file, Fault::weak_key,
           fmt::format("{}, found {}", row_of(Fault::weak_key).text, facts->bits));
    return found;
  }

  void check_dates(CertificateFile file, const CertificateFacts& facts) {
    if (now_ < facts.not_before)
      note(file, Fault::not_yet_valid,
           fmt::format("valid from {:%Y-%m-%d %H:%M:%S} UTC, and it is {:%Y-%m-%d %H:%M:%S}",
                       facts.not_before, now_));
    if (now_ > facts.not_after)
      note(file, Fault::expired,
           fmt::format("expired at {:%Y-%m-%d %H:%M:%S} UTC, and it is {:%Y-%m-%d %H:%M:%S}",
                       facts.not_after, now_));
  }

  void check_own(X509& own) {
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(&own)) != EVP_PKEY_RSA)
      note(CertificateFile::own, Fault::not_rsa);
    if (X509_check_purpose(&own, X509_PURPOSE_SSL_CLIENT, 0) != 1)
      note(CertificateFile::own, Fault::wrong_purpose);
  }

  /// Signatures and extensions; dates and strength have been looked at.
  void check_chain(const std::vector<CertificateHandle>& roots,
                   const std::vector<CertificateHandle>& own) {
    const ErrorQueueDrain drain;
    const StoreHandle store(X509_STORE_new());
    const StoreContext context(X509_STORE_CTX_new());
    STACK_OF(X509)* between = sk_X509_new_null();
    TOUCHSTONE_CHECK(store != nullptr && context != nullptr && between != nullptr);
    for (const CertificateHandle& root : roots)
      X509_STORE_add_cert(store.get(), root.get());
    for (std::size_t i = 1; i < own.size(); ++i)
      sk_X509_push(between, own[i].get());
    X509_STORE_CTX_init(context.get(), store.get(), own[0].get(), between);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);
    X509_VERIFY_PARAM_set_auth_level(parameters, 0);
    const bool leads = X509_verify_cert(context.get()) == 1;
    sk_X509_free(between);
    if (leads) return;
    const bool itself = X509_NAME_cmp(X509_get_subject_name(own[0].get()),
                                      X509_get_issuer_name(own[0].get())) == 0 &&
                        X509_verify(own[0].get(), X509_get0_pubkey(own[0].get())) == 1;
    note(CertificateFile::own, itself ? Fault::self_signed : Fault::wrong_root);
  }

  void check_key(X509* own) {
    if (!is_pem(CertificateFile::key, set_.key)) return;
    const ErrorQueueDrain drain;
    const BioHandle text = memory_of(set_.key);
    Password password{set_.password};
    const PkeyHandle key(PEM_read_bio_PrivateKey(text.get(), nullptr, give_password, &password));
    report_.key_is_encrypted = password.asked;
    if (key == nullptr) {
      if (!password.asked) {
        note(CertificateFile::key, Fault::no_pem, "expected a private key in PEM");
      } else {
        note(CertificateFile::key, set_.password ? Fault::password_wrong : Fault::password_missing);
      }
      return;
    }
    if (set_.password && !password.asked) note(CertificateFile::key, Fault::password_unneeded);
    if (own != nullptr && X509_check_private_key(own, key.get()) != 1)
      note(CertificateFile::key, Fault::wrong_key);
  }

  const CertificateSet& set_;
  std::chrono::sys_seconds now_;
  CertificateReport report_;
};

}  // namespace

std::string_view name_of(CertificateFault fault) noexcept {
  return row_of(fault).name;
}

bool CertificateReport::has(CertificateFault fault) const noexcept {
  return std::ranges::find(problems, fault, &CertificateProblem::fault) != problems.end();
}

CertificateReport check_certificates(const CertificateSet& set, std::chrono::sys_seconds now) {
  const ErrorQueueDrain drain;
  return Check(set, now).run();
}

Result<CertificateFacts> read_certificate(OctetView pem) {
  const ErrorQueueDrain drain;
  if (pem.size() <= max_pem_octets) {
    const std::vector<CertificateHandle> found = certificates_in(pem);
    if (!found.empty())
      if (auto facts = facts_of(*found[0])) return *std::move(facts);
  }
  return fail(Errc::not_a_key, "expected a certificate in PEM");
}

}  // namespace touchstone::crypto
