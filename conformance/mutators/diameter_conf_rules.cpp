#include "conformance/mutators/diameter_conf_rules.h"

#include <algorithm>
#include <utility>

namespace touchstone::conformance::mutators {

namespace {

using Apply = std::function<bool(ConfDraft&, const Choice&)>;
using Words = std::vector<std::string>;

std::ptrdiff_t index(std::size_t at) {
  return static_cast<std::ptrdiff_t>(at);
}

std::size_t any_line(const ConfDraft& draft, const Choice& choice) {
  return choice.row % draft.lines.size();
}

/// Another value, one of `values`, for one of the lines whose name ends with `end`.
Apply other_value(const std::string& start, const std::string& end, const Words& values) {
  return [=](ConfDraft& draft, const Choice& choice) {
    std::vector<std::size_t> lines = draft.named(start);
    std::erase_if(lines, [&](std::size_t at) {
      const std::string& line = draft.lines[at];
      return !line.substr(0, line.find('=')).ends_with(end);
    });
    if (lines.empty()) return false;
    draft.set_value(lines[choice.row % lines.size()], values[choice.number % values.size()]);
    return true;
  };
}

/// One of the lines whose name begins and ends so is gone, if its entry has another one.
Apply without(const std::string& start, const std::string& end) {
  return [=](ConfDraft& draft, const Choice& choice) {
    std::vector<std::size_t> lines = draft.named(start);
    std::erase_if(lines, [&](std::size_t at) {
      const std::string& line = draft.lines[at];
      return !line.substr(0, line.find('=')).ends_with(end);
    });
    if (lines.empty()) return false;
    draft.lines.erase(draft.lines.begin() + index(lines[choice.row % lines.size()]));
    return true;
  };
}

Apply added(const Words& lines) {
  return [=](ConfDraft& draft, const Choice& choice) {
    const std::size_t at = choice.row % (draft.lines.size() + 1);
    draft.lines.insert(draft.lines.begin() + index(at), lines[choice.number % lines.size()]);
    return true;
  };
}

bool no_peers(ConfDraft& draft, std::string_view stack_type) {
  const auto lines = draft.named("StackType");
  if (draft.value(lines.at(0)) != stack_type || draft.named("PeerTable.").empty()) return false;
  std::erase_if(draft.lines,
                [](const std::string& line) { return line.starts_with("PeerTable."); });
  return true;
}

/// Every entry for application 2 of type Auth becomes another one.
bool no_application_2(ConfDraft& draft, bool as_accounting) {
  for (const std::size_t at : draft.named("SupportedApplicationIds.")) {
    const bool is_id = draft.lines[at].find(".ApplicationId=") != std::string::npos;
    if (!as_accounting && is_id && draft.value(at) == "2") draft.set_value(at, "3");
    if (as_accounting && draft.value(at) == "Auth") draft.set_value(at, "Acct");
  }
  return true;
}

bool index_gap(ConfDraft& draft, const Choice& choice) {
  static constexpr std::string_view groups[] = {"SupportedApplicationIds.", "InbandSecurityIds.",
                                                "PeerTable."};
  const std::string start = std::string(groups[choice.number % 3]) + "0.";
  for (const std::size_t at : draft.named(start))
    draft.lines[at].replace(start.size() - 2, 1, "77");
  return !draft.named(start.substr(0, start.size() - 2) + "77.").empty();
}

bool doubled(ConfDraft& draft, const Choice& choice) {
  const std::string copy = draft.lines[any_line(draft, choice)];
  draft.lines.push_back(copy);
  return true;
}

bool spaced(ConfDraft& draft, const Choice& choice) {
  std::string& line = draft.lines[any_line(draft, choice)];
  const auto equals = line.find('=');
  const std::size_t places[] = {0, equals, equals + 1, line.size()};
  line.insert(places[choice.number % 4], choice.number % 3 == 0 ? "\t" : " ");
  return true;
}

bool small_letter(ConfDraft& draft, const Choice& choice) {
  std::string& line = draft.lines[any_line(draft, choice)];
  line[0] = static_cast<char>(line[0] - 'A' + 'a');
  return true;
}

bool alias(ConfDraft& draft, const Choice&) {
  for (const std::size_t at : draft.named("SupportedApplicationIds.")) {
    const auto name = draft.lines[at].find(".ApplicationId=");
    if (name == std::string::npos) continue;
    draft.lines[at].replace(name, 15, ".ApplicationID=");
    return true;
  }
  return false;
}

bool octet_of_no_text(ConfDraft& draft, const Choice& choice) {
  static constexpr char octets[] = {'\0', '\x01', '\x0B', '\x1B', '\x7F', '\x80', '\xC3', '\xFF'};
  std::string& line = draft.lines[any_line(draft, choice)];
  line.insert(choice.number % (line.size() + 1), 1, octets[choice.number % sizeof octets]);
  return true;
}

void add_line_rules(std::vector<ConfRule>& rules) {
  rules.push_back({"a line without =", "DC-01", "SYNTAX", added({"URI", "Realm example", "="})});
  rules.push_back({"a line without a value", "DC-01", "SYNTAX",
                   added({"PeerTable.0.Realm=", "Spare= ", "ProductName=\t"})});
  rules.push_back({"a line without a name", "DC-01", "SYNTAX", added({"=KMS", " =1"})});
  rules.push_back({"an octet that is no text", "DC-01", "CHARSET", octet_of_no_text});
  rules.push_back({"a line over 1024 octets", "DC-01", "TOOLONG",
                   added({"#" + std::string(1024, 'x'), "Spare=" + std::string(5000, ' ')})});
  rules.push_back({"CR before LF", "DC-01", "KL-CRLF", [](ConfDraft& draft, const Choice&) {
                     draft.line_end = "\r\n";
                     return true;
                   }});
}

void add_value_rules(std::vector<ConfRule>& rules) {
  rules.push_back(
      {"a URI that is none", "DC-02", "URI",
       other_value("", "URI",
                   {"http://kms.example", "aaa://", "aaa:/kms.example", "AAA://kms.example",
                    "kms.example", "aaa://kms_1.example", "aaa://-a.example", "aaa://kms..example",
                    "aaa://10.50.4.400", "aaa://[::1", "aaa://[1:2]", "aaa://kms.example/x",
                    "aaa://user@kms.example", "aaaas://kms.example"})});
  rules.push_back({"a port that is none", "DC-02", "URI",
                   other_value("", "URI",
                               {"aaa://kms.example:0", "aaa://kms.example:65536",
                                "aaa://kms.example:", "aaa://kms.example:+1",
                                "aaa://kms.example:03868", "aaas://[::1]:x"})});
  rules.push_back({"no URI", "DC-02", "MISSING", without("URI", "URI")});
  rules.push_back(
      {"a realm that is none", "DC-03", "REALM",
       other_value("", "Realm", {"a b", "onramp..com", ".com", "1.2.3.4", "x_y.com", "-"})});
  rules.push_back({"no Realm", "DC-03", "MISSING", without("Realm", "Realm")});
  rules.push_back({"a VendorId that is no number", "DC-04", "NUMBER",
                   other_value("", "VendorId",
                               {"4294967296", "-1", "+1", "0x10", "007", "1.0", "99999999999"})});
  rules.push_back({"an application without its id", "DC-06", "MISSING",
                   without("SupportedApplicationIds.", ".ApplicationId")});
  rules.push_back({"an application id that is no number", "DC-06", "NUMBER",
                   other_value("SupportedApplicationIds.", ".ApplicationId", {"two", "-2", "02"})});
  rules.push_back({"another type of application", "DC-06", "CHOICE",
                   other_value("", "ApplicationIdType", {"auth", "ACCT", "Both", "1"})});
  rules.push_back({"no application 2", "DC-07", "APPLICATION",
                   [](ConfDraft& draft, const Choice&) { return no_application_2(draft, false); }});
  rules.push_back({"application 2 for accounting alone", "DC-07", "APPLICATION",
                   [](ConfDraft& draft, const Choice&) { return no_application_2(draft, true); }});
  rules.push_back({"another word for security", "DC-08", "CHOICE",
                   other_value("", "SecurityId", {"tls", "NONE", "1", "No_Inband_Security"})});
}

void add_node_rules(std::vector<ConfRule>& rules) {
  rules.push_back({"a peer without its URI", "DC-09", "MISSING", without("PeerTable.", ".URI")});
  rules.push_back({"another word for PeerConnecting", "DC-10", "CHOICE",
                   other_value("", "PeerConnecting", {"TRUE", "yes", "1", "False"})});
  rules.push_back({"another word for StackType", "DC-11", "CHOICE",
                   other_value("StackType", "", {"server", "Client", "BOTH", "0"})});
  rules.push_back({"no StackType", "DC-11", "MISSING", without("StackType", "StackType")});
  rules.push_back(
      {"the file of the other program", "DC-11", "ROLE", [](ConfDraft& draft, const Choice&) {
         const bool client = draft.value(draft.named("StackType").at(0)) == "CLIENT";
         draft.use.role = client ? "server" : "client";
         return true;
       }});
  rules.push_back(
      {"the file of another computer", "DC-12", "HOST", [](ConfDraft& draft, const Choice&) {
         draft.use.hosts = {"somewhere.else", "192.0.2.200"};
         // The loopback net is every computer's own.
         return !draft.lines.at(draft.named("URI=").at(0)).contains("//127.");
       }});
  rules.push_back({"a client without peers", "DC-15", "MISSING",
                   [](ConfDraft& draft, const Choice&) { return no_peers(draft, "CLIENT"); }});
  rules.push_back({"a server without peers", "DC-16", "KL-OPENPEERS",
                   [](ConfDraft& draft, const Choice&) { return no_peers(draft, "SERVER"); }});
}

void add_spelling_rules(std::vector<ConfRule>& rules) {
  rules.push_back({"an unknown property", "DC-18", "KL-UNKNOWN",
                   added({"Spare=1", "PeerTable.0.Port=3868", "uri=aaa://kms.example",
                          "InbandSecurityIds.0.Realm=x", "PeerTables.0.URI=aaa://a"})});
  rules.push_back({"a property twice", "DC-18", "DUPLICATE", doubled});
  rules.push_back({"a gap in the indices", "DC-18", "KL-INDEXGAP", index_gap});
  rules.push_back({"blanks around name or value", "DC-18", "KL-SPACE", spaced});
  rules.push_back({"an index that is none", "DC-18", "INDEX",
                   added({"PeerTable.x.Realm=a", "PeerTable.00.Realm=a", "PeerTable.-1.Realm=a",
                          "PeerTable..Realm=a", "PeerTable.4294967296.Realm=a"})});
  rules.push_back({"an index without a member", "DC-18", "SYNTAX", added({"PeerTable.0=aaa://a"})});
  rules.push_back({"a name with a small letter", "DC-19", "KL-UNKNOWN", small_letter});
  rules.push_back({"ApplicationID", "DC-19", "KL-ALIAS", alias});
  rules.push_back({"an address for a name", "DC-20", "KL-IPURI",
                   other_value("", "URI", {"aaa://10.50.4.40", "aaas://[::1]:5868"})});
  rules.push_back({"an option for TCP", "DC-20", "KL-URIOPT",
                   other_value("", "URI",
                               {"aaa://kms.example;transport=tcp",
                                "aaas://kms.example:1;transport=tcp;protocol=diameter"})});
  rules.push_back({"an option for another transport", "DC-20", "URI",
                   other_value("", "URI",
                               {"aaa://kms.example;transport=sctp", "aaa://kms.example;x=y",
                                "aaa://kms.example;protocol=radius"})});
  rules.push_back(
      {"TLS without a certificate", "DC-21", "CERTIFICATE", [](ConfDraft& draft, const Choice&) {
         draft.use.certificate = false;
         const auto lines = draft.named("InbandSecurityIds.");
         return std::ranges::any_of(lines,
                                    [&](std::size_t at) { return draft.value(at) == "TLS"; });
       }});
  rules.push_back({"keys in clear", "DC-21", "KL-CLEARTEXT", [](ConfDraft& draft, const Choice&) {
                     draft.use.ipsec = false;
                     const auto lines = draft.named("InbandSecurityIds.");
                     return std::ranges::any_of(lines, [&](std::size_t at) {
                       return draft.value(at) == "NO_INBAND_SECURITY";
                     });
                   }});
}

}  // namespace

ConfDraft::ConfDraft(const oracle::diameter::Conf& conf) {
  const std::string text = oracle::diameter::print_conf(conf);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

Octets ConfDraft::print() const {
  std::string text;
  for (const std::string& line : lines)
    text += line + line_end;
  return {text.begin(), text.end()};
}

std::vector<std::size_t> ConfDraft::named(std::string_view start) const {
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < lines.size(); ++at)
    if (lines[at].starts_with(start)) found.push_back(at);
  return found;
}

std::string ConfDraft::value(std::size_t line) const {
  return lines[line].substr(lines[line].find('=') + 1);
}

void ConfDraft::set_value(std::size_t line, std::string_view value) {
  lines[line] = lines[line].substr(0, lines[line].find('=') + 1) + std::string(value);
}

const std::vector<ConfRule>& conf_rules() {
  static const std::vector<ConfRule> rules = [] {
    std::vector<ConfRule> all;
    add_line_rules(all);
    add_value_rules(all);
    add_node_rules(all);
    add_spelling_rules(all);
    return all;
  }();
  return rules;
}

}  // namespace touchstone::conformance::mutators
