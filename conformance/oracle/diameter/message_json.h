#pragma once
// A message as JSON, in the spelling of docs/formats/tsp-1.md ("Diameter messages"), so that a
// saved counterexample is also what goes over the wire.

#include <nlohmann/json.hpp>

#include "conformance/oracle/diameter/message.h"

namespace touchstone::conformance::oracle::diameter {

void to_json(nlohmann::json& json, const Avp& avp);
void from_json(const nlohmann::json& json, Avp& avp);
void to_json(nlohmann::json& json, const Message& message);
void from_json(const nlohmann::json& json, Message& message);

}  // namespace touchstone::conformance::oracle::diameter
