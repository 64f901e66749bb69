#include "reference/mediagateway/net8021x_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/certificate.h"
#include "reference/dot1x/config/rules.h"
#include "reference/mediagateway/errc.h"
#include "reference/sntp/build_date.h"

namespace touchstone::mediagateway {
namespace {

using crypto::CertificateFault;
using crypto::CertificateFile;
using dot1x::config::Rule;
using dot1x::config::rule;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<void> check_text(std::string_view option, std::string_view text, std::size_t most) {
  const auto refused = [&](std::string why) {
    return located(option, Result<void>(fail(Errc::bad_name, std::move(why))));
  };
  if (text.empty()) return refused("expected a text that is not empty");
  if (text.size() > most + (TOUCHSTONE_DEFECT("PA-18.long") ? 1 : 0))
    return refused(fmt::format("expected at most {} octets", most));
  if (text.find('"') != std::string_view::npos && !TOUCHSTONE_DEFECT("PA-18.quote"))
    return refused("expected no quotation mark");
  if (std::ranges::any_of(text, is_control)) return refused("expected no control octet");
  return {};
}

Result<void> check_server_name(std::string_view name) {
  if (name.empty()) return {};
  const bool good = name.size() <= max_identity && std::ranges::all_of(name, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '-' || c == '.';
                    });
  if (good) return {};
  return located("--server-name",
                 Result<void>(fail(Errc::bad_name, "expected a DNS name such as radius.example")));
}

Result<void> check_interface(std::string_view name) {
  const bool good = !name.empty() && name.size() <= 15 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (TOUCHSTONE_DEFECT("PA-18.interface") && !name.empty()) return {};
  if (good && name.front() != '-' && name.front() != '.') return {};
  return located("--interface",
                 Result<void>(fail(Errc::bad_name, "expected an interface such as eth0")));
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

Result<void> check_file_name(const GivenFile& file, Net8021xPlan& plan) {
  const std::string_view name = base_name(file.name);
  if (!TOUCHSTONE_DEFECT("PA-18.file_name"))
    TOUCHSTONE_TRY_VOID(check_text(file.option, name, 200));
  if (name.starts_with('.'))
    return located(file.option,
                   Result<void>(fail(Errc::bad_name, "expected a name without a dot in front")));
  if (!name.ends_with(".pem") && !TOUCHSTONE_DEFECT("PA-11.any_name"))
    plan.findings.emplace_back(file.name, make_finding(rule(Rule::extension)));
  return {};
}

/// What a fault of a certificate means here.
class Judge {
 public:
  Judge(const Net8021xRequest& request, Net8021xPlan& plan) : request_(request), plan_(plan) {}

  Result<void> on(const crypto::CertificateProblem& problem) {
    if (TOUCHSTONE_DEFECT("PA-17.wrong_key") && problem.fault == CertificateFault::wrong_key)
      return {};
    if (TOUCHSTONE_DEFECT("PA-17.wrong_root") && problem.fault == CertificateFault::wrong_root)
      return {};
    switch (problem.fault) {
      case CertificateFault::several:
      case CertificateFault::not_rsa:
        return {};
      case CertificateFault::version:
        if (TOUCHSTONE_DEFECT("PA-11.any_version")) return {};
        return refuse(problem, Errc::bad_file);
      case CertificateFault::wrong_purpose:
        return warn(problem, Rule::purpose);
      case CertificateFault::weak_key:
        return request_.modern && !request_.allow_weak && !TOUCHSTONE_DEFECT("PA-17.modern")
                   ? refuse(problem, Errc::bad_file)
                   : warn(problem, Rule::weak_key);
      case CertificateFault::not_yet_valid:
      case CertificateFault::expired:
        if (TOUCHSTONE_DEFECT("TM-05.refuses")) return refuse(problem, Errc::bad_file);
        return request_.now < sntp::build_date || TOUCHSTONE_DEFECT("PA-17.expired")
                   ? warn(problem, Rule::boot_clock)
                   : refuse(problem, Errc::bad_file);
      case CertificateFault::no_root:
      case CertificateFault::self_signed:
      case CertificateFault::wrong_root:
      case CertificateFault::wrong_key:
      case CertificateFault::password_wrong:
        return refuse(problem,
                      TOUCHSTONE_DEFECT("PA-22.mismatch") ? Errc::bad_file : Errc::mismatch);
      case CertificateFault::password_missing:
        return refuse(problem, Errc::no_password, "the key is encrypted: expected -w FILE");
      case CertificateFault::password_unneeded:
        if (TOUCHSTONE_DEFECT("PA-15.password_too_many")) return {};
        return refuse(problem, Errc::no_password, "the key is not encrypted: expected no -w");
      default:
        return refuse(problem, Errc::bad_file);
    }
  }

 private:
  const std::string& name_of(CertificateFile file) const {
    return file == CertificateFile::root  ? request_.ca_cert.name
           : file == CertificateFile::own ? request_.client_cert.name
                                          : request_.private_key.name;
  }

  Result<void> warn(const crypto::CertificateProblem& problem, Rule id) {
    const auto& row = rule(id);
    const bool dates = id == Rule::boot_clock;
    plan_.findings.emplace_back(
        name_of(problem.file),
        make_finding(row, 0, 0, dates ? std::string(row.text) : problem.text));
    return {};
  }

  Result<void> refuse(const crypto::CertificateProblem& problem, Errc code,
                      const std::string& text = {}) const {
    return located(name_of(problem.file),
                   Result<void>(fail(code, text.empty() ? problem.text : text)));
  }

  const Net8021xRequest& request_;
  Net8021xPlan& plan_;
};

Result<void> check_files(const Net8021xRequest& request, Net8021xPlan& plan) {
  crypto::CertificateSet set{.root = request.ca_cert.octets,
                             .own = request.client_cert.octets,
                             .key = request.private_key.octets};
  if (request.password) {
    TOUCHSTONE_TRY(set.password, password_of(*request.password));
  }
  Judge judge(request, plan);
  for (const crypto::CertificateProblem& problem :
       crypto::check_certificates(set, request.now).problems)
    TOUCHSTONE_TRY_VOID(judge.on(problem));
  return {};
}

}  // namespace

Result<OctetView> password_of(const GivenFile& file) {
  OctetView octets = file.octets;
  if (!octets.empty() && octets.back() == '\n') octets = octets.first(octets.size() - 1);
  if (!octets.empty() && octets.back() == '\r') octets = octets.first(octets.size() - 1);
  if (octets.empty() || octets.size() > max_password ||
      std::ranges::any_of(as_text(octets), is_control))
    return located(file.option,
                   Result<OctetView>(
                       fail(Errc::bad_name, fmt::format("expected a file with one line of 1 to {} "
                                                        "octets and no control octet",
                                                        max_password))));
  return octets;
}

Result<void> check_request(const Net8021xRequest& request, Net8021xPlan& plan) {
  TOUCHSTONE_TRY_VOID(check_text("-i", request.identity, max_identity));
  TOUCHSTONE_TRY_VOID(check_server_name(request.server_name));
  TOUCHSTONE_TRY_VOID(check_interface(request.interface));
  for (const GivenFile* file : {&request.ca_cert, &request.client_cert, &request.private_key})
    TOUCHSTONE_TRY_VOID(check_file_name(*file, plan));
  return check_files(request, plan);
}

}  // namespace touchstone::mediagateway
