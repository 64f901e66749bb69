#include "reference/ipsec/config/racoon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;

const std::string proposal =
    "proposal { encryption_algorithm aes 128; hash_algorithm sha1; "
    "authentication_method pre_shared_key; dh_group 2; }";
const std::string algorithms_told =
    "encryption_algorithm aes 128; authentication_algorithm hmac_sha1; "
    "compression_algorithm deflate;";

std::string remote_with(const std::string& members) {
  return "remote 10.0.0.2 { exchange_mode main; " + members + " " + proposal + " }\n";
}

RacoonReading read(std::string_view text, Profile profile = Profile::strict,
                   FileView* view = nullptr) {
  RacoonOptions options{.profile = profile};
  options.includes.view = view;
  return read_racoon("racoon.conf", secret(text), options);
}

std::vector<std::string> strict_codes(std::string_view text) {
  return codes(read(text).findings);
}

bool racoon_takes(std::string_view text) {
  MemoryView none;
  return read(text, Profile::daemon, &none).accepted;
}

struct Vector {
  std::string name, config;
  bool accepted;
};

std::vector<Vector> vectors() {
  std::vector<Vector> list;
  for (const auto& row : nlohmann::json::parse(fixture("ipsec/verdicts/racoon.json")))
    list.push_back({row.at("name"), row.at("config"), row.at("verdict") == "accept"});
  return list;
}

TEST(Racoon, AgreesWithEveryRecordedVerdict) {
  const auto list = vectors();
  ASSERT_THAT(list, SizeIs(90));
  for (const Vector& one : list)
    EXPECT_EQ(racoon_takes(one.config), one.accepted) << one.name << "\n" << one.config;
}

/// Puts something that racoon passes over where there is a blank already, and around ; { and }.
std::string spread(std::string_view text, std::mt19937& random) {
  static const std::vector<std::string> fillers = {" ", "\n", "\t", "# x; y {\n", " \n\t ", "#\n"};
  const auto filler = [&] { return fillers[random() % fillers.size()]; };
  std::string out = filler();
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    const bool mark = c == ';' || c == '{' || c == '}';
    if (!quoted && blank) out += "\n" + filler();
    if (!quoted && mark) out += filler();
    out += c;
    if (!quoted && mark) out += filler();
  }
  return out + (quoted ? "" : filler());
}

TEST(Racoon, KeepsTheVerdictWhateverStandsBetweenTheWords) {
  std::mt19937 random(20101);
  for (const Vector& one : vectors()) {
    if (one.config.starts_with("# ")) continue;
    for (int i = 0; i < 40; ++i) {
      const std::string text = spread(one.config, random);
      ASSERT_EQ(racoon_takes(text), one.accepted) << one.name << "\n" << text;
    }
  }
}

TEST(Racoon, PassesOverOctetsThatFitNothing) {
  const std::string good = remote_with("");
  for (const char* front : {"x", "} ", "\xEF\xBB\xBF", "\r", "!!", "}}}", "go, quit "})
    EXPECT_TRUE(racoon_takes(front + good)) << front;
  EXPECT_TRUE(racoon_takes("path!include\"/\";"));
  EXPECT_TRUE(racoon_takes(good + "} } !!"));
  EXPECT_FALSE(racoon_takes("remote!10.0.0.2 { exchange_mode main; " + proposal + " }"))
      << "what is passed over belongs to the address";
  EXPECT_TRUE(racoon_takes(remote_with("nonce_size x99;")));
  EXPECT_EQ(read(remote_with("nonce_size x99;")).config.remotes[0].nonce, 0U)
      << "racoon reads the number from the octets before it";
}

TEST(Racoon, NeedsNoBlankBetweenWords) {
  EXPECT_TRUE(
      racoon_takes("remote10.0.0.2{exchange_modemain;proposal{encryption_algorithmaes128;"
                   "hash_algorithmsha1;authentication_methodpre_shared_key;dh_group2;}}"));
  EXPECT_FALSE(racoon_takes("remote hello { exchange_mode main; " + proposal + " }"));
  EXPECT_TRUE(racoon_takes("remote anonymous{exchange_mode main aggressive;" + proposal + "}"));
}

