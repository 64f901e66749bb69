#include "tests/unit/conformance/harness/fake_adapter.h"

#include <fmt/format.h>
#include <unistd.h>

namespace touchstone::conformance::harness {

RunSettings test_settings() {
  static const Iut iut = reference_iut();
  RunSettings settings;
  settings.cases = 100;
  settings.sandbox_root = fmt::format("/tmp/touchstone-unit-{}", ::getpid());
  settings.iut = &iut;
  return settings;
}

Case test_case(std::function<void(CaseContext&)> body) {
  return {.id = "KR-01.Example",
          .suite = "example",
          .requirements = {"KR-01"},
          .needs = {"keyring.decode", "cmd.keyring_lint"},
          .title = "A keyring begins with its header",
          .body = std::move(body)};
}

Response ok_response(Json obs) {
  return {.status = Status::ok,
          .reject_class = RejectClass::unspecified,
          .obs = std::move(obs),
          .detail = {}};
}

}  // namespace touchstone::conformance::harness
