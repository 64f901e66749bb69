#pragma once
// What the cases of this suite share.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/ipsec/keys_files.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/ipsec/setkey_script.h"
#include "conformance/suites/verdict/file_verdict.h"

namespace touchstone::conformance::suites::ipsec_config {

using harness::CaseContext;
using harness::Json;
using harness::Response;

/// A file of a property.
struct Drawn {
  std::string rule;  ///< what was spoilt
  std::string file;
  std::string more;   ///< the keys file beside an ifcfg
  unsigned mode = 0;  ///< of the keys
};
void to_json(Json& json, const Drawn& drawn);
void from_json(const Json& json, Drawn& drawn);

// The implementation says of a file what the oracle says: taken or refused, in each profile; every
// remark of the oracle is told with its line, and in the profile strict no other code; and where
// the program takes it, what it means.
/// `opened`: includes, certificates and identifiers in files are looked for, and none is there.
void expect_racoon(CaseContext& ctx, std::string_view requirement, const std::string& file,
                   bool opened = false);
void expect_setkey(CaseContext& ctx, std::string_view requirement, const std::string& text);
void expect_ifcfg(CaseContext& ctx, std::string_view requirement,
                  const oracle::ipsec::IfcfgInput& input);
void expect_psk(CaseContext& ctx, std::string_view requirement, const std::string& text,
                unsigned mode = 0600);

/// The arguments of ifcfg.decode and ifup.plan.
[[nodiscard]] Json ifcfg_arguments(const oracle::ipsec::IfcfgInput& input);

/// A racoon.conf and a setkey script without a remark, with a line of each kind.
[[nodiscard]] std::string plain_racoon();
[[nodiscard]] std::string plain_setkey();
[[nodiscard]] oracle::ipsec::IfcfgInput plain_ifcfg();

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body);

}  // namespace touchstone::conformance::suites::ipsec_config
