// What is wrong with an answer, once it is known which ones are right.

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "conformance/oracle/diameter/answer.h"
#include "conformance/oracle/diameter/grammar.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"
#include "reference/base/result.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

using Topic = Mistake::Topic;

bool contains(OctetView octets, OctetView part) {
  return !std::ranges::search(octets, part).empty();
}

/// Whether an AVP `code` stands anywhere in `avp`, whose members may be broken on purpose.
bool holds(const Avp& avp, std::uint32_t code) {
  if (!avp.is_group) return avp.data.size() >= 4 && Reader(avp.data).u32().value() == code;
  return std::ranges::any_of(
      avp.members, [&](const Avp& member) { return member.code == code || holds(member, code); });
}

std::uint32_t result_of(const Message& answer) {
  if (const auto code = answer.number_of(avp::result_code)) return *code;
  const Avp* experimental = answer.find(avp::experimental_result);
  const Avp* code = experimental != nullptr ? experimental->find(298) : nullptr;
  return code != nullptr ? code->as_number().value_or(0) : 0;
}

class AnswerJudge {
 public:
  AnswerJudge(const Message& answer, const Reading& request, const KmsView& view,
              const Mapping& mapping, std::vector<Mistake>& out)
      : answer_(answer),
        request_(request.message),
        is_whole_(request.clean() && can_be_repeated(request.message)),
        view_(view),
        mapping_(mapping),
        out_(out) {}

  void header() {
    const Header& got = answer_.header;
    const Header wanted = answer_to(request_).header;
    expect(got.command == wanted.command && got.application == wanted.application, Topic::header,
           "command and application of the request", summarize(answer_), "RFC 6733 §6.2");
    expect(got.hop_by_hop == wanted.hop_by_hop, Topic::header,
           fmt::format("hop-by-hop {:08x}", wanted.hop_by_hop),
           fmt::format("{:08x}", got.hop_by_hop), "RFC 6733 §6.2");
    expect(got.end_to_end == wanted.end_to_end, Topic::header,
           fmt::format("end-to-end {:08x}", wanted.end_to_end),
           fmt::format("{:08x}", got.end_to_end), "RFC 6733 §6.2");
    const std::uint8_t kept = command_flag::request | command_flag::proxiable |
                              command_flag::retransmitted | command_flag::reserved;
    expect((got.flags & kept) == (wanted.flags & kept), Topic::header,
           fmt::format("R, T and reserved bits clear, P as asked: {:02x}", wanted.flags & kept),
           fmt::format("{:02x}", got.flags), "RFC 6733 §6.2");
    expect(got.version == 1, Topic::header, "version 1", std::to_string(got.version),
           "RFC 6733 §3");
  }

  void echo() {
    const Avp* asked = request_.find(avp::session_id);
    const Avp* told = answer_.find(avp::session_id);
    // An empty one, or one in a message whose frame is lost, need not be found.
    const bool is_there =
        asked != nullptr && (told != nullptr || (is_whole_ && !asked->data.empty()));
    if (is_there && !TOUCHSTONE_ORACLE_DEFECT("judge.session"))
      expect(told != nullptr && told->data == asked->data, Topic::echo, "the Session-Id asked with",
             told == nullptr ? "none" : "another one", "RFC 6733 §6.2");
    expect(told == nullptr || told == answer_.avps.data(), Topic::echo,
           "Session-Id directly behind the header", "it is elsewhere", "RFC 6733 §8.8");
    if (!is_whole_) return;  // how far it could be read is the receiver's
    std::vector<Octets> proxies[] = {proxies_of(request_), proxies_of(answer_)};
    if (TOUCHSTONE_ORACLE_DEFECT("judge.proxy-order"))
      for (auto& side : proxies)
        std::ranges::sort(side);
    expect(proxies[0] == proxies[1], Topic::echo,
           fmt::format("the {} Proxy-Info of the request in their order", proxies[0].size()),
           fmt::format("{}, or others", proxies[1].size()), "RFC 6733 §6.2");
  }

  void origin() {
    expect_text(avp::origin_host, view_.host);
    expect_text(avp::origin_realm, view_.realm);
    for (const std::uint32_t code : {avp::destination_host, avp::destination_realm})
      expect(answer_.find(code) == nullptr, Topic::origin, "no " + name_of_avp(code), "one",
             "RFC 6733 §6.2");
  }

