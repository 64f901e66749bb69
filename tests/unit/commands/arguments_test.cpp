#include "reference/commands/arguments.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 5> options = {{
    {.name = "master", .letter = 'm', .argument = "FILE", .need = Option::Need::required},
    {.name = "input", .letter = 'i', .argument = "FILE", .repeatable = true},
    {.name = "backup", .letter = 'b'},
    {.name = "max-replace", .argument = "N"},
    {.name = "verbose", .letter = 'v'},
}};

Result<ParsedLine> parse(std::vector<std::string> args) {
  return parse_command_line("tool", options, args);
}

int refusal(std::vector<std::string> args) {
  const auto parsed = parse(std::move(args));
  return parsed ? 0 : exit_code(parsed.error());
}

TEST(CommandLine, TakesShortLongAndJoinedForms) {
  for (const std::vector<std::string>& args : {std::vector<std::string>{"-m", "k.csv", "-b", "-v"},
                                               {"--master", "k.csv", "-bv"},
                                               {"--master=k.csv", "--backup", "--verbose"},
                                               {"-vb", "-mk.csv"}}) {
    const auto parsed = parse(args);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(parsed->arguments.required("master"), "k.csv");
    EXPECT_TRUE(parsed->arguments.has("backup"));
    EXPECT_TRUE(parsed->arguments.has("verbose"));
  }
}

TEST(CommandLine, KeepsTheOrderOfARepeatedOption) {
  const auto parsed = parse({"-i", "b", "-m", "k", "--input=a", "-i", "c"});
  ASSERT_TRUE(parsed) << parsed.error().detail;
  const auto inputs = parsed->arguments.values("input");
  EXPECT_EQ(std::vector<std::string>(inputs.begin(), inputs.end()),
            (std::vector<std::string>{"b", "a", "c"}));
}

TEST(CommandLine, RefusesWhatTheTableDoesNotHold) {
  EXPECT_EQ(refusal({"-m", "k", "--nonsense"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "-x"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "stray"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "-i", "a", "stray"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "--mast", "k"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "--backup=x"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "--backup=1"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "--backup=true"}), 2);
  EXPECT_EQ(refusal({"-m"}), 2);
  EXPECT_EQ(refusal({"-b"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "-m", "l"}), 2);
  EXPECT_EQ(refusal({"-m", "k", "--Backup"}), 2);
}

TEST(CommandLine, TeachesWhichHyphenIsMeant) {
  for (const char* word : {"\u2013h", "\u2014master", "\u2212m"}) {
    const auto refused = parse({"-m", "k", word});
    ASSERT_FALSE(refused) << word;
    EXPECT_EQ(exit_code(refused.error()), 2);
    EXPECT_NE(refused.error().detail.find("hyphen of the keyboard"), std::string::npos);
  }
  const auto refused = parse({"-master=k"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "expected two hyphens: --master");
}

TEST(CommandLine, AnswersHelpWhateverIsMissing) {
  for (const char* wish : {"-h", "--help"}) {
    const auto parsed = parse({wish});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->wish, ParsedLine::Wish::help);
  }
  const auto parsed = parse({"--version"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->wish, ParsedLine::Wish::version);
}

TEST(CommandLine, PassesValuesOnUnchanged) {
  for (const std::string value : {"", " ", "a b", "[x]", "{}", "0x10", "a,b", "\"q\"", "/a=b"}) {
    const auto parsed = parse({"--master=" + value, "-i", "[y,z]"});
    if (value.empty()) continue;
    ASSERT_TRUE(parsed) << value << parsed.error().detail;
    EXPECT_EQ(parsed->arguments.required("master"), value);
    EXPECT_EQ(parsed->arguments.values("input").front(), "[y,z]");
  }
}

TEST(Arguments, NumbersHaveBounds) {
  const auto number = [](const std::string& text) {
    Arguments arguments;
    arguments.add("max-replace", text);
    return arguments.number("max-replace", 1, 100);
  };
  EXPECT_EQ(number("1").value(), 1U);
  EXPECT_EQ(number("100").value(), 100U);
  for (const char* text :
       {"0", "101", "-1", "+1", "1.0", "1 ", " 1", "", "0x1", "99999999999999999999999"})
    EXPECT_FALSE(number(text)) << text;
  EXPECT_EQ(Arguments().number("max-replace", 1, 100).value(), std::nullopt);
}

TEST(Arguments, NodeIdsAreHexadecimalOrDecimal) {
  EXPECT_EQ(parse_node_id("-n", "0x00010200").value(), 0x10200U);
  EXPECT_EQ(parse_node_id("-n", "0xFFFFFFFF").value(), 0xFFFFFFFFU);
  EXPECT_EQ(parse_node_id("-n", "66048").value(), 66048U);
  EXPECT_EQ(parse_node_id("-n", "0").value(), 0U);
  for (const char* text : {"", "0x", "4294967296", "0x100000000", "0x00000000f", "12ab", "-1"})
    EXPECT_FALSE(parse_node_id("-n", text)) << text;
}

}  // namespace
}  // namespace touchstone::commands
