// The key request and its answer: framed and checked by every rule, and written. Against a number
// of nanoseconds, and beside the cost of touching the same octets.

#include <cstring>

#include "reference/base/result.h"
#include "reference/diameter/framing.h"
#include "reference/diameter/grammar.h"
#include "tests/bench/bench.h"

namespace {

namespace bench = touchstone::bench;
namespace diameter = touchstone::diameter;
using diameter::MessageWriter;
using touchstone::Octets;
using touchstone::OctetView;
using touchstone::SecretOctets;

constexpr std::size_t messages = 1'000'000;
constexpr int rounds = 9;
constexpr double target_s = 100e-9 * messages;

const Octets registration(24, 1);
const Octets key(16, 0x5A);

void write_request(SecretOctets& out) {
  using enum diameter::AvpCode;
  MessageWriter message(out, {.flags = diameter::flag_request | diameter::flag_proxiable,
                              .command = diameter::command_aa_mobile_node,
                              .application = diameter::application_mobile_ipv4,
                              .hop_by_hop = 1,
                              .end_to_end = 2});
  message.text(avp_session_id, "gw1.onramp.example;1876543210;523")
      .u32(avp_auth_application_id, diameter::application_mobile_ipv4)
      .text(avp_user_name, "0x0001a2b3@onramp.example")
      .text(avp_destination_realm, "onramp.example")
      .text(avp_origin_host, "gw1.onramp.example")
      .text(avp_origin_realm, "onramp.example")
      .octets(avp_mip_reg_request, registration)
      .open(avp_mip_mn_aaa_auth)
      .u32(avp_mip_mn_aaa_spi, 256)
      .u32(avp_mip_auth_input_data_length, 24)
      .u32(avp_mip_authenticator_length, 0)
      .u32(avp_mip_authenticator_offset, 24)
      .close()
      .ipv4(avp_mip_mobile_node_address, 0x0001A2B3)
      .u32(avp_mip_feature_vector, 32);
  message.finish();
}

void write_answer(SecretOctets& out) {
  using enum diameter::AvpCode;
  MessageWriter message(out, {.flags = diameter::flag_proxiable,
                              .command = diameter::command_aa_mobile_node,
                              .application = diameter::application_mobile_ipv4,
                              .hop_by_hop = 1,
                              .end_to_end = 2});
  message.text(avp_session_id, "gw1.onramp.example;1876543210;523")
      .u32(avp_auth_application_id, diameter::application_mobile_ipv4)
      .u32(avp_result_code, diameter::result_success)
      .text(avp_origin_host, "kms.onramp.example")
      .text(avp_origin_realm, "onramp.example")
      .open(avp_mip_fa_to_mn_msa)
      .u32(avp_mip_fa_to_mn_spi, 256)
      .u32(avp_mip_algorithm_type, 2)
      .octets(avp_mip_session_key, key)
      .close()
      .u32(avp_mip_msa_lifetime, 0)
      .ipv4(avp_mip_mobile_node_address, 0x0001A2B3);
  message.finish();
}

void write_many(void (*write)(SecretOctets&), SecretOctets& out) {
  for (std::size_t i = 0; i < messages; ++i) {
    out.clear();
    write(out);
    bench::use(out);
  }
}

void check_many(const SecretOctets& octets) {
  for (std::size_t i = 0; i < messages; ++i) {
    const auto decoded = diameter::decode_header(octets);
    const diameter::MessageView message{decoded->header,
                                        OctetView(octets).subspan(diameter::header_size), octets};
    TOUCHSTONE_CHECK(!diameter::check(message));
    bench::use(message);
  }
}

void sum_many(const SecretOctets& octets) {
  for (std::size_t i = 0; i < messages; ++i) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 8 <= octets.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, octets.data() + at, 8);
      sum += word;
    }
    bench::use(sum);
  }
}

}  // namespace

int main() {
  SecretOctets request;
  SecretOctets answer;
  SecretOctets out;
  write_request(request);
  write_answer(answer);
  std::vector<bench::Subject> subjects = {
      {"touch a request", [&] { sum_many(request); }},
      {"decode, check a request", [&] { check_many(request); }},
      {"decode, check an answer", [&] { check_many(answer); }},
      {"encode a request", [&] { write_many(write_request, out); }},
      {"encode an answer", [&] { write_many(write_answer, out); }},
  };
  bench::measure(subjects, rounds);
  std::printf("%zu messages; request %zu octets, answer %zu; ms per million is ns each\n", messages,
              request.size(), answer.size());
  bool good = bench::is_reasonable(subjects[0], messages * request.size());
  for (std::size_t i = 1; i < subjects.size(); ++i)
    good = bench::report_seconds(subjects[i], target_s) && good;
  return good ? 0 : 1;
}
