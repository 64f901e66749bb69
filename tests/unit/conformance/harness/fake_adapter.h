#pragma once
// An implementation under test that a test scripts, and the least that a case needs to run.

#include <functional>
#include <string>

#include "conformance/harness/adapter.h"
#include "conformance/harness/case.h"
#include "conformance/harness/case_run.h"

namespace touchstone::conformance::harness {

class FakeAdapter : public Adapter {
 public:
  using Answer = std::function<Response(const Request&)>;
  explicit FakeAdapter(Answer answer) : answer_(std::move(answer)) {}

  IutDescription describe() override { return {"fake", "1", {}}; }
  void begin(const CaseStart& start) override { last_start = start; }
  Response call(const Request& request) override {
    ++calls;
    return answer_(request);
  }
  std::string take_log() override { return std::exchange(log, {}); }

  CaseStart last_start;
  long calls = 0;
  std::string log;

 private:
  Answer answer_;
};

/// Settings with every capability, 100 candidates and a sandbox root of this process.
RunSettings test_settings();

/// A case of KR-01 that needs keyring.decode and cmd.keyring_lint.
Case test_case(std::function<void(CaseContext&)> body);

/// A response of Status::ok with these observations.
Response ok_response(Json obs = Json::object());

}  // namespace touchstone::conformance::harness