  void format() {
    for (const Violation& violation : violations_of(answer_)) {
      if (violation.result_code == result::avp_unsupported) continue;  // an AVP of their own
      if (is_echo(violation)) continue;
      add(Topic::format, "an answer by its format", violation.what, violation.clause);
    }
    const Avp* application = answer_.find(avp::auth_application_id);
    if (application != nullptr)
      expect(application->as_number() == answer_.header.application, Topic::format,
             "Auth-Application-Id as in the header", "another one", "RFC 6733 §6.8");
  }

  /// Result-Code and Failed-AVP of a refusal.
  void refusal(const Expected& expected) {
    const std::uint32_t code = result_of(answer_);
    const AllowedAnswer* same_code = nullptr;
    for (const AllowedAnswer& allowed : expected.answers) {
      if (allowed.result_code != code) continue;
      same_code = &allowed;
      if (has_failed_avp(allowed)) return;
    }
    if (same_code == nullptr)
      return add(Topic::result, "Result-Code " + codes_of(expected), std::to_string(code),
                 expected.answers.empty() ? "RFC 6733 §7.1" : expected.answers.front().clause);
    const Avp* failed = answer_.find(avp::failed_avp);
    add(Topic::failed_avp, "Failed-AVP with " + name_of_avp(same_code->failed_code),
        fmt::format("{} with {}", code, failed == nullptr ? "no Failed-AVP" : inside_of(*failed)),
        "RFC 6733 §7.5");
  }

  void keys(const Served& served) {
    std::vector<KeyKind> wanted = single_kinds(served.kind);
    for (const auto& [kind, path] : mapping_.keys) {
      const bool asked = std::ranges::find(wanted, kind) != wanted.end();
      const auto found = follow(path, answer_);
      const std::string name(print_key_kind(kind));
      if (!asked) {
        expect(!found, Topic::keys, "no " + name + " key", "one", "RFC 4004 §5.2");
        continue;
      }
      if (!found) {
        add(Topic::keys, "the " + name + " key", "none", "RFC 4004 §5.2");
        continue;
      }
      auto key = key_of(view_.keyring, kind, served.node);
      if (key && view_.wrapping_key) key = wrap_key(*view_.wrapping_key, *key);
      expect(key && found->data == *key, Topic::keys, "the " + name + " key of the keyring",
             fmt::format("{} other octets", found->data.size()), "KM-02, KM-03");
    }
    expect_node(served);
  }

  /// What else stands in a key answer of the documented mapping.
  void members(const Served& served) {
    const auto number = [&](std::uint32_t code, std::uint32_t value, std::string_view clause) {
      expect(answer_.number_of(code) == value, Topic::members,
             fmt::format("{} {}", name_of_avp(code), value), "another one or none", clause);
    };
    number(avp::msa_lifetime, infinite_lifetime, "RFC 4004 §9.13");
    number(avp::auth_application_id, mobile_ipv4, "RFC 4004 §5.2");
    const Avp* agent = answer_.find(avp::home_agent_address);
    expect(agent != nullptr && agent->as_ipv4(), Topic::members, "MIP-Home-Agent-Address", "none",
           "RFC 4004 §5.2");
    expect_reply(served);
    const bool download = served.kind == KeyKind::code_download || served.kind == KeyKind::both;
    const Avp* nonce_group = answer_.find(avp::mn_to_ha_msa);
    const Avp* nonce = nonce_group != nullptr ? nonce_group->find(avp::nonce) : nullptr;
    expect(download ? nonce != nullptr && nonce->data.size() == 16 : nonce_group == nullptr,
           Topic::members,
           download ? "MIP-MN-to-HA-MSA with 16 octets of MIP-Nonce" : "no MIP-MN-to-HA-MSA",
           nonce_group == nullptr ? "none" : "one", "RFC 4004 §5.2");
    for (const auto& [group, spi] : {std::pair{avp::fa_to_ha_msa, avp::fa_to_ha_spi},
                                     {avp::fa_to_mn_msa, avp::fa_to_mn_spi},
                                     {avp::ha_to_mn_msa, 0U}})
      expect_group(group, spi);
  }

 private:
  void add(Topic topic, std::string expected, std::string observed, std::string_view clause) {
    out_.push_back({topic, std::move(expected), std::move(observed), clause});
  }
  void expect(bool holds, Topic topic, std::string expected, std::string observed,
              std::string_view clause) {
    if (!holds) add(topic, std::move(expected), std::move(observed), clause);
  }

