// Values that try to say more than themselves: IC-11.

#include <fmt/format.h>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

/// An attempt in one value of a command line.
struct Attempt {
  std::size_t target = 0;  ///< of the switches below
  std::string text;        ///< in place of the value or around it
  bool around = false;
};
void to_json(Json& json, const Attempt& attempt) {
  json = {{"target", attempt.target}, {"text", attempt.text}, {"around", attempt.around}};
}
void from_json(const Json& json, Attempt& attempt) {
  attempt = {json.at("target").get<std::size_t>(), json.at("text").get<std::string>(),
             json.at("around").get<bool>()};
}

namespace {

struct Target {
  const char* option;
  const char* value;  ///< a good one
  bool ours = false;  ///< a switch that the document has not
};
constexpr Target targets[] = {{"name", "head"},
                              {"dst-address", "192.168.7.7"},
                              {"dst-network", "10.3.0.0/16"},
                              {"src-port", "5000"},
                              {"dst-port", "80"},
                              {"ip-proto", "tcp"},
                              {"src-address", "192.168.1.101", true},
                              {"media-address", "192.168.1.150", true},
                              {"media-ports", "50000-50001", true},
                              {"proto", "esp", true},
                              {"profile", "legacy", true}};
constexpr std::size_t target_count = std::size(targets);
constexpr std::string_view key = "a key of forty letters for the peer....";

constexpr const char* pieces[] = {"\n",
                                  "\r\n",
                                  "\"",
                                  "'",
                                  ";",
                                  "#",
                                  "$(touch /etc/pwned)",
                                  "`touch /etc/pwned`",
                                  "; touch /etc/pwned #",
                                  "${IFS}",
                                  "..",
                                  "../../etc/pwned",
                                  "/",
                                  "-",
                                  "--force",
                                  "{",
                                  "} remote anonymous {",
                                  "\";\ninclude \"/etc/pwned",
                                  "\nONBOOT=no",
                                  "=",
                                  " ",
                                  "\t",
                                  "*",
                                  "\\",
                                  "\x01",
                                  "\x7f",
                                  "%s%n",
                                  "\xE2\x80\x93",
                                  "\xFF"};

Words words_with(const Attempt& attempt, bool extended) {
  Words words = {"--create", fmt::format("--dst-preshared-key={}", key)};
  for (std::size_t i = 0; i < target_count; ++i) {
    if (targets[i].ours && !extended) continue;
    std::string value = targets[i].value;
    if (i == attempt.target) value = attempt.around ? value + attempt.text : attempt.text;
    words.push_back(fmt::format("--{}={}", targets[i].option, value));
  }
  return words;
}

Attempt draw_attempt(bool extended) {
  Attempt attempt;
  do
    attempt.target = generators::draw_below(target_count);
  while (targets[attempt.target].ours && !extended);
  attempt.around = generators::draw_bool();
  const std::uint32_t count = 1 + generators::draw_below(3);
  for (std::uint32_t i = 0; i < count; ++i)
    attempt.text += pieces[generators::draw_below(std::size(pieces))];
  return attempt;
}

/// None of these can stand in a value, so each is refused.
void check_attempts(CaseContext& ctx) {
  const bool extended = ctx.has("ipsec.extended");
  Gateway gateway(ctx);
  for (std::size_t target = 0; target < target_count; ++target)
    for (const char* text : {"\nlog debug;", "$(touch /etc/pwned)", "\"; #", "{}", "../pwned"})
      if (extended || !targets[target].ours)
        gateway.expect_refused("IC-11", words_with({target, text, true}, extended), {2});
  harness::property<Attempt>(
      ctx, "attempts", {.classes = {{"name", 0.03}}, .cost = 2},
      [&] { return draw_attempt(extended); },
      [&](CaseContext& at, const Attempt& attempt) {
        harness::classify(at, "name", attempt.target == 0);
        Gateway(at).expect_refused("IC-11", words_with(attempt, extended), {2});
      });
}

/// A key may hold what a shell or racoon.conf minds: it is a row of psk.txt, octet for octet, and
/// nothing else. What would end the row is refused.
void check_key(CaseContext& ctx, const std::string& text) {
  Gateway gateway(ctx);
  generators::CreateLine line = gateway.plain();
  line.wish.destination_key = text;
  line.argv.back() = "--dst-preshared-key=" + text;
  const auto found = ctx.sandbox().snapshot();
  const Response response = gateway.create(line);
  if (response.rejected()) return ctx.expect_unchanged(found, "IC-11");
  ctx.expect_accepted(response, "IC-11");
  const auto tree = gateway.tree();
  const auto keys = tree.find("racoon/psk.txt");
  const std::string row = line.wish.destination + " " + text + "\n";
  ctx.expect(keys != tree.end() && keys->second.text == row, "IC-11",
             "one row with the key, octet for octet", "another file");
  ctx.expect(text.find_first_of("\n\r") == std::string::npos, "IC-11",
             "a key with a line end refused", "it is taken");
}

void check_keys(CaseContext& ctx) {
  for (const char* piece : pieces)
    check_key(ctx, fmt::format("{}{}{}", key.substr(0, 20), piece, key.substr(20)));
  check_key(ctx, "- a key that begins with a dash");
  check_key(ctx, "# a key that begins like a comment");
  harness::property<Attempt>(
      ctx, "keys", {.classes = {}, .cost = 8}, [&] { return draw_attempt(false); },
      [](CaseContext& at, const Attempt& attempt) {
        check_key(at, fmt::format("a key with {} in it", attempt.text));
      });
}

/// In a file a key can hold what an argument cannot.
void check_nul(CaseContext& ctx) {
  Gateway gateway(ctx);
  for (const std::string_view text :
       {std::string_view("the first row of two\n10.9.9.9 another row\n"),
        std::string_view("a key with NUL \0 inside it", 26)}) {
    gateway.write("peer.key", text, 0600);
    gateway.expect_refused("IC-11",
                           {"--create", "--name=head", "--dst-address=192.168.7.7",
                            "--dst-preshared-key-file=peer.key"},
                           {2});
  }
}

}  // namespace

void add_gateway_value_cases(harness::Registry& registry) {
  add_gateway_case(registry, "IC-11.RefusesValuesThatSayMore", {"IC-11"},
                   "Line ends, quotes, braces and words of a shell are refused in every value",
                   check_attempts);
  add_gateway_case(registry, "IC-11.KeepsAKeyOneRow", {"IC-11"},
                   "A key is one row of psk.txt whatever it holds, or is refused", check_keys);
  add_gateway_case(registry, "IC-11.RefusesNulInAFile", {"IC-11"},
                   "A key of a file with NUL or a second line is refused", check_nul, true);
}

}  // namespace touchstone::conformance::suites::ipsec_config
