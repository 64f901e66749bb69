// Which answers of a time server a client believes (RFC 4330 §5, TM-10).

#include <fmt/format.h>

#include "conformance/harness/base64.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/support.h"
#include "conformance/suites/dot1x_config/time_server.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t boot = 12 * second;  // the clock of a gateway that was just switched on
constexpr std::int64_t truth = 1'796'000'000 * second;            // 2026
constexpr std::int64_t after_roll_over = 2'200'000'000 * second;  // 2039

TimeAnswer good(std::int64_t time = truth) {
  TimeAnswer answer;
  answer.receive = ntp_time(time);
  answer.transmit = ntp_time(time + 2'000);
  return answer;
}

Json datagram(const Octets& octets, int after_ms = 12) {
  return {{"octets_b64", harness::to_base64(octets)}, {"after_ms", after_ms}};
}

Response exchange(CaseContext& ctx, Json answers) {
  const Response response =
      ctx.call("sntp.exchange", {{"now_us", boot}, {"answers", std::move(answers)}});
  ctx.expect_accepted(response, "TM-10");
  return response;
}

void expect_state(CaseContext& ctx, const char* what, const Json& answers, bool answered) {
  ctx.counterexample("answer", Json(what));
  const Response response = exchange(ctx, answers);
  ctx.expect_equal("TM-10", fmt::format("a time by {}", what), answered,
                   response.obs.value("state", "") == "answered");
}

void check_good(CaseContext& ctx) {
  const auto expect = [&](std::int64_t time) {
    const Response response = exchange(ctx, Json::array({datagram(print_answer(good(time)))}));
    ctx.expect_equal("TM-10", "state", "answered", response.obs.value("state", ""));
    // 12 ms there and back, 2 of them at the server.
    const std::int64_t wanted = time + 1'000 - (boot + 6'000);
    const auto offset = response.obs.value("offset_us", std::int64_t{0});
    ctx.expect(offset >= wanted - 2 && offset <= wanted + 2, "TM-10",
               fmt::format("an offset of {} us", wanted), std::to_string(offset));
    const auto delay = response.obs.value("delay_us", std::int64_t{0});
    ctx.expect(delay >= 9'998 && delay <= 10'002, "TM-10", "a delay of 10 ms",
               std::to_string(delay));
  };
  expect(truth);
  expect(after_roll_over);
  for (const int stratum : {1, 15}) {
    TimeAnswer answer = good();
    answer.stratum = static_cast<std::uint8_t>(stratum);
    expect_state(ctx, "a server of any stratum", Json::array({datagram(print_answer(answer))}),
                 true);
  }
  Octets longer = print_answer(good());
  longer.resize(68);  // with a MAC
  expect_state(ctx, "a longer answer", Json::array({datagram(longer)}), true);
}

/// Datagrams that are not the answer: the real one may still come.
void check_strangers(CaseContext& ctx) {
  const Json real = datagram(print_answer(good()), 30);
  const auto expect = [&](const char* what, Json stranger) {
    expect_state(ctx, what, Json::array({stranger}), false);
    expect_state(ctx, what, Json::array({std::move(stranger), real}), true);
  };
  Json forged = datagram(print_answer(good()));
  forged["copies_originate"] = false;
  expect("a forged originate time", forged);
  Json another = datagram(print_answer(good()));
  another["from_another"] = true;
  expect("another address", another);
  Octets shorter = print_answer(good());
  shorter.resize(47);
  expect("47 octets", datagram(shorter));
  expect("nothing", datagram({}));
  for (const int mode : {0, 1, 2, 3, 5, 6, 7}) {
    TimeAnswer answer = good();
    answer.mode = static_cast<std::uint8_t>(mode);
    expect("another mode", datagram(print_answer(answer)));
  }
  TimeAnswer answer = good();
  answer.version = 0;
  expect("version 0", datagram(print_answer(answer)));
}

/// Answers of the server that say no time: the next request may have a better one.
void check_unusable(CaseContext& ctx) {
  const Json later = datagram(print_answer(good()), 2'500);
  const auto expect = [&](const char* what, const TimeAnswer& answer) {
    const Json bad = datagram(print_answer(answer));
    expect_state(ctx, what, Json::array({bad}), false);
    expect_state(ctx, what, Json::array({bad, later}), true);
  };
  TimeAnswer answer = good();
  answer.leap = 3;
  expect("a clock that was never set", answer);
  for (const int stratum : {16, 17, 255}) {
    answer = good();
    answer.stratum = static_cast<std::uint8_t>(stratum);
    expect("a stratum over 15", answer);
  }
  answer = good();
  answer.transmit = 0;
  expect("no transmit time", answer);
  answer = good();
  answer.receive = answer.transmit + (1ULL << 32U);
  expect("sent before it came", answer);
  expect("1970", good(300 * second));
  expect("1999", good(920'000'000 * second));
  answer = good();
  answer.dispersion = 16U << 16U;
  expect("a dispersion of 16 s", answer);
}

/// RFC 4330 §8: the server wants to be left alone.
void check_kiss(CaseContext& ctx) {
  for (const char* code : {"DENY", "RSTR", "RATE"}) {
    TimeAnswer answer = good();
    answer.stratum = 0;
    answer.reference = code;
    const Json later = datagram(print_answer(good()), 2'500);
    expect_state(ctx, code, Json::array({datagram(print_answer(answer)), later}), false);
  }
}

void check_patience(CaseContext& ctx) {
  const Response response = exchange(ctx, Json::array());
  ctx.expect_equal("TM-10", "state", "no answer", response.obs.value("state", ""));
  ctx.expect_equal("TM-08", "patience in ms", 5'000, response.obs.value("gave_up_after_ms", 0));
}

}  // namespace

void add_sntp_cases(harness::Registry& registry) {
  const std::string op = "sntp.exchange";
  add_case(registry, "TM-10.BelievesGoodAnswers", {"TM-10"}, {op},
           "A good answer gives the time, also after 2036", check_good);
  add_case(registry, "TM-10.PassesOverStrangers", {"TM-10"}, {op},
           "What is not the answer is passed over, and the answer may still come", check_strangers);
  add_case(registry, "TM-10.RefusesUnusableAnswers", {"TM-10"}, {op},
           "An answer that cannot be right gives no time", check_unusable);
  add_case(registry, "TM-10.LeavesAServerAlone", {"TM-10"}, {op},
           "A server that does not want to be asked is not asked again", check_kiss);
  add_case(registry, "TM-08.WaitsFiveSeconds", {"TM-08", "TM-10"}, {op},
           "A silent server is given up after five seconds", check_patience);
}

}  // namespace touchstone::conformance::suites::dot1x_config
