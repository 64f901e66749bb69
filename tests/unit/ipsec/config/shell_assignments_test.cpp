#include "reference/ipsec/config/shell_assignments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct Reading {
  std::vector<std::string> values;  ///< NAME=value
  std::vector<std::string> rules;
};

Reading read(std::string_view text) {
  RuleLog log(Profile::strict);
  Reading made;
  for (const Assignment& one : read_assignments(as_octets(text), 0, log))
    made.values.push_back(one.name + "=" + std::string(as_text(one.value)));
  made.rules = codes(std::move(log).take());
  return made;
}

TEST(ShellAssignments, TakesQuotingAwayAsAShellDoes) {
  const Reading made = read(
      "A=1\nB='two words'\nC=\"a \\\"b\\\" \\c\"\nD=x\\ y\n# no\nE=a'b'\"c\"\n"
      "F=\nexport G=7\nH=a#b\nI='l1\nl2'; J=\\\n9\n");
  EXPECT_THAT(made.values, ElementsAre("A=1", "B=two words", "C=a \"b\" \\c", "D=x y", "E=abc",
                                       "F=", "G=7", "H=a#b", "I=l1\nl2", "J=9"));
}

TEST(ShellAssignments, TakesSeveralOnALineWithAWarning) {
  const Reading made = read("DST=10.0.0.2 TYPE=IPSEC ONBOOT=yes\n");
  EXPECT_THAT(made.values, ElementsAre("DST=10.0.0.2", "TYPE=IPSEC", "ONBOOT=yes"));
  EXPECT_THAT(made.rules, ElementsAre("KL-ONELINE"));
}

TEST(ShellAssignments, SetsNothingWhereAShellWouldExecute) {
  for (const char* text : {"K=two words\n", "K=a rm -rf /\n", "rm K=a\n", "K=a; reboot\n",
                           "K=a|b\n", "K=a >f\n", "(K=a)\n", "K=a &\n"}) {
    const Reading made = read(text);
    EXPECT_THAT(made.rules, Contains("IF-COMMAND")) << text;
  }
  EXPECT_THAT(read("K=two words\nL=1\n").values, ElementsAre("L=1"));
}

TEST(ShellAssignments, TellsWhatAShellWouldReplace) {
  for (const char* text : {"K=$HOME\n", "K=\"$(id)\"\n", "K=`id`\n", "K=~\n", "K=\"a`b\"\n"})
    EXPECT_THAT(read(text).rules, Contains("IF-EXPANSION")) << text;
  for (const char* text : {"K='$HOME `id` ~'\n", "K=\\$HOME\n", "K=\"\\$x\"\n", "K=a~\n"})
    EXPECT_THAT(read(text).rules, IsEmpty()) << text;
}

TEST(ShellAssignments, TellsOpenQuotesAndOctetsOfAnotherSystem) {
  EXPECT_THAT(read("K='a\n").rules, Contains("IF-QUOTE"));
  EXPECT_THAT(read("K=\"a\n").rules, Contains("IF-QUOTE"));
  EXPECT_THAT(read("K=a\r\n").rules, Contains("IF-OCTET"));
  EXPECT_THAT(read(std::string_view("K=a\0b\n", 6)).rules, Contains("IF-OCTET"));
  EXPECT_THAT(read(std::string(max_shell_file + 1, '\n')).rules, Contains("IF-TOOLARGE"));
  EXPECT_THAT(read("K=a\\").values, ElementsAre("K=a"));
}

TEST(ShellAssignments, PrintsWhatReadsAsTheSame) {
  for (const std::string value :
       {"", "plain", "two words", "it's", "$x`y`\\\"", "a\nb", "#", "~"}) {
    const SecretOctets line = print_assignment("K", as_octets(value));
    EXPECT_THAT(read(as_text(line)).values, ElementsAre("K=" + value));
    EXPECT_THAT(read(as_text(line)).rules, IsEmpty()) << value;
  }
}

}  // namespace
}  // namespace touchstone::ipsec::config
