#pragma once
// What the cases of this suite share: gateways that ask, keyrings that change, the log.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/diameter/exchange.h"

namespace touchstone::conformance::suites::kms {

using diameter::CaseContext;
using diameter::Gateway;
using diameter::Json;
using diameter::Milliseconds;
using diameter::Network;
namespace dm = diameter::dm;
namespace oracle = touchstone::conformance::oracle;

/// A case of the suite; `needs` are those of a server and `more`.
void add_case(harness::Registry& registry, std::string id, std::string title,
              std::function<void(CaseContext&)> body, std::vector<std::string> more = {});

/// Every node of the world's keyring is served with its key.
void expect_all_served(std::string_view requirement, Network& network, Gateway& gateway);

/// The Result-Code for a root key, 0 when no answer came.
[[nodiscard]] std::uint32_t result_for(Gateway& gateway, std::uint32_t node);
/// Asks until `node` is served, a reload takes a moment; false when it never is.
[[nodiscard]] bool is_served_soon(Network& network, Gateway& gateway, std::uint32_t node);

/// `keyring` with a row for the world's unknown node, and another key for its second row.
[[nodiscard]] oracle::Keyring changed(const Network& network);
/// net.start's member for `keyring`.
[[nodiscard]] Json keyring_argument(const oracle::Keyring& keyring);
[[nodiscard]] Json keyring_argument(std::string_view text);

/// The log of the KMS ([pixit] log_file, else kms.log), once `holds` is true of it; as it is when
/// that never happens.
[[nodiscard]] std::string log_when(Network& network,
                                   const std::function<bool(std::string_view log)>& holds);
[[nodiscard]] std::string log_name(CaseContext& ctx);

}  // namespace touchstone::conformance::suites::kms
