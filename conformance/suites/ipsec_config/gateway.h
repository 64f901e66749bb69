#pragma once
// A media gateway in the sandbox on which the command `ipsec` works: what is there before, what the
// programs were told that it started, and the judgement of both by the oracle.

#include <string>
#include <string_view>
#include <vector>

#include "conformance/generators/ipsec_switches.h"
#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/ipsec/gateway_policies.h"
#include "conformance/oracle/ipsec/gateway_tree.h"

namespace touchstone::conformance::suites::ipsec_config {

using harness::CaseContext;
using harness::Json;
using harness::Response;

/// The requirements that a case judges with these files; of others it says nothing.
using Judged = std::vector<std::string>;
using Words = std::vector<std::string>;

class Gateway {
 public:
  /// An empty sandbox with a tree of a gateway: eth0 is 192.168.1.100, setkey, racoon and racoonctl
  /// note what they are told.
  explicit Gateway(CaseContext& ctx);

  /// The command with these words behind its name, `lines` on its standard input.
  Response run(const Words& argv, const Words& lines = {}, unsigned umask = 022);
  /// --create of a drawn line, with the files that it names; its keys are secrets from now on.
  Response create(const generators::CreateLine& line);
  /// A plain configuration in transport mode with a key.
  [[nodiscard]] generators::CreateLine plain(unsigned number = 0) const;

  void write(std::string_view name, std::string_view text, unsigned mode = 0644);
  /// ca.pem, mgu.pem and mgu_key.pem, three files that fit together.
  void write_certificates();
  /// What racoonctl prints from now on, by the first word behind show-sa.
  void let_racoonctl_say(std::string_view what, std::string_view text);

  [[nodiscard]] oracle::ipsec::EtcTree tree() const;
  /// What was there before the first configuration.
  [[nodiscard]] const oracle::ipsec::EtcTree& before() const noexcept { return before_; }
  /// From now on what is there now counts as having been there before.
  void take_as_given() { before_ = tree(); }
  /// The policies of the kernel, after all that setkey was told.
  oracle::ipsec::PolicyTable& policies();
  /// Whether a program was started with these words since the sandbox was made.
  [[nodiscard]] bool was_told(std::string_view words) const;

  void expect_tree(const Judged& judged, const std::vector<oracle::ipsec::GatewayWish>& wishes);
  void expect_policies(const Judged& judged, const std::vector<oracle::ipsec::GatewayWish>& active);
  /// The files below /etc are those of `wanted`.
  void expect_same(std::string_view requirement, const oracle::ipsec::EtcTree& wanted);
  /// The words are refused with one of `codes`, and nothing is touched or started.
  void expect_refused(std::string_view requirement, const Words& argv,
                      std::initializer_list<int> codes, const Words& lines = {});
  /// Other programs, such as openssl, may have been.
  void expect_nothing_started(std::string_view requirement, const Response& response);

 private:
  void expect_none(const Judged& judged, const oracle::ipsec::GatewayFaults& faults);
  [[nodiscard]] std::string notes() const;

  CaseContext& ctx_;
  oracle::ipsec::EtcTree before_;
  oracle::ipsec::PolicyTable policies_;
  std::size_t read_ = 0;  ///< of the notes
};

/// Registers a case that needs cmd.ipsec, and `ipsec.extended` where it uses what is ours.
void add_gateway_case(harness::Registry& registry, std::string id, Judged requirements,
                      std::string title, std::function<void(CaseContext&)> body,
                      bool extended = false);

}  // namespace touchstone::conformance::suites::ipsec_config