  /// The codes in a Failed-AVP; its octets are what was refused, and not for a report.
  static std::string inside_of(const Avp& failed) {
    if (!failed.is_group) return fmt::format("{} octets that are no AVP", failed.data.size());
    std::string codes;
    for (const Avp& member : failed.members)
      codes += " " + name_of_avp(member.code, member.vendor_id());
    return codes.empty() ? "an empty Failed-AVP" : "Failed-AVP of" + codes;
  }

  static std::vector<Octets> proxies_of(const Message& message) {
    std::vector<Octets> found;
    for (Avp avp : message.avps) {
      if (avp.code != avp::proxy_info || avp.has_vendor()) continue;
      avp.padding.reset();
      found.push_back(encode_avp(avp));
    }
    return found;
  }

  /// Session-Id and Proxy-Info are right, so that an answer with them can be read.
  static bool can_be_repeated(const Message& request) {
    return std::ranges::none_of(violations_of(request), [](const Violation& violation) {
      const bool is_place = violation.what.ends_with("first AVP");
      return is_echo(violation) && violation.code != 0 && !is_place;
    });
  }

  /// What is repeated from a broken request is broken too.
  static bool is_echo(const Violation& violation) {
    const bool in_proxy = !violation.groups.empty() && violation.groups[0] == avp::proxy_info;
    return in_proxy || violation.code == avp::proxy_info || violation.code == avp::session_id ||
           violation.result_code == result::application_unsupported ||
           violation.what.ends_with("the P bit");
  }

  void expect_text(std::uint32_t code, std::string_view wanted) {
    const std::string_view got = answer_.text_of(code);
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    expect(std::ranges::equal(got, wanted, same), Topic::origin,
           name_of_avp(code) + " " + std::string(wanted), std::string(got.substr(0, 80)),
           "RFC 6733 §6.2");
  }

  static std::string codes_of(const Expected& expected) {
    std::string text = expected.served ? "2001 with keys" : "";
    for (const AllowedAnswer& allowed : expected.answers) {
      const std::string code = std::to_string(allowed.result_code);
      if (text.find(code) == std::string::npos) text += (text.empty() ? "" : " or ") + code;
    }
    return text.empty() ? "none, but the end of the connection" : text;
  }

  [[nodiscard]] bool has_failed_avp(const AllowedAnswer& allowed) const {
    if (allowed.failed_avp == FailedAvp::none) return true;
    const Avp* failed = answer_.find(avp::failed_avp);
    if (failed == nullptr) return allowed.failed_avp == FailedAvp::should;
    if (TOUCHSTONE_ORACLE_DEFECT("judge.any-failed-avp")) return true;
    return holds(*failed, allowed.failed_code) ||
           std::ranges::any_of(allowed.failed_groups,
                               [&](std::uint32_t group) { return holds(*failed, group); });
  }

  void expect_node(const Served& served) {
    if (mapping_.node_in_answer.empty()) return;
    const std::uint32_t node = served.kind == KeyKind::node_root ? served.node : 0;
    const auto told = follow(mapping_.node_in_answer, answer_);
    const auto address = told ? told->as_ipv4() : std::nullopt;
    const auto number = told ? told->as_number() : std::nullopt;
    const bool right = address ? *address == node : number && *number == node;
    expect(right || TOUCHSTONE_ORACLE_DEFECT("judge.node"), Topic::keys,
           fmt::format("node {:08x} in the answer", node), told ? "another one" : "none",
           "RFC 4004 §5.2");
  }

  void expect_reply(const Served& served) {
    const Avp* reply = answer_.find(avp::reg_reply);
    if (!served.has_reply)
      return expect(reply == nullptr, Topic::members, "no MIP-Reg-Reply", "one", "RFC 4004 §5.2");
    if (reply == nullptr || reply->data.size() < 20)
      return add(Topic::members, "MIP-Reg-Reply of 20 octets", "none", "RFC 4004 §5.2");
    Reader reader(reply->data);
    const std::uint8_t type = reader.u8().value();
    const std::uint8_t code = reader.u8().value();
    Reader tail(OctetView(reply->data).subspan(12));
    expect(type == 3 && code <= 1, Topic::members, "an accepting Registration Reply",
           fmt::format("type {} code {}", type, code), "RFC 3344 §3.4");
    expect(tail.u64().value() == served.identification ||
               TOUCHSTONE_ORACLE_DEFECT("judge.identification"),
           Topic::members, "the identification of the Registration Request", "another one",
           "RFC 3344 §3.4");
  }

