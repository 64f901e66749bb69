// The capabilities exchange (RFC 6733 §5.3).

#include <fmt/format.h>

#include "conformance/oracle/diameter/dictionary.h"
#include "conformance/oracle/diameter/grammar.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr std::uint32_t other_application = 4;
constexpr std::uint32_t unknown_avp = 60000;
constexpr std::uint32_t tls = 1;

struct Attempt {
  Peer peer;
  std::optional<dm::Message> cea;
};

// A server that gets `cer` from its first gateway.
Attempt attempt(Network& network, dm::Message cer) {
  Peer peer = Peer::connect(network, network.world().gateways[0]);
  auto cea = peer.ask(std::move(cer));
  return {std::move(peer), std::move(cea)};
}

dm::Message good_cer(const Network& network) {
  return make_cer(network.world(), network.world().gateways[0]);
}

// A refusal is a CEA with one of `results`, or the bare end (interpretation DP-A), and then the
// end.
void expect_refused(CaseContext& ctx, std::string_view requirement, const Attempt& tried,
                    std::initializer_list<std::uint32_t> results) {
  if (tried.cea)
    expect_result(ctx, requirement, tried.cea, tried.peer.connection(), results);
  else
    ctx.info("a CER that is refused gets no CEA: the connection is ended");
  expect_ended(ctx, requirement, tried.peer.connection());
}

void good_exchange(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Attempt tried = attempt(network, good_cer(network));
  expect_result(ctx, "DP-05", tried.cea, tried.peer.connection(), {dm::result::success});
  const auto violations = dm::violations_of(*tried.cea);
  ctx.expect(violations.empty(), "DP-05", "a CEA that keeps its command format",
             violations.empty() ? "" : violations.front().what);
  ctx.expect_equal("DP-05", "Origin-Host", network.world().kms_host,
                   tried.cea->text_of(dm::avp::origin_host));
  bool offers = false;
  for (const dm::Avp& avp : tried.cea->avps)
    offers =
        offers || (avp.code == dm::avp::auth_application_id && avp.as_number() == dm::mobile_ipv4);
  ctx.expect(offers, "DP-05", "application 2 among the capabilities", "another list");
}

void unknown_peer(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Attempt tried = attempt(network, make_cer(network.world(), network.world().stranger));
  expect_refused(ctx, "DP-06", tried, {dm::result::unknown_peer});
}

void no_common_application(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  dm::Message cer = good_cer(network);
  cer.set(dm::number(dm::avp::auth_application_id, other_application));
  const Attempt other = attempt(network, cer);
  expect_refused(ctx, "DP-07", other, {dm::result::no_common_application});
  const Attempt none = attempt(network, cer.remove(dm::avp::auth_application_id));
  expect_refused(ctx, "DP-07", none, {dm::result::no_common_application});
}

void relay_is_common(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  for (const bool as_accounting : {false, true}) {
    dm::Message cer = good_cer(network);
    cer.remove(dm::avp::auth_application_id)
        .add(dm::number(as_accounting ? dm::avp::acct_application_id : dm::avp::auth_application_id,
                        dm::relay));
    Attempt tried = attempt(network, cer);
    expect_result(ctx, "DP-08", tried.cea, tried.peer.connection(), {dm::result::success});
    tried.peer.connection().close();
    network.wait(network.quiet());
  }
}

void missing_avp(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  for (const std::uint32_t code :
       {dm::avp::origin_realm, dm::avp::host_ip_address, dm::avp::vendor_id, dm::avp::product_name,
        dm::avp::origin_host}) {
    const Attempt tried = attempt(network, good_cer(network).remove(code));
    expect_refused(ctx, "DP-09", tried, {dm::result::missing_avp});
    if (tried.cea) expect_failed(ctx, "DP-09", *tried.cea, code);
  }
}

void unknown_mandatory(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Attempt tried = attempt(network, good_cer(network).add(dm::number(unknown_avp, 1)));
  expect_refused(ctx, "DP-10", tried, {dm::result::avp_unsupported});
  if (tried.cea) expect_failed(ctx, "DP-10", *tried.cea, unknown_avp);
}

void unknown_optional(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  dm::Avp extra = dm::number(unknown_avp, 1);
  extra.with_flags(0);
  const Attempt tried = attempt(network, good_cer(network).add(extra));
  expect_result(ctx, "DP-11", tried.cea, tried.peer.connection(), {dm::result::success});
}

void no_common_security(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  const Attempt tried =
      attempt(network, good_cer(network).add(dm::number(dm::avp::inband_security_id, tls)));
  expect_refused(ctx, "DP-12", tried, {dm::result::no_common_security});
}

void base_application_in_header(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  dm::Message cer = good_cer(network);
  cer.header.application = dm::mobile_ipv4;
  expect_refused(ctx, "DP-13", attempt(network, cer),
                 {dm::result::application_unsupported, dm::result::invalid_hdr_bits});
}

void error_bit_in_request(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  dm::Message cer = good_cer(network);
  cer.header.flags |= dm::command_flag::error;
  expect_refused(ctx, "DP-14", attempt(network, cer), {dm::result::invalid_hdr_bits});
}

void other_version(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  dm::Message cer = good_cer(network);
  cer.header.version = 2;
  expect_refused(ctx, "DP-15", attempt(network, cer), {dm::result::unsupported_version});
}

void host_in_another_case(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  std::string shouted = network.world().gateways[0];
  for (char& c : shouted)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const Attempt tried = attempt(network, make_cer(network.world(), shouted));
  expect_result(ctx, "DP-16", tried.cea, tried.peer.connection(), {dm::result::success});
}

}  // namespace

void add_capabilities_cases(harness::Registry& registry) {
  add_server_case(registry, "DP-05.GoodExchange",
                  "A good CER gets a CEA that tells the capabilities of the server", good_exchange);
  add_server_case(registry, "DP-06.UnknownPeerIsRefused",
                  "A host that is no peer is refused, by a CEA or by the end alone", unknown_peer,
                  {"diameter.peer_list"});
  add_server_case(registry, "DP-07.NoCommonApplication",
                  "A peer of other applications, or of none, is refused with 5010",
                  no_common_application);
  add_server_case(registry, "DP-08.RelayIsCommon",
                  "The relay application counts as common, as Auth and as Acct", relay_is_common);
  add_server_case(registry, "DP-09.MissingAvp",
                  "A CER that lacks an AVP is refused with 5005 and the AVP", missing_avp);
  add_server_case(registry, "DP-10.UnknownMandatoryAvp",
                  "An unknown AVP with the M bit in a CER is refused with 5001", unknown_mandatory);
  add_server_case(registry, "DP-11.UnknownOptionalAvp",
                  "An unknown AVP without the M bit in a CER is passed over", unknown_optional);
  add_server_case(registry, "DP-12.NoCommonSecurity",
                  "A peer that wants TLS alone is refused by a server without it",
                  no_common_security);
  add_server_case(registry, "DP-13.CerOfAnApplication",
                  "A CER under an application's number opens nothing", base_application_in_header);
  add_server_case(registry, "DP-14.CerWithErrorBit", "A CER with the E bit opens nothing",
                  error_bit_in_request);
  add_server_case(registry, "DP-15.CerOfVersionTwo", "A CER of version 2 opens nothing",
                  other_version);
  add_server_case(registry, "DP-16.HostInAnotherCase",
                  "Origin-Host is compared without regard to case", host_in_another_case);
}

}  // namespace touchstone::conformance::suites::diameter
