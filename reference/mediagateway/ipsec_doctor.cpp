#include "reference/mediagateway/ipsec_doctor.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/certificate.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/racoon_log.h"
#include "reference/ipsec/config/sa_dump.h"
#include "reference/ipsec/config/sa_list.h"
#include "reference/ipsec/config/setkey.h"
#include "reference/mediagateway/ipsec_run.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;
namespace places = ipsec_places;
using Verdict = Check::Verdict;

// A clock that was never set stands before this: the gateway has none that runs on (003 §2.1).
constexpr std::chrono::sys_days first_day =
    std::chrono::year(2015) / std::chrono::January / std::chrono::day(1);
constexpr std::chrono::days soon{30}, very_soon{7};

std::string day_of(std::chrono::sys_seconds time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

class Doctor {
 public:
  explicit Doctor(const IpsecScene& scene) : scene_(&scene), tree_(*scene.files) {}

  Checks run() {
    auto found = tree_.connections();
    if (found) all_ = std::move(*found);
    const std::string broken = found ? "" : found.error().detail;
    checks_.push_back(credentials());
    checks_.push_back(clock());
    checks_.push_back(scope(broken));
    checks_.push_back(algorithms());
    checks_.push_back(files());
    checks_.push_back(active());
    checks_.push_back(negotiated());
    checks_.push_back(syslog());
    return std::move(checks_);
  }

 private:
  [[nodiscard]] bool uses(config::IkeMethod method) const {
    return std::ranges::any_of(all_, [&](const Connection& one) { return one.method == method; });
  }
  [[nodiscard]] std::uint32_t mode_of(std::string_view path) const {
    return scene_->mode(std::string(path)).value_or(0);
  }

  Check credentials() {
    Check check{"credentials", "Are the keys or certificates there, and kept from others?"};
    if (all_.empty()) check.say(Verdict::unknown, "there is no configuration");
    if (uses(config::IkeMethod::psk)) keys(check);
    if (uses(config::IkeMethod::x509)) certificates(check);
    return check;
  }

  void keys(Check& check) {
    const auto text = tree_.read(places::psk);
    if (!text || !*text)
      return check.say(Verdict::bad, fmt::format("{} is not there", places::psk));
    const auto reading = config::read_psk(**text, config::Profile::strict, mode_of(places::psk));
    for (const auto& [file, finding] : reading.findings)
      check.say(finding.severity == Severity::error ? Verdict::bad : Verdict::warned,
                print_finding(places::psk, finding));
    for (const Connection& one : all_) {
      const std::string peer = config::print_address(*one.destination);
      if (one.method == config::IkeMethod::psk && reading.find(peer) == nullptr)
        check.say(Verdict::bad, fmt::format("{} has no row for {}", places::psk, peer));
    }
  }

  void certificates(Check& check) {
    const auto ca = tree_.read(places::ca);
    const auto own = tree_.read(places::certificate);
    const auto key = tree_.read(places::private_key);
    if (!ca || !*ca || !own || !*own || !key || !*key)
      return check.say(Verdict::bad, fmt::format("{} lacks a file; see ipsec --install-certs",
                                                 places::certificates));
    if ((mode_of(places::private_key) & 077) != 0)
      check.say(Verdict::bad, fmt::format("{} is readable by others", places::private_key));
    const auto report =
        crypto::check_certificates({.root = **ca, .own = **own, .key = **key}, scene_->now);
    const bool same = std::ranges::equal(**ca, **own);
    for (const crypto::CertificateProblem& one : report.problems) {
      using crypto::CertificateFault;
      const bool harmless = one.fault == CertificateFault::wrong_purpose ||
                            (same && (one.fault == CertificateFault::no_root ||
                                      one.fault == CertificateFault::self_signed));
      if (harmless) continue;
      const bool weak = one.fault == CertificateFault::weak_key;
      check.say(weak ? Verdict::warned : Verdict::bad,
                fmt::format("{}: {}", crypto::name_of(one.fault), one.text));
    }
    for (const auto* facts : {&report.root, &report.own})
      if (*facts) expiry(**facts, check);
  }

  /// CE-08: after the end connectivity is lost, and somebody has to go there.
  void expiry(const crypto::CertificateFacts& facts, Check& check) const {
    if (facts.not_after < scene_->now || facts.not_after - scene_->now > soon) return;
    const bool now = facts.not_after - scene_->now <= very_soon;
    check.say(Verdict::warned,
              fmt::format("{} ends on {}, {}", facts.subject, day_of(facts.not_after),
                          now ? "within 7 days: install another today"
                              : "within 30 days: install another"));
  }

  Check clock() const {
    Check check{"clock", "Is the date right? NTP sets it."};
    if (scene_->now < first_day && !TOUCHSTONE_DEFECT("TM-06.clock"))
      check.say(Verdict::bad,
                fmt::format("it says {}, which no NTP server has set", day_of(scene_->now)));
    return check;
  }

  Check scope(const std::string& broken) {
    Check check{"scope", "Are mode and scope as they should be?"};
    if (!broken.empty()) check.say(Verdict::bad, broken);
    for (const Connection& one : all_) {
      const std::string script = policies_of(one);
      const OctetView octets = as_octets(script);
      const auto reading =
          config::read_setkey({octets.begin(), octets.end()}, config::Profile::strict);
      for (const auto& [file, finding] : reading.findings)
        check.say(Verdict::bad, print_finding("policies of " + one.name, finding));
      if (!one.on_boot)
        check.say(Verdict::warned, one.name + " has ONBOOT=no and is not active after a reboot");
    }
    return check;
  }

  Check algorithms() {
    Check check{"algorithms", "Does racoon take racoon.conf, and are its algorithms good?"};
    auto text = tree_.read(places::racoon_conf);
    if (!text || !*text) {
      check.say(all_.empty() ? Verdict::unknown : Verdict::bad,
                fmt::format("{} is not there", places::racoon_conf));
      return check;
    }
    config::RacoonOptions options;
    options.includes.view = scene_->files;
    racoon_ = config::read_racoon(std::string(places::racoon_conf), std::move(**text), options);
    for (const auto& [file, finding] : racoon_->findings)
      check.say(finding.severity == Severity::error ? Verdict::bad : Verdict::warned,
                print_finding(racoon_->document.files[file], finding));
    for (const Connection& one : all_)
      if (one.profile != "modern")
        check.say(Verdict::warned, one.name + " uses group 2 and SHA-1; see --profile=modern");
    return check;
  }

  Check files() {
    Check check{"files", "Are the generated files there and included?"};
    if (!all_.empty() && !tree_.has(places::racoon_link))
      check.say(Verdict::bad, fmt::format("the link {} is not there", places::racoon_link));
    for (const Connection& one : all_) {
      const std::string path = peer_path(*one.destination);
      if (!tree_.has(path)) check.say(Verdict::bad, path + " is not there");
      const bool included = racoon_ && std::ranges::find(racoon_->config.includes, path) !=
                                           racoon_->config.includes.end();
      if (!included)
        check.say(Verdict::bad, fmt::format("{} does not include {}", places::racoon_conf, path));
    }
    return check;
  }

  Check active() {
    Check check{"active", "Is the configuration active?"};
    if (all_.empty()) check.say(Verdict::unknown, "there is no configuration");
    for (const Connection& one : all_)
      if (!tree_.is_active(one.name))
        check.say(Verdict::bad,
                  fmt::format("{0} is not; ipsec --start --name={0}, or a reboot", one.name));
    return check;
  }

  Check negotiated() {
    Check check{"negotiated", "Has racoon an ISAKMP association, and one in each direction below?"};
    if (!scene_->isakmp || !scene_->associations) {
      check.say(Verdict::unknown, "racoonctl was not asked");
      return check;
    }
    const auto list = config::read_isakmp_list(*scene_->isakmp);
    const auto dump = config::read_sa_dump(*scene_->associations);
    for (const Connection& one : all_) {
      const bool phase1 = std::ranges::any_of(list.rows, [&](const config::IsakmpSa& row) {
        return row.destination.address == *one.destination;
      });
      if (!phase1)
        check.say(Verdict::bad, one.name + ": no ISAKMP association; let the peer send a ping");
      for (const auto& [file, finding] :
           config::judge_associations(dump, *one.source, *one.destination))
        check.say(Verdict::bad, print_finding(one.name, finding));
    }
    return check;
  }

  Check syslog() {
    Check check{"syslog", "What does /var/log/syslog say?"};
    const auto text = tree_.read("/var/log/syslog");
    if (!text || !*text) {
      check.say(Verdict::unknown, text ? "/var/log/syslog is not there"
                                       : "/var/log/syslog cannot be read, or has over 4 MiB");
      return check;
    }
    const config::RacoonLog log = config::read_racoon_log(as_text(**text));
    for (const Connection& one : all_) {
      const config::LogWish wish{
          .self = *one.source,
          .peer = *one.destination,
          .protocol = one.esp == "none" ? "AH" : "ESP",
          .mode = one.tunnel() ? config::SaMode::tunnel : config::SaMode::transport};
      for (const auto& [file, finding] : config::judge_racoon_log(log, wish))
        check.say(Verdict::bad, print_finding("/var/log/syslog", finding));
    }
    return check;
  }

  const IpsecScene* scene_;
  IpsecTree tree_;
  std::vector<Connection> all_;
  std::optional<config::RacoonReading> racoon_;
  Checks checks_;
};

}  // namespace

Checks check_ipsec(const IpsecScene& scene) {
  return Doctor(scene).run();
}

}  // namespace touchstone::mediagateway