  void expect_group(std::uint32_t group, std::uint32_t spi) {
    const Avp* found = answer_.find(group);
    if (found == nullptr) return;
    const Avp* algorithm = found->find(avp::algorithm_type);
    expect(algorithm != nullptr && algorithm->as_number() == hmac_sha_1, Topic::members,
           name_of_avp(group) + " with MIP-Algorithm-Type 2", "another one", "RFC 4004 §9.8");
    if (spi == 0) return;
    const Avp* number = found->find(spi);
    expect(number != nullptr && number->as_number().value_or(0) >= least_spi, Topic::members,
           name_of_avp(spi) + " of 256 or more", "a reserved one", "RFC 4004 §9.10");
  }

  const Message& answer_;
  const Message& request_;
  bool is_whole_;  ///< what an answer repeats could be read, and is right
  const KmsView& view_;
  const Mapping& mapping_;
  std::vector<Mistake>& out_;
};

}  // namespace

std::string_view print_topic(Mistake::Topic topic) noexcept {
  constexpr std::string_view words[] = {"frame",  "header",     "echo", "origin",  "format",
                                        "result", "failed_avp", "keys", "members", "leak"};
  return words[static_cast<std::size_t>(topic)];
}

std::vector<Mistake> mistakes_of(OctetView answer, OctetView request, const Expected& expected,
                                 const KmsView& view, const Mapping& mapping) {
  std::vector<Mistake> found;
  const Reading reading = decode(answer);
  const Reading asked = decode(request);
  const bool success = result_of(reading.message) == result::success;
  const auto served = success ? expected.served : std::nullopt;
  for (const std::string& name : leaks_in(answer, view, served))
    found.push_back({Topic::leak, "no key that was not to be told", name, "KM-07"});
  AnswerJudge judge(reading.message, asked, view, mapping, found);
  if (served) judge.keys(*served);
  const bool is_echo = !asked.clean() && !reading.clean() && !reading.faults[0].groups.empty() &&
                       reading.faults[0].groups[0] == avp::proxy_info;  // as it came
  if (!reading.clean() && !is_echo)
    found.push_back({Topic::frame, "a whole Diameter message",
                     std::string(print_fault_kind(reading.faults.front().kind)), "RFC 6733 §3"});
  judge.header();
  judge.echo();
  judge.origin();
  judge.format();
  if (!served) judge.refusal(expected);
  if (served && mapping.has_documented_rules) judge.members(*served);
  return found;
}

std::string_view reading_of(const Message& answer, const Expected& expected) {
  const std::uint32_t code = result_of(answer);
  if (code == result::success) return expected.served ? expected.served->reading : "";
  std::string_view reading;
  for (const AllowedAnswer& allowed : expected.answers) {
    if (allowed.result_code != code) continue;
    if (allowed.reading.empty()) return {};
    reading = allowed.reading;
  }
  return reading;
}

std::vector<std::string> leaks_in(OctetView octets, const KmsView& view,
                                  const std::optional<Served>& served) {
  if (TOUCHSTONE_ORACLE_DEFECT("judge.leak")) return {};
  std::vector<std::string> found;
  const auto look = [&](OctetView secret, std::string name, bool allowed) {
    if (!allowed && contains(octets, secret)) found.push_back(std::move(name));
  };
  const auto may = [&](KeyKind kind) {
    if (!served) return false;
    const auto kinds = single_kinds(served->kind);
    return !view.wrapping_key && std::ranges::find(kinds, kind) != kinds.end();
  };
  const Network& network = view.keyring.network;
  look(network.pwdh, "pwdh", false);
  look(network.base, "base", false);
  look(network.gateway, "the Gateway key", may(KeyKind::gateway));
  look(network.gateway_cdld, "the code download key", may(KeyKind::code_download));
  for (const Row& row : view.keyring.rows)
    look(row.key, fmt::format("the root key of node 0x{:08x}", row.id),
         may(KeyKind::node_root) && row.id == served->node);
  return found;
}

Octets wrap_key(const Key16& wrapping_key, OctetView key) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                           EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  TOUCHSTONE_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_128_wrap(), nullptr,
                                      wrapping_key.data(), nullptr) == 1);
  Octets wrapped(key.size() + 16);
  int size = 0;
  TOUCHSTONE_CHECK(EVP_EncryptUpdate(context.get(), wrapped.data(), &size, key.data(),
                                     static_cast<int>(key.size())) == 1);
  wrapped.resize(static_cast<std::size_t>(size));
  return wrapped;
}

}  // namespace touchstone::conformance::oracle::diameter
