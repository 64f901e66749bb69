#pragma once
// What net8021x holds against its input before it plans anything.

#include "reference/mediagateway/net8021x.h"

namespace touchstone::mediagateway {

/// The password without the line end of its file; Errc::bad_name for control octets, none at all,
/// or more than max_password.
Result<OctetView> password_of(const GivenFile& file);

/// Names, identity and certificates; adds warnings to `plan`.
Result<void> check_request(const Net8021xRequest& request, Net8021xPlan& plan);

}  // namespace touchstone::mediagateway