TEST(Racoon, KnowsAWordOnlyInItsSection) {
  EXPECT_TRUE(racoon_takes("log debug2;"));
  EXPECT_FALSE(racoon_takes("log debug3;")) << "3 is a word of its own";
  EXPECT_FALSE(racoon_takes("sainfo anonymous { " + algorithms_told + " my_identifier address; }"));
  EXPECT_FALSE(racoon_takes("timer { nonce_size 3; }"));
}

struct StrictCase {
  const char* what;
  std::string text;
  const char* code;
};

TEST(Racoon, TellsInStrictWhatRacoonTakes) {
  const std::string two = "remote 10.0.0.2 { exchange_mode main; " + proposal + " }\n";
  const std::string sa = "sainfo address 10.1.0.0/24 any address 10.2.0.0/24 any { ";
  const std::vector<StrictCase> cases = {
      {"an extra brace", two + "}", "RC-JUNK"},
      {"two commas", "remote 10.0.0.2 { exchange_mode main,,aggressive; " + proposal + " }",
       "RC-COMMA"},
      {"modes twice", remote_with("exchange_mode aggressive;"), "RC-MODETWICE"},
      {"glued words",
       "sainfo anonymous { encryption_algorithm aes128; authentication_algorithm "
       "hmac_sha1; compression_algorithm deflate; }",
       "RC-GLUED"},
      {"no key length",
       "sainfo anonymous { encryption_algorithm aes; authentication_algorithm "
       "hmac_sha1; compression_algorithm deflate; }",
       "RC-KEYDEFAULT"},
      {"DES",
       "sainfo anonymous { encryption_algorithm des; authentication_algorithm hmac_sha1; "
       "compression_algorithm deflate; }",
       "RC-WEAK"},
      {"group 3",
       "remote 10.0.0.2 { exchange_mode main; proposal { encryption_algorithm aes 128; "
       "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 3; } }",
       "RC-EC2N"},
      {"a signature without a certificate",
       "remote 10.0.0.2 { exchange_mode main; my_identifier address; proposal { "
       "encryption_algorithm aes 128; hash_algorithm sha1; authentication_method rsasig; "
       "dh_group 2; } }",
       "RC-CERTIFICATE"},
      {"no life time", remote_with("lifetime time 0 sec;"), "RC-LIFETIME"},
      {"a life time without end", remote_with("lifetime time 99999999999 hour;"), "RC-LIFETIME"},
      {"a short nonce", remote_with("nonce_size 7;"), "RC-NONCE"},
      {"a long nonce", remote_with("nonce_size 257;"), "RC-NONCE"},
      {"a situation", remote_with("situation secrecy;"), "RC-SITUATION"},
      {"a name without address", "remote \"gw\" { exchange_mode main; " + proposal + " }",
       "RC-NOADDRESS"},
      {"a remote twice", two + two, "RC-DUPREMOTE"},
      {"nothing protected",
       sa + "encryption_algorithm null_enc; authentication_algorithm "
            "non_auth; compression_algorithm deflate; }",
       "RC-NOPROTECTION"},
      {"a prefix of 33", "sainfo address 10.1.0.0/33 any anonymous { " + algorithms_told + " }",
       "RC-PREFIX"},
      {"a port of 70000",
       "sainfo address 10.0.0.1[70000] tcp address 10.0.0.2 tcp { " + algorithms_told + " }",
       "RC-PORT"},
      {"two anonymous",
       "sainfo anonymous { " + algorithms_told + " } sainfo anonymous { " + algorithms_told + " }",
       "RC-TWOANON"},
      {"CRLF", "log info;\r\n", "RC-CRLF"},
      {"BOM", "\xEF\xBB\xBFlog info;", "RC-BOM"},
      {"NUL", std::string("log\0 info;", 10), "RC-NUL"},
      {"three numbers", "listen { isakmp 10.0.0; }", "RC-SHORTADDRESS"},
      {"main mode by name", remote_with("my_identifier fqdn \"a.example\";"), "RC-MAINPSK"},
      {"an old form", remote_with("peers_certfile \"a.pem\";"), "RC-OBSOLETE"},
      {"host bits", "sainfo address 10.1.0.7/24 any anonymous { " + algorithms_told + " }",
       "RC-HOSTBITS"},
      {"a protocol over 255", "sainfo address 10.1.0.7 256 anonymous { " + algorithms_told + " }",
       "RC-PROTOCOL"},
  };
  for (const StrictCase& one : cases) {
    EXPECT_THAT(strict_codes(one.text), Contains(one.code)) << one.what << "\n" << one.text;
    EXPECT_TRUE(read(one.text, Profile::daemon).accepted) << one.what << "\n" << one.text;
  }
}

