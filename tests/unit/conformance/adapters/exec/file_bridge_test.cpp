// The tier exec: files for commands that know files alone.

#include "conformance/adapters/exec/exec_adapter.h"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.h"

namespace touchstone::conformance::adapters::exec {
namespace {

using harness::Json;
using harness::Response;
using harness::Status;
using ::testing::HasSubstr;

class ExecFiles : public testing::Test {
 protected:
  /// The answer of a shell script that is called with the files of `operands`.
  Response run(const std::string& script, Json operands, Json args) {
    Json argv{"/bin/sh", "-ec", script, "sh"};
    argv.insert(argv.end(), operands.begin(), operands.end());
    iut_.exec["keyring.encode"].argv = *harness::ArgvTemplate::parse(argv);
    iut_.exits[0] = {.status = Status::ok};
    iut_.exits[6] = {.status = Status::reject};
    const auto adapter = make_exec_adapter(iut_);
    adapter->begin({.test = "t", .requirements = {}, .sandbox = folder_.folder()});
    return adapter->call({"keyring.encode", std::move(args)});
  }

  harness::Iut iut_;
  tests::TemporaryFolder folder_;
};

TEST_F(ExecFiles, AnArgumentIsAFileOfItsOctetsThatOthersCannotRead) {
  const Response response =
      run(R"(od -An -tx1 "$1"; stat -c %a "$1")", {"{octets_b64:file}"}, {{"octets_b64", "AP8K"}});
  EXPECT_EQ(response.obs.at("stdout"), " 00 ff 0a\n600\n");
}

TEST_F(ExecFiles, AnOutputBecomesAnObservation) {
  const Response response = run(R"(printf '\000\377' > "$1"; printf hello > "$2")",
                                {"{octets_b64:output}", "{name:output}"}, Json::object());
  EXPECT_EQ(response.obs.at("octets_b64"), "AP8=");
  EXPECT_EQ(response.obs.at("name"), "hello");
}

TEST_F(ExecFiles, AllArgumentsAndObservationsGoAsJson) {
  const Response response =
      run(R"(cat "$1" > "$2")", {"{args:file}", "{obs:output}"}, {{"added", 3}, {"stale", 4}});
  EXPECT_EQ(response.obs.at("added"), 3);
  EXPECT_EQ(response.obs.at("stale"), 4);
}

TEST_F(ExecFiles, AListIsAFileAnElement) {
  // A group is a list in the list. Compilers disagree whether {list} is a copy of it, so both are
  // named.
  const Json group = Json::array({"{pems:file}"});
  const Response response =
      run(R"(cat "$@")", Json::array({group}), {{"pems", Json::array({"one\n", "two\n"})}});
  EXPECT_EQ(response.obs.at("stdout"), "one\ntwo\n");
}

TEST_F(ExecFiles, NothingStaysInTheSandbox) {
  run(R"(true > "$2")", {"{octets_b64:file}", "{octets_b64:output}"}, {{"octets_b64", ""}});
  EXPECT_FALSE(folder_.has(".exec"));
}

TEST_F(ExecFiles, AnOutputThatIsNotMadeIsNoObservation) {
  const Response response = run("exit 6", {"{octets_b64:output}"}, Json::object());
  EXPECT_EQ(response.status, Status::reject);
  EXPECT_FALSE(response.obs.contains("octets_b64"));
}

TEST_F(ExecFiles, AnAbsentArgumentOutsideAGroupIsAnErrorOfTheManifest) {
  const Response response = run("true", {"{octets_b64:file}"}, Json::object());
  EXPECT_EQ(response.status, Status::error);
  EXPECT_THAT(response.detail, HasSubstr("octets_b64:file"));
}

TEST_F(ExecFiles, AnotherWordBehindAColonIsRefused) {
  EXPECT_FALSE(harness::ArgvTemplate::parse(Json::array({"{octets_b64:pipe}"})).has_value());
}

}  // namespace
}  // namespace touchstone::conformance::adapters::exec
