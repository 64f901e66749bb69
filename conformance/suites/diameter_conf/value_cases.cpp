// What the properties say: DC-01..DC-11, one clause at a time.

#include "conformance/suites/diameter_conf/cases.h"
#include "conformance/suites/diameter_conf/support.h"

namespace touchstone::conformance::suites::diameter_conf {

namespace {

/// A value may hold = itself, and everything after a # that does not begin the line.
void check_lines(CaseContext& ctx) {
  expect_taken(ctx, "DC-01", server_text("ProductName=KMS", "ProductName=K=M=S #1"));
  expect_taken(ctx, "DC-01", server_text("Realm=example\n", "Realm=example\n\n"));
  const std::string text = server_text();
  expect_taken(ctx, "DC-01", text.substr(0, text.size() - 1));
  const std::string longest = "#" + std::string(1023, '.') + "\n";
  expect_taken(ctx, "DC-01", longest + text);
  expect_refused(ctx, "DC-01", "#" + longest + text, "TOOLONG");
}

void check_uris(CaseContext& ctx) {
  for (const char* uri :
       {"aaa://kms.example", "aaas://kms.example", "aaa://kms.example:1",
        "aaas://kms.example:65535", "aaa://KMS-1.Example:2045", "aaa://a", "aaa://1a.2b.c3:3868"})
    expect_taken(ctx, "DC-02", server_text("aaa://kms.example", uri));
}

void check_realms(CaseContext& ctx) {
  for (const char* realm : {"example", "onramp.com", "a-b.C1.example"})
    expect_taken(ctx, "DC-03", server_text("Realm=example", "Realm=" + std::string(realm)));
}

void check_vendor_ids(CaseContext& ctx) {
  for (const char* id : {"0", "27611", "2147483648", "4294967295"})
    expect_taken(ctx, "DC-04", server_text("VendorId=27611", "VendorId=" + std::string(id)));
  expect_taken(ctx, "DC-04", server_text("VendorId=27611\n", ""));
}

void check_product_names(CaseContext& ctx) {
  for (const char* name : {"KMC", "Key Server 7", "~"})
    expect_taken(ctx, "DC-05", server_text("ProductName=KMS", "ProductName=" + std::string(name)));
  expect_taken(ctx, "DC-05", server_text("ProductName=KMS\n", ""));
  expect_taken(ctx, "DC-05", client_text("ProductName=KMC\n", ""));
}

/// Indices order the entries by number, and the lines may stand anywhere.
void check_applications(CaseContext& ctx) {
  const std::string other =
      "SupportedApplicationIds.2.ApplicationId=1\nSupportedApplicationIds.1.VendorId=10415\n"
      "SupportedApplicationIds.1.ApplicationIdType=Acct\n"
      "SupportedApplicationIds.1.ApplicationId=3\n";
  expect_taken(ctx, "DC-06", other + server_text());
  expect_taken(ctx, "DC-06", server_text("SupportedApplicationIds.0.VendorId=0\n", ""));
  expect_taken(ctx, "DC-06", server_text("SupportedApplicationIds.0.ApplicationIdType=Auth\n", ""));
  std::string many = server_text();
  for (int index = 1; index < 12; ++index)
    many += "SupportedApplicationIds." + std::to_string(index) +
            ".ApplicationId=" + std::to_string(100 - index) + "\n";
  expect_taken(ctx, "DC-06", many);
}

void check_security(CaseContext& ctx) {
  expect_taken(ctx, "DC-08", server_text("NO_INBAND_SECURITY", "TLS"));
  expect_taken(ctx, "DC-08",
               server_text("PeerTable.0.Realm",
                           "InbandSecurityIds.1.SecurityId=TLS\nPeerTable.0."
                           "Realm"));
}

void check_peers(CaseContext& ctx) {
  expect_taken(ctx, "DC-09", server_text("PeerTable.0.Realm=example\n", ""));
  std::string many = server_text("PeerTable.0.Realm=example", "PeerTable.0.Realm=other.example");
  for (int index = 11; index > 0; --index)
    many += "PeerTable." + std::to_string(index) + ".URI=aaa://gateway-" + std::to_string(index) +
            ".example\n";
  expect_taken(ctx, "DC-09", many);
}

void check_connecting(CaseContext& ctx) {
  expect_taken(ctx, "DC-10", server_text("PeerTable.0.PeerConnecting=false\n", ""));
  expect_taken(ctx, "DC-10", client_text("PeerTable.0.PeerConnecting=true\n", ""));
  expect_taken(ctx, "DC-10", client_text("PeerConnecting=true", "PeerConnecting=false"));
}

void check_minimum(CaseContext& ctx) {
  // 004 §5.4; a server's has no peers, which is told (DC-16).
  expect_tolerated(ctx, "DC-15", "URI=aaa://kms.example\nStackType=SERVER\nRealm=example\n",
                   "KL-OPENPEERS");
  expect_taken(ctx, "DC-15",
               "URI=aaa://gateway.example\nStackType=CLIENT\nRealm=example\n"
               "PeerTable.0.URI=aaa://kms.example\nPeerTable.0.Realm=example\n"
               "PeerTable.0.PeerConnecting=true\n");
  expect_refused(ctx, "DC-15", "URI=aaa://gateway.example\nStackType=CLIENT\nRealm=example\n",
                 "MISSING");
}

}  // namespace

void add_value_cases(harness::Registry& registry) {
  add_decode_case(registry, "DC-01.ReadsALineAsNameAndValue", {"DC-01"},
                  "A line is a name and, after the first =, its value", check_lines);
  add_decode_case(registry, "DC-02.TakesUrisOfBothSchemes", {"DC-02"},
                  "aaa and aaas URIs with and without a port are read", check_uris);
  add_decode_case(registry, "DC-03.ReadsTheRealm", {"DC-03"}, "Realm is read", check_realms);
  add_decode_case(registry, "DC-04.ReadsTheVendor", {"DC-04"},
                  "VendorId is read over its whole range; without it, it is 0", check_vendor_ids);
  add_decode_case(registry, "DC-05.ReadsTheProduct", {"DC-05"},
                  "ProductName is read; without it a server is KMS and a client KMC",
                  check_product_names);
  add_decode_case(registry, "DC-06.NestsApplicationsByIndex", {"DC-06"},
                  "Applications are put together by their index", check_applications);
  add_decode_case(registry, "DC-08.ReadsSecurityInOrder", {"DC-08"},
                  "Inband security is a list in the order of its indices", check_security);
  add_decode_case(registry, "DC-09.ReadsThePeerTable", {"DC-09"},
                  "Peers are put together by their index", check_peers);
  add_decode_case(registry, "DC-10.WaitsUnlessToldToConnect", {"DC-10"},
                  "Without PeerConnecting a peer is waited for", check_connecting);
  add_decode_case(registry, "DC-15.TakesTheLeastFiles", {"DC-15"},
                  "The least files of the document are enough", check_minimum);
}

}  // namespace touchstone::conformance::suites::diameter_conf