TEST(Racoon, TellsWhatRacoonRefuses) {
  MemoryView none;
  const std::vector<StrictCase> cases = {
      {"", "remote 10.0.0.2 { " + proposal + " }", "RC-NOMODE"},
      {"", "remote 10.0.0.2 { exchange_mode main; }", "RC-NOPROPOSAL"},
      {"", "remote 10.0.0.2 { exchange_mode main; proposal { } }", "RC-PROPOSALPART"},
      {"", remote_with("my_identifier address 10.0.0.300;"), "RC-ADDRESS"},
      {"", remote_with("my_identifier fqdn \"\";"), "RC-IDENTITY"},
      {"", remote_with("my_identifier user_fqdn;"), "RC-IDENTITY"},
      {"", remote_with("my_identifier asn1dn \"CN\";"), "RC-DN"},
      {"", remote_with("my_identifier asn1dn \"C=SWE, CN=x\";"), "RC-DN"},
      {"", remote_with("my_identifier keyid \"/nowhere\";"), "RC-KEYID"},
      {"", remote_with("lifetime byte 10 MB;"), "RC-LIFEBYTE"},
      {"", remote_with("dh_group 2;"), "RC-DHHERE"},
      {"", remote_with("remote_address 10.0.0.3;"), "RC-ADDRESSTWICE"},
      {"", remote_with("xauth_login \"x\";"), "RC-HYBRID"},
      {"", remote_with("certificate_type x509 \"a\" \"b\";"), "RC-CERTFILE"},
      {"", remote_with("peers_certfile dnssec; peers_certfile dnssec;"), "RC-CERTTWICE"},
      {"", "remote \"a\" inherit \"b\";", "RC-INHERIT"},
      {"", "listen { adminsock \"/var/run/../x.sock\"; }", "RC-SOCKET"},
      {"", "listen { adminsock \"/r.sock\" \"root\" \"root\" 780; }", "RC-SOCKETMODE"},
      {"", "mode_cfg { pool_size 3; }", "RC-HYBRID"},
      {"", "radiuscfg { }", "RC-HYBRID"},
      {"",
       "sainfo anonymous { encryption_algorithm rc4; authentication_algorithm hmac_sha1; "
       "compression_algorithm deflate; }",
       "RC-KERNEL"},
      {"", "sainfo address 10.0.0.1 icmp6 anonymous { " + algorithms_told + " }", "RC-ICMP"},
      {"", "sainfo address 10.0.0.1-::1 any anonymous { " + algorithms_told + " }", "RC-FAMILY"},
      {"", "sainfo asn1dn \"CN=x\" anonymous { " + algorithms_told + " }", "RC-SAINFOID"},
      {"", "sainfo anonymous from address { " + algorithms_told + " }", "RC-SAINFOID"},
  };
  for (const StrictCase& one : cases) {
    const RacoonReading reading = read(one.text, Profile::daemon, &none);
    EXPECT_FALSE(reading.accepted) << one.text;
    EXPECT_THAT(codes(reading.findings), Contains(one.code)) << one.text;
  }
}

