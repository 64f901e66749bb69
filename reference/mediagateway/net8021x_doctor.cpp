#include "reference/mediagateway/net8021x_doctor.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/crypto/certificate.h"
#include "reference/dot1x/config/wpa_conf.h"
#include "reference/dot1x/config/wpa_status.h"
#include "reference/mediagateway/local_ntp.h"
#include "reference/mediagateway/net8021x.h"
#include "reference/sntp/build_date.h"

namespace touchstone::mediagateway {
namespace {

using crypto::CertificateFault;
using crypto::CertificateFile;
using Verdict = Check::Verdict;

constexpr auto expires_soon = std::chrono::days(30);
constexpr auto expires_very_soon = std::chrono::days(7);

class Examination {
 public:
  explicit Examination(const Net8021xScene& scene) : scene_(scene) {
    read_conf();
    if (conf_ && conf_->network != 0) read_files();
  }

  Checks run() {
    if (TOUCHSTONE_DEFECT("ST-06.order")) return {radius(), key(), certificates(), clock()};
    return {radius(), certificates(), key(), clock()};
  }

 private:
  void read_conf() {
    Result<SecretOctets> text = scene_.read(std::string(wpa_conf));
    if (text) {
      conf_ = dot1x::config::read_wpa_conf(std::move(*text));
    } else {
      conf_fault_ = fmt::format("{}: {}; run net8021x", wpa_conf, text.error().code.message());
    }
  }

  std::optional<std::string> named(std::string_view field) const {
    const auto value = conf_->document.string(conf_->network, field);
    if (!value) return std::nullopt;
    return std::string(as_text(*value));
  }

  SecretOctets file_of(std::string_view field, std::vector<std::string>& faults) {
    const auto name = named(field);
    if (!name) {
      faults.push_back(fmt::format("{}: expected {}", wpa_conf, field));
      return {};
    }
    Result<SecretOctets> octets = scene_.read(*name);
    if (octets) return std::move(*octets);
    faults.push_back(fmt::format("{}={}: {}", field, *name, octets.error().code.message()));
    return {};
  }

  void read_files() {
    const SecretOctets root = file_of("ca_cert", public_faults_);
    const SecretOctets own = file_of("client_cert", public_faults_);
    const SecretOctets key = file_of("private_key", key_faults_);
    const auto password = conf_->document.string(conf_->network, "private_key_passwd");
    crypto::CertificateSet set{.root = root, .own = own, .key = key};
    if (password) set.password = OctetView(*password);
    report_ = crypto::check_certificates(set, scene_.now);
    // A file that is not there has had its line.
    std::erase_if(report_->problems, [&](const crypto::CertificateProblem& one) {
      return (one.file == CertificateFile::root && root.empty()) ||
             (one.file == CertificateFile::own && own.empty()) ||
             (one.file == CertificateFile::key && key.empty());
    });
  }

  /// The RADIUS server stands behind the switch: what is known of it is what the supplicant saw.
  Check radius() const {
    Check check{.name = "radius", .asked = "Is the RADIUS server running?"};
    if (!scene_.status) {
      check.say(Verdict::unknown,
                "not told: give the status, wpa_cli status | mgu_doctor 8021x --status -");
      return check;
    }
    const dot1x::config::StatusReading status = dot1x::config::read_status(*scene_.status);
    if (status.verdict == dot1x::config::PortVerdict::unknown) {
      check.say(Verdict::unknown, "the status cannot be read: " + status.reason);
    } else if (status.verdict == dot1x::config::PortVerdict::authenticated) {
      check.say(Verdict::good, "the port is authenticated, so a server has answered");
    } else if (status.method() || TOUCHSTONE_DEFECT("ST-06.radius")) {
      check.say(Verdict::good, "a server has answered; " + status.reason);
    } else {
      check.say(Verdict::bad, status.reason +
                                  ", and no server has offered a method: is the switch port set to "
                                  "802.1X, and does the RADIUS server run?");
    }
    return check;
  }

  bool tell_conf(Check& check) const {
    if (!conf_) {
      check.say(Verdict::bad, conf_fault_);
      return false;
    }
    if (conf_->network == 0 || !conf_->loads) {
      for (const Finding& one : conf_->findings)
        check.say(Verdict::bad, print_finding(wpa_conf, one));
      return conf_->network != 0;
    }
    return true;
  }

  static bool is_about_time(CertificateFault fault) {
    return fault == CertificateFault::expired || fault == CertificateFault::not_yet_valid;
  }

  static Verdict weight(CertificateFault fault) {
    switch (fault) {
      case CertificateFault::several:
      case CertificateFault::not_rsa:
        return Verdict::good;
      case CertificateFault::weak_key:
      case CertificateFault::wrong_purpose:
      case CertificateFault::key_inside:
      case CertificateFault::password_unneeded:
        return Verdict::warned;
      default:
        return Verdict::bad;
    }
  }

