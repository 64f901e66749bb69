#include "conformance/adapters/reference/diameter_operations.h"

#include "conformance/harness/base64.h"
#include "reference/base/reader.h"
#include "reference/diameter/errc.h"
#include "reference/diameter/framing.h"
#include "reference/diameter/grammar.h"

namespace touchstone::conformance::adapters::reference {
namespace {

namespace dm = touchstone::diameter;

constexpr unsigned deepest_group = 64;

bool is_group(const dm::AvpView& avp) {
  const dm::AvpDefinition* row = avp.vendor == 0 ? dm::find_avp(avp.code) : nullptr;
  return row != nullptr && row->type == dm::DataType::grouped;
}

Result<Json> print_avps(OctetView octets, unsigned depth);

Result<Json> print_avp(const dm::AvpView& avp, unsigned depth) {
  Json json{{"code", avp.code}, {"flags", avp.flags}};
  if ((avp.flags & dm::avp_vendor_specific) != 0) json["vendor"] = avp.vendor;
  if (is_group(avp) && depth < deepest_group) {
    auto members = print_avps(avp.data, depth + 1);
    // What Failed-AVP holds may be broken on purpose (RFC 6733 §7.5).
    if (!members && avp.code != dm::avp_failed_avp) return std::unexpected(members.error());
    if (members) {
      json["members"] = *std::move(members);
      return json;
    }
  }
  json["value"] = to_hex(avp.data);
  return json;
}

Result<Json> print_avps(OctetView octets, unsigned depth) {
  Json list = Json::array();
  for (dm::AvpReader reader(octets); !reader.at_end();) {
    TOUCHSTONE_TRY(const dm::AvpView avp, reader.next());
    TOUCHSTONE_TRY(Json json, print_avp(avp, depth));
    list.push_back(std::move(json));
  }
  return list;
}

/// The one message that `octets` are.
Result<dm::MessageView> whole_message(dm::StreamDecoder& decoder, OctetView octets) {
  decoder.feed(octets);
  TOUCHSTONE_TRY(const auto message, decoder.next());
  if (!message || message->whole.size() != octets.size())
    return fail(dm::Errc::message_length, "expected one whole message");
  return *message;
}

Response refused(const Error& error) {
  Response response;
  response.status = harness::Status::reject;
  response.reject_class =
      error.code == dm::Errc::version ? RejectClass::syntax : RejectClass::length;
  return response;
}

void write_avps(Writer& out, const Json& avps);

void write_avp(Writer& out, const Json& avp) {
  Writer value;
  if (avp.contains("members")) {
    write_avps(value, avp.at("members"));
  } else {
    const auto octets = from_hex(avp.at("value").get<std::string>());
    if (!octets) throw BadRequest{"value is hexadecimal"};
    value.octets(*octets);
  }
  if (avp.contains("vendor")) throw BadRequest{"the writer knows no AVP of a vendor"};
  SecretOctets message;
  dm::MessageWriter writer(message, {});
  writer.octets(static_cast<dm::AvpCode>(avp.at("code").get<std::uint32_t>()), value.view());
  writer.finish();
  out.octets(OctetView(message).subspan(dm::header_size));
}

void write_avps(Writer& out, const Json& avps) {
  for (const Json& avp : avps)
    write_avp(out, avp);
}

}  // namespace

Response decode_diameter(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  dm::StreamDecoder decoder(0xFFFFFF);
  const auto message = whole_message(decoder, octets);
  if (!message) return refused(message.error());
  auto avps = print_avps(message->avps, 0);
  if (!avps) return refused(avps.error());
  const dm::Header& header = message->header;
  return accepted({{"message",
                    {{"version", dm::protocol_version},
                     {"flags", header.flags},
                     {"command", header.command},
                     {"application", header.application},
                     {"hop_by_hop", header.hop_by_hop},
                     {"end_to_end", header.end_to_end},
                     {"avps", *std::move(avps)}}}});
}

Response encode_diameter(const Json& args) {
  const Json& message = args.at("message");
  SecretOctets octets;
  dm::MessageWriter writer(octets, {.flags = message.at("flags").get<std::uint8_t>(),
                                    .command = message.at("command").get<std::uint32_t>(),
                                    .application = message.at("application").get<std::uint32_t>(),
                                    .hop_by_hop = message.at("hop_by_hop").get<std::uint32_t>(),
                                    .end_to_end = message.at("end_to_end").get<std::uint32_t>()});
  Writer avps;
  write_avps(avps, message.at("avps"));
  writer.raw(avps.view());
  writer.finish();
  return accepted({{"octets_b64", harness::to_base64(OctetView(octets))}});
}

Response judge_diameter(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  dm::StreamDecoder decoder(0xFFFFFF);
  const auto message = whole_message(decoder, octets);
  if (!message) return refused(message.error());
  const auto violation = dm::check(*message);
  if (!violation) return accepted({{"result_code", dm::result_success}});
  return accepted({{"result_code", violation->result_code},
                   {"failed_avp_b64", harness::to_base64(OctetView(violation->failed_avp))}});
}

}  // namespace touchstone::conformance::adapters::reference