TEST(Racoon, TellsThePlaceAndWhatWasExpected) {
  const RacoonReading reading = read("log info;\n\ntimer {\n\tcounter 0x10;\n}\n");
  ASSERT_THAT(reading.findings, SizeIs(1));
  const Finding& finding = reading.findings[0].finding;
  EXPECT_EQ(print_finding("f", finding), "f:4:10: RC-SYNTAX: expected number");
  EXPECT_EQ(finding.severity, Severity::error);
}

TEST(Racoon, GoesOnAfterAFaultInStrictAlone) {
  const std::string text = "log verbose;\nremote 10.0.0.2 { exchange_mode fast; nonce_size 1; " +
                           proposal + " }\nlisten { isakmp 10.0.0; }\n";
  const auto list = strict_codes(text);
  EXPECT_THAT(list, ElementsAre("RC-SYNTAX", "RC-SYNTAX", "RC-NONCE", "RC-SHORTADDRESS"));
  EXPECT_THAT(read(text, Profile::daemon).findings, SizeIs(1)) << "racoon stops at the first";
}

TEST(Racoon, HintsAtTheNumberOfSctp) {
  const auto reading = read("sainfo address 10.0.0.1 sctp anonymous { " + algorithms_told + " }");
  ASSERT_FALSE(reading.accepted);
  EXPECT_THAT(reading.findings[0].finding.text, testing::HasSubstr("132"));
}

TEST(Racoon, ComparesSainfosAsRacoonDoes) {
  const auto of = [](const std::string& head) {
    return "sainfo " + head + " { " + algorithms_told + " }\n";
  };
  const std::string pair = "address 10.0.0.1 any address 10.0.0.2 any";
  EXPECT_FALSE(racoon_takes(of(pair) + of("address 10.0.0.1[80] tcp address 10.0.0.2 udp")))
      << "ports and protocols do not tell two sainfos apart";
  EXPECT_TRUE(racoon_takes(of(pair) + of("address 10.0.0.1/31 any address 10.0.0.2 any")));
  EXPECT_FALSE(racoon_takes(of(pair) + of("address 10.0.0.1/32 any address 10.0.0.2 any")));
  EXPECT_TRUE(
      racoon_takes(of(pair + " from address 10.0.0.9") + of(pair + " from address 10.0.0.8")));
  EXPECT_FALSE(racoon_takes(of(pair + " from address 10.0.0.9") + of(pair)));
  EXPECT_TRUE(racoon_takes(of("anonymous address 10.0.0.2 any") + of(pair)));
}

TEST(Racoon, LetsAChildInheritWhatItsParentHas) {
  const std::string text =
      "remote \"p\" { remote_address 10.0.0.2; exchange_mode main; "
      "lifetime time 1 hour; " +
      proposal +
      " }\n"
      "remote \"c\" inherit \"p\" { nonce_size 32; }\n"
      "remote 10.0.0.3 inherit 10.0.0.2;\n";
  EXPECT_FALSE(racoon_takes(text)) << "two remotes have the address of the last one's parent";
  const auto reading = read(text.substr(0, text.rfind("remote 10")), Profile::daemon);
  ASSERT_TRUE(reading.accepted);
  ASSERT_THAT(reading.config.remotes, SizeIs(2));
  EXPECT_EQ(reading.config.remotes[1].lifetime, 3600U);
  EXPECT_EQ(reading.config.remotes[1].nonce, 32U);
  EXPECT_THAT(reading.config.remotes[1].proposals, SizeIs(1));
  EXPECT_FALSE(racoon_takes("remote \"p\" { exchange_mode main; " + proposal +
                            " }\n"
                            "remote \"c\" inherit \"p\" { remote_address 10.0.0.3; }"));
}

