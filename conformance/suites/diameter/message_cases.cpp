// One change of a good request, and the answer that the base protocol gives it.

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/exchange.h"

namespace touchstone::conformance::suites::diameter {

namespace {

namespace avp = dm::avp;
using dm::Message;

/// A case is a row: what is changed in a good request for a root key.
struct ChangedRequest {
  const char* id;
  const char* title;
  void (*change)(Message& request, const World& world);
};

void drop_member(Message& request, std::uint32_t group, std::uint32_t member) {
  std::erase_if(request.get(group).members, [&](const dm::Avp& one) { return one.code == member; });
}

dm::Avp proxy(std::string_view host, std::string_view state) {
  return dm::group(avp::proxy_info,
                   {dm::text(avp::proxy_host, host), dm::text(avp::proxy_state, state)});
}

const ChangedRequest rows[] = {
    {"DM-01.AnswerHasTheIdentifiersOfItsRequest", "An answer has the identifiers of its request",
     [](Message& m, const World&) { m.header.end_to_end = 0xFEDCBA98; }},
    {"DM-02.AnswerToAProxiableRequestIsProxiable",
     "An answer has the P bit of its request, and neither R nor T",
     [](Message& m, const World&) { m.header.flags |= dm::command_flag::retransmitted; }},
    {"DM-03.ErrorHasTheSessionId", "An answer that tells an error repeats the Session-Id",
     [](Message& m, const World&) { m.remove(avp::mn_aaa_auth); }},
    {"DM-04.ProxyInfoIsRepeatedInOrder", "Every Proxy-Info comes back unchanged and in order",
     [](Message& m, const World&) {
       m.add(proxy("b.example", "one")).add(proxy("a.example", "two"));
     }},
    {"DM-04.ProxyInfoIsRepeatedInErrors", "Every Proxy-Info comes back with an error too",
     [](Message& m, const World&) {
       m.add(proxy("b.example", "one")).add(proxy("a.example", "two"));
       m.remove(avp::mn_aaa_auth);
     }},
    {"DM-06.ProtocolErrorHasTheEBit", "An answer with 3003 has the E bit",
     [](Message& m, const World&) { m.set(dm::text(avp::destination_realm, "elsewhere.test")); }},
    {"DM-07.UnknownMandatoryAvpIsRefused", "An unknown AVP with M is refused with 5001",
     [](Message& m, const World&) { m.add(dm::number(60000, 1)); }},
    {"DM-07.VendorsMandatoryAvpIsRefused",
     "An AVP of a vendor with M is refused with 5001, though its code is known without the vendor",
     [](Message& m, const World&) { m.add(dm::text(avp::user_name, "x").with_vendor(35319)); }},
    {"DM-07.MandatoryAvpInAGroupIsRefused", "An unknown AVP with M inside a known group is refused",
     [](Message& m, const World&) {
       m.get(avp::mn_aaa_auth).members.push_back(dm::number(60000, 1));
     }},
    {"DM-08.UnknownOptionalAvpIsPassedOver", "An unknown AVP without M changes nothing",
     [](Message& m, const World&) { m.add(dm::number(60000, 1).with_flags(0)); }},
    {"DM-08.VendorsOptionalAvpIsPassedOver", "An AVP of a vendor without M changes nothing",
     [](Message& m, const World&) {
       m.add(dm::text(avp::user_name, "x").with_flags(0).with_vendor(35319));
     }},
    {"DM-08.UnknownGroupIsPassedOver", "An unknown group without M is passed over with its members",
     [](Message& m, const World&) {
       const dm::Avp member = dm::number(60001, 1);
       m.add(dm::octets(60000, dm::encode_avp(member)).with_flags(0));
     }},
    {"DM-08.ThousandUnknownAvpsArePassedOver", "A thousand unknown AVPs without M change nothing",
     [](Message& m, const World&) {
       for (std::uint32_t i = 0; i < 1000; ++i)
         m.add(dm::number(60000 + i, i).with_flags(0));
     }},
    {"DM-09.MissingUserName", "A request without User-Name is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::user_name); }},
    {"DM-09.MissingSessionId", "A request without Session-Id is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::session_id); }},
    {"DM-09.MissingRegRequest", "A request without MIP-Reg-Request is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::reg_request); }},
    {"DM-09.MissingMnAaaAuth", "A request without MIP-MN-AAA-Auth is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::mn_aaa_auth); }},
    {"DM-09.MissingOriginHost", "A request without Origin-Host is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::origin_host); }},
    {"DM-09.MissingOriginRealm", "A request without Origin-Realm is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::origin_realm); }},
    {"DM-09.MissingApplicationId", "A request without Auth-Application-Id is refused with 5005",
     [](Message& m, const World&) { m.remove(avp::auth_application_id); }},
    {"DM-09.MissingDestinationRealm", "A request without Destination-Realm is refused",
     [](Message& m, const World&) { m.remove(avp::destination_realm); }},
    {"DM-10.TwoUserNames", "A second User-Name is refused with 5009",
     [](Message& m, const World&) { m.add(m.get(avp::user_name)); }},
    {"DM-10.TwoFeatureVectors", "A second MIP-Feature-Vector is refused with 5009",
     [](Message& m, const World&) { m.add(m.get(avp::feature_vector)); }},
    {"DM-11.NumberOfThreeOctets", "An Unsigned32 of three octets is refused with 5014",
     [](Message& m, const World&) { m.get(avp::feature_vector).data.resize(3); }},
    {"DM-11.NumberOfEightOctets", "An Unsigned32 of eight octets is refused with 5014",
     [](Message& m, const World&) { m.get(avp::auth_session_state).data.resize(8); }},
    {"DM-12.LengthUnderTheHeader", "An AVP length under that of its header is refused",
     [](Message& m, const World&) { m.get(avp::feature_vector).stated_length = 4; }},
    {"DM-12.LengthBeyondTheMessage", "An AVP length beyond the message is refused",
     [](Message& m, const World&) { m.avps.back().stated_length = 4000; }},
    {"DM-12.MemberBeyondItsGroup", "An AVP length beyond the group round it is refused",
     [](Message& m, const World&) { m.get(avp::mn_aaa_auth).members.back().stated_length = 100; }},
    {"DM-13.InvalidUtf8", "A UTF8String that is no UTF-8 is refused with 5004",
     [](Message& m, const World&) { m.get(avp::session_id).data.push_back(0xC0); }},
    {"DM-14.MemberMissing", "A group without a member that it needs is refused with 5005",
     [](Message& m, const World&) {
       drop_member(m, avp::mn_aaa_auth, avp::auth_input_data_length);
     }},
    {"DM-14.ProxyInfoWithoutState", "A Proxy-Info without Proxy-State is refused with 5005",
     [](Message& m, const World&) {
       m.add(proxy("a.example", "state"));
       drop_member(m, avp::proxy_info, avp::proxy_state);
     }},
    {"DM-15.RequestWithTheEBit", "A request with the E bit is refused with 3008",
     [](Message& m, const World&) { m.header.flags |= dm::command_flag::error; }},
    {"DM-16.OtherApplication", "A request of an application that is not served gets 3007",
     [](Message& m, const World&) { m.header.application = 4; }},
    {"DM-17.OtherCommand", "A command that is not known gets 3001",
     [](Message& m, const World&) { m.header.command = 999; }},
    {"DM-17.CommandOfTheOtherSide", "A HAR, which a KMS sends and does not take, gets 3001",
     [](Message& m, const World&) { m.header.command = dm::command::home_agent_mip; }},
    {"DM-18.ApplicationIdContradictsTheHeader",
     "An Auth-Application-Id other than the header's is refused",
     [](Message& m, const World&) { m.set(dm::number(avp::auth_application_id, 4)); }},
    {"DM-19.OtherRealm", "A request for another realm is not served",
     [](Message& m, const World&) { m.set(dm::text(avp::destination_realm, "elsewhere.test")); }},
    {"DM-20.OtherHost", "A request for another host of the realm is not served",
     [](Message& m, const World&) { m.add(dm::text(avp::destination_host, "other.example")); }},
    {"DM-20.OwnHostInCapitals",
     "A request for the host of the KMS is served in any case of letters",
     [](Message& m, const World& world) {
       std::string host = world.kms_host;
       for (char& c : host)
         if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
       m.add(dm::text(avp::destination_host, host));
     }},
    {"DM-21.OwnHostInRouteRecord", "A request that was here before gets 3005",
     [](Message& m, const World& world) { m.add(dm::text(avp::route_record, world.kms_host)); }},
    {"DM-23.ReservedBitsOfTheHeader", "Reserved bits of the header are ignored",
     [](Message& m, const World&) { m.header.flags |= dm::command_flag::reserved; }},
    {"DM-23.ReservedBitsOfAnAvp", "The P bit and the reserved bits of an AVP are ignored",
     [](Message& m, const World&) { m.get(avp::user_name).with_flags(0x7F); }},
    {"DM-25.VendorZero", "An AVP with V and vendor 0 is refused",
     [](Message& m, const World&) { m.add(dm::number(avp::origin_state_id, 1).with_vendor(0)); }},
};

void judge_row(CaseContext& ctx, const ChangedRequest& row) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  if (!gateway.mapping().has_documented_rules) ctx.not_supported("the mapping is not documented");
  const std::uint32_t node = network.world().node(1).id;
  Message request = gateway.request(gateway.ask(dm::KeyKind::node_root, node));
  row.change(request, network.world());
  const std::string_view id = row.id;
  gateway.judge(id.substr(0, id.find('.')), request);
}

}  // namespace

void add_message_cases(harness::Registry& registry) {
  for (const ChangedRequest& row : rows) {
    const std::string id = row.id;
    registry.add({.id = id,
                  .suite = "diameter",
                  .requirements = {id.substr(0, id.find('.'))},
                  .needs = server_needs(),
                  .title = row.title,
                  .body = [&row](CaseContext& ctx) { judge_row(ctx, row); }});
  }
}

}  // namespace touchstone::conformance::suites::diameter
