#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/host/doctor.h"

namespace touchstone::commands {
namespace {

constexpr std::array<int, 3> exit_codes = {1, 2, 13};

std::string_view level_name(host::Diagnosis::Level level) {
  switch (level) {
    case host::Diagnosis::Level::ok:
      return "ok";
    case host::Diagnosis::Level::warn:
      return "warn";
    case host::Diagnosis::Level::fail:
      return "fail";
  }
  return "fail";
}

Result<int> kms_doctor(Context& context) {
  host::DoctorPlaces places;
  if (!TOUCHSTONE_DEFECT("KR-22.root")) places.root = context.root;
  bool failed = false;
  for (const host::Diagnosis& diagnosis : host::examine(context.files, places)) {
    const std::string_view level = level_name(diagnosis.level);
    failed = failed || diagnosis.level == host::Diagnosis::Level::fail;
    context.report.line(fmt::format("{} {}: {}", level, diagnosis.check, diagnosis.text));
    context.report.json()["checks"].push_back(
        {{"check", diagnosis.check}, {"level", level}, {"text", diagnosis.text}});
  }
  return failed ? 13 : 0;
}

}  // namespace

Command kms_doctor_command() {
  return {.name = "kms_doctor",
          .purpose = "tell what of the hardening list is not as it should be",
          .teaching =
              "One line a check: ok, warn or fail, its name, and what was found. A warning is\n"
              "worth a look; a failure ends with exit code 13. Nothing is changed. Run it as\n"
              "the user of the service or as root.",
          .example = "kms_doctor\nkms_doctor --root /srv/onramp",
          .options = {},
          .exit_codes = exit_codes,
          .handler = kms_doctor};
}

}  // namespace touchstone::commands