TEST(Racoon, FollowsIncludesAsRacoonFollowsThem) {
  MemoryView view;
  view.files["/etc/racoon/10.0.0.2.conf"] = remote_with("");
  view.files["/etc/racoon/bad.conf"] = "log info;\n\nlog verbose;\n";
  EXPECT_THAT(read("include \"10.0.0.2.conf\";", Profile::daemon, &view).config.remotes, SizeIs(1));
  EXPECT_TRUE(
      read("path include \"/etc\"; include \"racoon/10*\"; log info;", Profile::daemon, &view)
          .accepted);
  EXPECT_FALSE(read("include \"none\";", Profile::daemon, &view).accepted);
  const auto reading = read("include \"/etc/racoon/bad.conf\";", Profile::strict, &view);
  ASSERT_THAT(reading.findings, SizeIs(1));
  EXPECT_EQ(reading.document.files.at(reading.findings[0].file), "/etc/racoon/bad.conf");
  EXPECT_EQ(reading.findings[0].finding.line, 3U);
}

TEST(Racoon, LetsAnIncludedFileEndInTheMiddleOfAStatement) {
  MemoryView view;
  view.files["/etc/racoon/a"] = "remote 10.0.0.2";
  const std::string rest = " { exchange_mode main; " + proposal + " }";
  EXPECT_TRUE(read("include \"a\";" + rest, Profile::daemon, &view).accepted);
  view.files["/etc/racoon/b"] = "log info;";
  EXPECT_FALSE(read("include \"*\";" + rest, Profile::daemon, &view).accepted)
      << "the second file of a pattern starts afresh";
}

TEST(Racoon, BoundsHowDeepIncludesNest) {
  MemoryView view;
  view.files["/etc/racoon/self"] = "include \"self\";";
  const auto reading = read("include \"self\";", Profile::daemon, &view);
  EXPECT_FALSE(reading.accepted);
  EXPECT_THAT(codes(reading.findings), ElementsAre("RC-DEPTH"));
  EXPECT_THAT(reading.document.files, SizeIs(10));
}

TEST(Racoon, PrintsWhatReadsAsTheSame) {
  MemoryView none;
  for (const Vector& one : vectors()) {
    if (!one.accepted) continue;
    const auto first = read(one.config, Profile::daemon, &none);
    const std::string printed = print_racoon(first.document.statements);
    const auto second = read(printed, Profile::daemon, &none);
    EXPECT_EQ(second.document.statements, first.document.statements) << one.name << "\n" << printed;
    EXPECT_EQ(print_racoon(second.document.statements), printed);
  }
}

TEST(Racoon, ReadsHostileTextInBoundedTime) {
  const std::string mega(std::size_t{1} << 20, 'x');
  EXPECT_TRUE(racoon_takes(mega));
  EXPECT_THAT(strict_codes(mega), Contains("RC-LONGLINE"));
  EXPECT_FALSE(racoon_takes("remote " + std::string(std::size_t{1} << 20, '{')));
  EXPECT_TRUE(racoon_takes("\"" + mega));
  EXPECT_FALSE(racoon_takes(std::string(max_racoon_file + 1, ' ')));
  std::string many;
  for (int i = 0; i < 200'000; ++i)
    many += "log x;";
  EXPECT_THAT(strict_codes(many), Contains("MORE"));
  EXPECT_THAT(strict_codes(many), SizeIs(testing::Le(RuleLog::limit + 1)));
}

TEST(Racoon, SurvivesEveryCutAndEverySingleChange) {
  const std::string text = "path include \"/etc\";\n" + remote_with("lifetime time 1 hour;") +
                           "sainfo address 10.1.0.0/24[80] tcp anonymous { " + algorithms_told +
                           " }\n";
  for (std::size_t i = 0; i < text.size(); ++i) {
    read(text.substr(0, i));
    for (const char c : {'\0', '"', '{', '}', ';', '#', '\n', '9'}) {
      std::string changed = text;
      changed[i] = c;
      for (const Profile profile : {Profile::strict, Profile::daemon})
        EXPECT_EQ(read(changed, profile).accepted, read(changed, profile).accepted);
    }
  }
}

}  // namespace
}  // namespace touchstone::ipsec::config