  void tell_problems(Check& check, bool of_key) const {
    if (!report_) return;
    for (const crypto::CertificateProblem& one : report_->problems) {
      if ((one.file == CertificateFile::key) != of_key || is_about_time(one.fault)) continue;
      if (weight(one.fault) == Verdict::good) continue;
      const char* field = one.file == CertificateFile::root  ? "ca_cert"
                          : one.file == CertificateFile::own ? "client_cert"
                                                             : "private_key";
      check.say(weight(one.fault), fmt::format("{}: {}", field, one.text));
    }
  }

  Check certificates() const {
    Check check{.name = "certificates",
                .asked = "Are the root and client certificates in wpa_supplicant.conf right?"};
    if (!tell_conf(check)) return check;
    for (const Finding& one : conf_->findings) {
      const bool of_file = one.code == dot1x::config::rule(dot1x::config::Rule::no_ca).code ||
                           one.code == dot1x::config::rule(dot1x::config::Rule::wireless).code ||
                           one.code == dot1x::config::rule(dot1x::config::Rule::no_identity).code;
      if (of_file) check.say(Verdict::bad, print_finding(wpa_conf, one));
    }
    for (const std::string& line : public_faults_)
      check.say(Verdict::bad, line);
    tell_problems(check, false);
    if (check.lines.empty())
      check.say(Verdict::good,
                fmt::format("{} under {}", report_->own->subject, report_->root->subject));
    return check;
  }

  Check key() const {
    Check check{.name = "key",
                .asked = "Are the client key and its password in wpa_supplicant.conf right?"};
    if (!conf_ || conf_->network == 0) {
      check.say(Verdict::bad, conf_ ? "there is no network in the file" : conf_fault_);
      return check;
    }
    for (const std::string& line : key_faults_)
      check.say(Verdict::bad, line);
    tell_problems(check, true);
    std::vector<std::string> secret = {std::string(wpa_conf)};
    if (const auto name = named("private_key")) secret.push_back(*name);
    for (const std::string& path : secret)
      if (const auto mode = scene_.mode(path); mode && (*mode & 077U) != 0)
        check.say(
            Verdict::warned,
            fmt::format("{}: mode {:04o}, expected 0600: others may read a secret", path, *mode));
    if (check.lines.empty())
      check.say(Verdict::good, report_->key_is_encrypted
                                   ? "the password opens the key, which is the certificate's"
                                   : "the key is that of the certificate");
    return check;
  }

  void tell_end(Check& check, std::string_view field,
                const std::optional<crypto::CertificateFacts>& facts) const {
    if (!facts || scene_.now > facts->not_after || scene_.now < facts->not_before) return;
    const auto left = facts->not_after - scene_.now;
    if (left < expires_soon)
      check.say(Verdict::warned, fmt::format("{} expires in {} days{}", field,
                                             std::chrono::floor<std::chrono::days>(left).count(),
                                             left < expires_very_soon ? ": renew it now" : ""));
  }

  Check clock() const {
    Check check{.name = "clock", .asked = "Are date and time of the gateway right?"};
    if (TOUCHSTONE_DEFECT("TM-05.clock")) return check;
    if (scene_.now < sntp::build_date)
      check.say(Verdict::bad,
                fmt::format("it is {:%Y-%m-%d %H:%M:%S} UTC here: the clock stands at its boot "
                            "value; see localNTP --check",
                            scene_.now));
    if (report_) {
      for (const crypto::CertificateProblem& one : report_->problems)
        if (is_about_time(one.fault))
          check.say(
              Verdict::bad,
              fmt::format("{}: {}", one.file == CertificateFile::root ? "ca_cert" : "client_cert",
                          one.text));
      tell_end(check, "ca_cert", report_->root);
      tell_end(check, "client_cert", report_->own);
    }
    const Result<SecretOctets> ntp = scene_.read(std::string(ntp_conf));
    const auto stored = ntp ? read_local_ntp(*ntp) : Result<std::optional<LocalNtp>>(std::nullopt);
    if (!stored || !*stored || !(*stored)->active)
      check.say(Verdict::warned, "no NTP server is set: localNTP -a -n ADDRESS sets one");
    if (check.lines.empty())
      check.say(Verdict::good, fmt::format("it is {:%Y-%m-%d %H:%M:%S} UTC, the time comes from {}",
                                           scene_.now, (*stored)->address));
    return check;
  }

  const Net8021xScene& scene_;
  std::optional<dot1x::config::WpaReading> conf_;
  std::string conf_fault_;
  std::optional<crypto::CertificateReport> report_;
  std::vector<std::string> public_faults_, key_faults_;
};

}  // namespace

Checks check_net8021x(const Net8021xScene& scene) {
  return Examination(scene).run();
}

}  // namespace touchstone::mediagateway
