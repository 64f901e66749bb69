// Adapters that lie in one way each; an honest one is believed.

#include "conformance/harness/canary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "conformance/harness/base64.h"
#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Response of(Status status) {
  Response response;
  response.status = status;
  return response;
}

// Reads just enough of keyring.csv to be honest about the canaries' files.
Response honest(const Request& request) {
  if (request.op != "keyring.decode") return of(Status::unsupported);
  const auto octets = from_base64(request.args.at("octets_b64").get<std::string>());
  const std::string text(as_text(*octets));
  if (!text.starts_with("pwdh, 0x")) return of(Status::reject);
  const auto value = [&](std::string_view name) {
    const std::size_t at = text.find(fmt::format("\n{}, 0x", name)) + 1 + name.size() + 4;
    return text.substr(at, text.find_first_of(",\n", at) - at);
  };
  return ok_response({{"network",
                       {{"pwdh", text.substr(8, 32)},
                        {"base", value("base")},
                        {"gateway", value("gateway")},
                        {"gateway_cdld", value("gateway_cdld")}}},
                      {"nodes", {{0x0001e240, value("0x0001e240"), 3, 1}}}});
}

std::string prove(FakeAdapter::Answer answer) {
  Iut iut = reference_iut();
  for (auto& [name, declared] : iut.pics)
    declared = name == "keyring.decode";
  FakeAdapter adapter(std::move(answer));
  return prove_adapter(adapter, iut, test_settings().sandbox_root);
}

TEST(Canary, BelievesAnHonestAdapter) {
  EXPECT_THAT(prove(honest), IsEmpty());
}

TEST(Canary, RefusesOneThatSaysYesToNonsense) {
  EXPECT_THAT(prove([](const Request&) { return of(Status::ok); }), HasSubstr("does not exist"));
}

TEST(Canary, RefusesOneThatAcceptsGarbage) {
  EXPECT_THAT(prove([](const Request& request) {
                const Response response = honest(request);
                return response.rejected() ? of(Status::ok) : response;
              }),
              HasSubstr("garbage"));
}

TEST(Canary, RefusesOneThatRefusesEverything) {
  EXPECT_THAT(prove([](const Request& request) {
                return request.op == "keyring.decode" ? of(Status::reject) : honest(request);
              }),
              HasSubstr("golden"));
}

TEST(Canary, RefusesOneWithCannedAnswers) {
  Response first;
  EXPECT_THAT(prove([&](const Request& request) {
                const Response response = honest(request);
                if (!response.ok()) return response;
                if (!first.ok()) first = response;
                return first;
              }),
              HasSubstr("true values"));
}

TEST(Canary, RefusesOneThatWritesDuringAnOperationOnOctets) {
  FakeAdapter* self = nullptr;
  Iut iut = reference_iut();
  for (auto& [name, declared] : iut.pics)
    declared = name == "keyring.decode";
  FakeAdapter adapter([&](const Request& request) {
    Sandbox(self->last_start.sandbox / "left-over").write("x", "y");
    ::mkdir((self->last_start.sandbox / "stays").c_str(), 0700);
    return honest(request);
  });
  self = &adapter;
  EXPECT_THAT(prove_adapter(adapter, iut, test_settings().sandbox_root),
              HasSubstr("changed the sandbox"));
}

}  // namespace
}  // namespace touchstone::conformance::harness
