#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/certificate.h"
#include "reference/mediagateway/ipsec_errc.h"
#include "reference/mediagateway/ipsec_plan.h"

namespace touchstone::mediagateway {
namespace {

using crypto::CertificateFault;
using crypto::CertificateFile;

/// How a fault counts here.
enum class Weight { none, warning, error };

/// `same` says that the certificate is its own CA (CE-07). racoon shows no certificate as a client
/// of TLS, so its extensions for that do not count.
Weight weight_of(CertificateFault fault, bool same, bool allow_weak) {
  switch (fault) {
    case CertificateFault::wrong_purpose:
      return Weight::none;
    case CertificateFault::no_root:
    case CertificateFault::self_signed:
      return same ? Weight::none : Weight::error;
    case CertificateFault::wrong_root:
      return TOUCHSTONE_DEFECT("CE-09.any_root") ? Weight::none : Weight::error;
    case CertificateFault::weak_key:
      return allow_weak ? Weight::warning : Weight::error;
    default:
      return Weight::error;
  }
}

const NamedFile& file_of(const CertificateFiles& files, CertificateFile which) {
  return which == CertificateFile::root  ? files.ca
         : which == CertificateFile::own ? files.certificate
                                         : files.key;
}

FileContent whole(const NamedFile& file) {
  FileContent content;
  content.file(file.path, file.octets);
  return content;
}

}  // namespace

Result<std::vector<std::string>> plan_certificates(const CertificateFiles& files,
                                                   std::chrono::sys_seconds now, TreePlan& plan) {
  const bool same = std::ranges::equal(files.ca.octets, files.certificate.octets);
  const auto report = crypto::check_certificates(
      {.root = files.ca.octets, .own = files.certificate.octets, .key = files.key.octets}, now);
  std::vector<std::string> warnings;
  for (const crypto::CertificateProblem& one : report.problems) {
    const Weight weight = weight_of(one.fault, same, files.allow_weak);
    const std::string& path = file_of(files, one.file).path;
    if (weight == Weight::warning) warnings.push_back(fmt::format("{}: {}", path, one.text));
    if (weight != Weight::error) continue;
    const bool pair = one.fault == CertificateFault::wrong_key;
    return located(path, Result<std::vector<std::string>>(
                             fail(pair ? IpsecErrc::wrong_key : IpsecErrc::bad_certificate,
                                  fmt::format("{}: {}", crypto::name_of(one.fault), one.text))));
  }
  plan.folder(std::string(ipsec_places::certificates), 0700);
  plan.write(
      std::string(TOUCHSTONE_DEFECT("CE-03.beside") ? "/etc/racoon/ca.pem" : ipsec_places::ca),
      0644, whole(TOUCHSTONE_DEFECT("CE-02.ca") ? files.certificate : files.ca), Backup::none);
  plan.write(std::string(ipsec_places::certificate), 0644, whole(files.certificate),
             TOUCHSTONE_DEFECT("CE-10.keeps_old") ? Backup::keep : Backup::none);
  plan.write(std::string(ipsec_places::private_key),
             TOUCHSTONE_DEFECT("PK-04.private_key") ? 0644 : 0600, whole(files.key), Backup::none);
  return warnings;
}

}  // namespace touchstone::mediagateway
