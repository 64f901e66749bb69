#pragma once
// Between the JSON of tsp/1 and the types of the reference.

#include <string>
#include <string_view>
#include <system_error>

#include "conformance/harness/adapter.h"
#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/keyring/model.h"

namespace touchstone::conformance::adapters::reference {

using harness::Json;
using harness::RejectClass;
using harness::Response;

/// An argument that tsp/1 demands and the request has not: our suites' fault, an adapter error.
struct BadRequest {
  std::string what;
};

[[nodiscard]] Octets octets_argument(const Json& args, const char* name);
[[nodiscard]] SecretOctets secret_argument(const Json& args, const char* name);
[[nodiscard]] std::string text_argument(const Json& args, const char* name);
[[nodiscard]] std::uint32_t number_argument(const Json& args, const char* name);

[[nodiscard]] keyring::NetworkKeys network_argument(const Json& network);
[[nodiscard]] keyring::NodeRows rows_argument(const Json& nodes);
template <std::size_t size>
[[nodiscard]] SecretKey<size> key_argument(const Json& digits);

[[nodiscard]] Json print_network(const keyring::NetworkKeys& network);
[[nodiscard]] Json print_rows(const keyring::NodeRows& rows);
[[nodiscard]] Json print_findings(const Findings& findings);

[[nodiscard]] Response accepted(Json obs);
/// The class by the error's code; `findings` go into obs.
[[nodiscard]] Response rejected(const Error& error, const Findings& findings = {});
[[nodiscard]] RejectClass class_of(const std::error_code& code);

}  // namespace touchstone::conformance::adapters::reference
