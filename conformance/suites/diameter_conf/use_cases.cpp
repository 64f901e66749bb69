// What depends on the program and the computer that use the file: DC-11, DC-12, DC-13, DC-16,
// DC-18, DC-19, DC-20, DC-21.

#include "conformance/suites/diameter_conf/cases.h"
#include "conformance/suites/diameter_conf/support.h"

namespace touchstone::conformance::suites::diameter_conf {

namespace {

void check_role(CaseContext& ctx) {
  ConfUse use = calm_use();
  for (const char* role : {"server", "client"}) {
    use.role = role;
    const bool as_server = use.role == "server";
    const std::string own = as_server ? server_text() : client_text();
    ctx.expect_accepted(decode(ctx, as_octets(own), use), "DC-11");
    expect_refused(ctx, "DC-11", as_server ? client_text() : server_text(), "ROLE", use);
  }
}

void check_own_host(CaseContext& ctx) {
  ConfUse use = calm_use();
  use.hosts = {"192.0.2.7", "KMS.Example", "kms"};
  use.strict = true;
  ctx.expect_accepted(decode(ctx, as_octets(server_text()), use), "DC-12");
  const std::string other = server_text("aaa://kms.example", "aaa://kms2.example");
  use.strict = false;
  expect_tolerated(ctx, "DC-12", other, "HOST", use);
  const std::string address = server_text("aaa://kms.example", "aaa://192.0.2.7:2045");
  const Response taken = decode(ctx, as_octets(address), use);
  ctx.expect_accepted(taken, "DC-12");
  ctx.expect_no_finding(taken, "DC-12", "HOST");
}

void expect_ports(CaseContext& ctx, const std::string& text, std::string_view profile,
                  const Json& ports) {
  const Response response = decode(ctx, as_octets(text), calm_use(), profile);
  ctx.expect_accepted(response, "DC-13");
  ctx.expect_equal("DC-13", "ports", ports, response.obs.value("ports", Json()));
}

void check_ports(CaseContext& ctx) {
  const std::string secure = server_text("aaa://kms.example", "aaas://kms.example");
  expect_ports(ctx, server_text(), "6733", {3868, 3868});
  expect_ports(ctx, server_text(), "3588", {3868, 3868});
  expect_ports(ctx, secure, "6733", {5868, 3868});
  expect_ports(ctx, secure, "3588", {3868, 3868});
  expect_ports(ctx, client_text(), "6733", {3868, 5868});
  expect_ports(ctx, client_text(), "3588", {3868, 3868});
  expect_ports(ctx, server_text("aaa://kms.example", "aaas://kms.example:2045"), "6733",
               {2045, 3868});
}

void check_open_server(CaseContext& ctx) {
  const std::string text = server_text();
  const std::string open = text.substr(0, text.find("PeerTable."));
  expect_tolerated(ctx, "DC-16", open, "KL-OPENPEERS");
  const Response listed = decode(ctx, as_octets(text), calm_use());
  ctx.expect_no_finding(listed, "DC-16", "KL-OPENPEERS");
}

void check_comments(CaseContext& ctx) {
  expect_taken(ctx, "DC-18", "# first\n" + server_text("Realm", "#URI=x\n\t # y\nRealm"));
}

/// The line is that of the fault, whatever stands before it.
void check_places(CaseContext& ctx) {
  const std::string text = "# one\n\n" + server_text("VendorId=27611", "VendorId=0x1");
  const Response response = decode(ctx, as_octets(text), calm_use());
  ctx.expect_rejected(response, "DC-18");
  bool told = false;
  for (const Json& finding : response.obs.value("findings", Json::array()))
    told |= finding.value("line", 0) == 6;
  ctx.expect(told, "DC-18", "a finding at line 6",
             response.obs.value("findings", Json::array()).dump());
}

void check_alias(CaseContext& ctx) {
  const std::string text = server_text(".ApplicationId=2", ".ApplicationID=2");
  expect_tolerated(ctx, "DC-19", text, "KL-ALIAS");
  expect_as_oracle(ctx, as_octets(text), calm_use(), "DC-19");
  expect_refused(ctx, "DC-19", text + "SupportedApplicationIds.0.ApplicationId=2\n", "DUPLICATE");
}

/// Another case is another name, and so none.
void check_case(CaseContext& ctx) {
  expect_refused(ctx, "DC-19", server_text("Realm=example", "realm=example"), "MISSING");
  expect_tolerated(ctx, "DC-19", server_text("VendorId", "vendorID"), "KL-UNKNOWN");
  expect_tolerated(ctx, "DC-19", server_text("PeerConnecting", "peerConnecting"), "KL-UNKNOWN");
}

void check_addresses(CaseContext& ctx) {
  for (const char* host : {"10.50.4.40", "[::1]", "[2001:db8::192.0.2.1]", "[1:2:3:4:5:6:7:8]"}) {
    const std::string text =
        server_text("aaa://kms.example", "aaa://" + std::string(host) + ":3868");
    expect_tolerated(ctx, "DC-20", text, "KL-IPURI");
    expect_as_oracle(ctx, as_octets(text), calm_use(), "DC-20");
  }
}

void check_options(CaseContext& ctx) {
  const std::string tcp = server_text("kms.example", "kms.example:3868;transport=tcp");
  expect_tolerated(ctx, "DC-20", tcp, "KL-URIOPT");
  expect_as_oracle(ctx, as_octets(tcp), calm_use(), "DC-20");
  expect_refused(ctx, "DC-20", server_text("kms.example", "kms.example;transport=sctp"), "URI");
}

void check_protection(CaseContext& ctx) {
  ConfUse use = calm_use();
  use.certificate = false;
  expect_refused(ctx, "DC-21", server_text("NO_INBAND_SECURITY", "TLS"), "CERTIFICATE", use);
  ctx.expect_accepted(decode(ctx, as_octets(server_text()), use), "DC-21");
  use = calm_use();
  use.ipsec = false;
  expect_tolerated(ctx, "DC-21", server_text(), "KL-CLEARTEXT", use);
  const std::string silent = server_text("InbandSecurityIds.0.SecurityId=NO_INBAND_SECURITY\n", "");
  expect_tolerated(ctx, "DC-21", silent, "KL-CLEARTEXT", use);
  const Response tls = decode(ctx, as_octets(server_text("NO_INBAND_SECURITY", "TLS")), use);
  ctx.expect_accepted(tls, "DC-21");
  ctx.expect_no_finding(tls, "DC-21", "KL-CLEARTEXT");
}

}  // namespace

void add_use_cases(harness::Registry& registry) {
  add_decode_case(registry, "DC-11.RefusesTheFileOfTheOtherProgram", {"DC-11"},
                  "A server refuses the file of a client and the other way round", check_role);
  add_decode_case(registry, "DC-12.ComparesTheHost", {"DC-12"},
                  "A URI that does not name this computer is told", check_own_host);
  add_decode_case(registry, "DC-13.KnowsThePorts", {"DC-13"},
                  "Without a port it is 3868, and 5868 for aaas under RFC 6733", check_ports);
  add_decode_case(registry, "DC-16.TellsAnOpenServer", {"DC-16"},
                  "A server without a peer table is told to be open", check_open_server);
  add_decode_case(registry, "DC-18.TakesComments", {"DC-18"},
                  "Lines that begin with # are comments", check_comments);
  add_decode_case(registry, "DC-18.TellsTheLine", {"DC-18"},
                  "A finding tells the line of its fault", check_places);
  add_decode_case(registry, "DC-19.TakesTheOtherSpellingOfApplicationId", {"DC-19"},
                  "ApplicationID is read as ApplicationId and told", check_alias);
  add_decode_case(registry, "DC-19.TellsNamesOfAnotherCase", {"DC-19"},
                  "A name in another case is not the property", check_case);
  add_decode_case(registry, "DC-20.TakesAddresses", {"DC-20"},
                  "An address stands for a name and is told", check_addresses);
  add_decode_case(registry, "DC-20.TakesTcpAlone", {"DC-20"},
                  "transport=tcp is taken and told, sctp refused", check_options);
  add_decode_case(registry, "DC-21.TellsUnprotectedKeys", {"DC-21"},
                  "TLS without a certificate is refused, keys in clear are told", check_protection);
}

}  // namespace touchstone::conformance::suites::diameter_conf
