// Argument lists with placeholders.

#include "conformance/harness/argv_template.h"

#include <gmock/gmock.h>

namespace touchstone::conformance::harness {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> render(const Json& array, const Json& args, const Json& pixit = Json()) {
  const auto parsed = ArgvTemplate::parse(array);
  EXPECT_TRUE(parsed.has_value());
  const auto argv = parsed->render(args, pixit);
  return argv ? *argv : std::vector<std::string>{argv.error().detail};
}

TEST(ArgvTemplate, FillsAPlaceholderInsideAToken) {
  EXPECT_THAT(render({"merge", "--in={input}"}, {{"input", "a.csv"}}),
              ElementsAre("merge", "--in=a.csv"));
}

TEST(ArgvTemplate, LeavesAGroupOutWhenAnArgumentIsAbsentOrFalse) {
  const Json array{"import", Json::array({"-m", "{master}"}), Json::array({"-b", "{?backup}"})};
  EXPECT_THAT(render(array, {{"master", "k.csv"}}), ElementsAre("import", "-m", "k.csv"));
  EXPECT_THAT(render(array, {{"backup", false}}), ElementsAre("import"));
}

TEST(ArgvTemplate, ExpandsTrueToNothing) {
  const Json array{"import", Json::array({"-b", "{?backup}"}), Json::array({"--force{force}"})};
  EXPECT_THAT(render(array, {{"backup", true}, {"force", true}}),
              ElementsAre("import", "-b", "--force"));
}

TEST(ArgvTemplate, RepeatsAGroupForAList) {
  const Json array{"import", Json::array({"-i", "{input}"})};
  EXPECT_THAT(render(array, {{"input", {"a", "b"}}}), ElementsAre("import", "-i", "a", "-i", "b"));
  EXPECT_THAT(render(array, {{"input", Json::array()}}), ElementsAre("import"));
}

TEST(ArgvTemplate, WritesAConditionOnAListOnce) {
  const Json array{"gen", Json::array({"--passphrase-fd", "0{?passphrases}"})};
  EXPECT_THAT(render(array, {{"passphrases", {"one", "two"}}}),
              ElementsAre("gen", "--passphrase-fd", "0"));
}

TEST(ArgvTemplate, KeepsAnEmptyStringThatWasGiven) {
  EXPECT_THAT(render({"x", Json::array({"--reason", "{reason}"})}, {{"reason", ""}}),
              ElementsAre("x", "--reason", ""));
}

TEST(ArgvTemplate, TakesValuesOfThePixit) {
  EXPECT_THAT(render({"x", "{pixit.host}"}, Json::object(), {{"host", "kms"}}),
              ElementsAre("x", "kms"));
}

TEST(ArgvTemplate, RefusesAPlaceholderWithoutValueOutsideAGroup) {
  const auto parsed = ArgvTemplate::parse({"x", "{file}"});
  const auto argv = parsed->render(Json::object(), Json());
  ASSERT_FALSE(argv.has_value());
  EXPECT_EQ(argv.error().code, make_error_code(ManifestErrc::placeholder));
}

TEST(ArgvTemplate, RefusesWhatIsNoArrayOfStrings) {
  EXPECT_FALSE(ArgvTemplate::parse("x").has_value());
  EXPECT_FALSE(ArgvTemplate::parse({"x", 1}).has_value());
}

}  // namespace
}  // namespace touchstone::conformance::harness
