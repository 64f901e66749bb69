// A codec alone: what it reads, what it writes, and what its checker says of a message.

#include <rapidcheck.h>

#include "conformance/generators/diameter.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/oracle/diameter/grammar.h"
#include "conformance/oracle/diameter/message_json.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {

namespace {

using harness::Response;

void classify_message(CaseContext& ctx, const dm::Message& message) {
  bool has_group = false;
  bool has_vendor = false;
  for (const dm::Avp& avp : message.avps) {
    has_group |= avp.is_group;
    has_vendor |= avp.has_vendor();
  }
  harness::classify(ctx, "a group", has_group);
  harness::classify(ctx, "an AVP of a vendor", has_vendor);
}

const harness::PropertyOptions classes{.classes = {{"a group", 0.1}, {"an AVP of a vendor", 0.02}}};

Response ask(CaseContext& ctx, std::string_view operation, OctetView octets) {
  return ctx.call(operation, {{"octets_b64", harness::to_base64(octets)}});
}

void check_reading(CaseContext& ctx) {
  harness::property<dm::Message>(
      ctx, "read", classes, generators::draw_message, [](CaseContext& at, const dm::Message& m) {
        classify_message(at, m);
        const Response response = ask(at, "diameter.decode", dm::encode(m));
        at.expect_accepted(response, "DM-51");
        at.expect_equal("DM-51", "message", Json(m), response.obs.value("message", Json()));
      });
}

/// A message without what diameter.encode need not know.
dm::Message draw_plain_message() {
  dm::Message message = generators::draw_message();
  const auto plain = [](auto& self, std::vector<dm::Avp>& avps) -> void {
    std::erase_if(avps, [](const dm::Avp& avp) { return dm::find_avp(avp.code) == nullptr; });
    for (dm::Avp& avp : avps)
      self(self, avp.members);
  };
  plain(plain, message.avps);
  return message;
}

void check_writing(CaseContext& ctx) {
  harness::property<dm::Message>(
      ctx, "write", {}, draw_plain_message, [](CaseContext& at, const dm::Message& m) {
        const Response response = at.call("diameter.encode", {{"message", Json(m)}});
        at.expect_accepted(response, "DM-52");
        const auto text = response.obs.value("octets_b64", std::string());
        const auto octets = harness::from_base64(text).value_or(Octets());
        at.expect_octets("DM-52", "octets", dm::encode(m), octets);
      });
}

void check_good_messages(CaseContext& ctx) {
  harness::property<dm::Message>(
      ctx, "good", classes, generators::draw_message, [](CaseContext& at, const dm::Message& m) {
        classify_message(at, m);
        const Response response = ask(at, "diameter.judge", dm::encode(m));
        at.expect_accepted(response, "DM-53");
        at.expect_equal("DM-53", "result_code", dm::result::success,
                        response.obs.value("result_code", Json()));
      });
}

/// Every AVP that a format demands is missed when it is not there.
void check_missing(CaseContext& ctx) {
  harness::property<dm::Message>(
      ctx, "missing", {},
      [] {
        dm::Message message = dm::request(dm::command::aa_mobile_node, dm::mobile_ipv4);
        std::vector<std::uint32_t> demanded;
        for (const auto& rule :
             dm::find_command(message.header.command, message.header.is_request())->avps)
          if (rule.least > 0) demanded.push_back(rule.code);
        for (const std::uint32_t code : demanded)
          message.add(generators::draw_avp(code));
        message.set(dm::number(dm::avp::auth_application_id, dm::mobile_ipv4));
        const auto which = generators::draw_below(static_cast<std::uint32_t>(demanded.size()));
        return message.remove(demanded[which]);
      },
      [](CaseContext& at, const dm::Message& m) {
        const Response response = ask(at, "diameter.judge", dm::encode(m));
        at.expect_accepted(response, "DM-53");
        at.expect_equal("DM-53", "result_code", dm::result::missing_avp,
                        response.obs.value("result_code", Json()));
      });
}

void add(harness::Registry& registry, const std::string& id, std::string need, std::string title,
         std::function<void(CaseContext&)> body) {
  registry.add({.id = id,
                .suite = "diameter",
                .requirements = {id.substr(0, id.find('.'))},
                .needs = {std::move(need)},
                .title = std::move(title),
                .body = std::move(body)});
}

}  // namespace

void add_codec_cases(harness::Registry& registry) {
  add(registry, "DM-51.ReadsAnyMessage", "diameter.decode",
      "Any good message is read as the tree that it is", check_reading);
  add(registry, "DM-52.WritesAnyMessage", "diameter.encode",
      "Any good message is written as RFC 6733 has it", check_writing);
  add(registry, "DM-53.JudgesMessages", "diameter.judge",
      "Nothing is found in a good message, and what is missing in another", [](CaseContext& ctx) {
        check_good_messages(ctx);
        check_missing(ctx);
      });
}

}  // namespace touchstone::conformance::suites::diameter
