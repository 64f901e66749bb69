#pragma once
// A Diameter peer that the runner plays: it speaks as the documents have it unless a case makes it
// misbehave, and it is patient: messages that do not concern it pass by, as an implementation may
// send a watchdog at any time.

#include <initializer_list>

#include "conformance/oracle/diameter/codec.h"
#include "conformance/suites/diameter/network.h"

namespace touchstone::conformance::suites::diameter {

namespace dm = oracle::diameter;

// Good messages. Identifiers are set when they are sent.

/// A CER of `host` that offers application 2 and nothing else.
[[nodiscard]] dm::Message make_cer(const World& world, std::string_view host);
/// The CEA of `host` to `cer`.
[[nodiscard]] dm::Message make_cea(const World& world, std::string_view host,
                                   const dm::Message& cer,
                                   std::uint32_t result = dm::result::success);
[[nodiscard]] dm::Message make_dwr(const World& world, std::string_view host);
[[nodiscard]] dm::Message make_dpr(const World& world, std::string_view host,
                                   std::uint32_t cause = 0);
/// An answer of `host` with Result-Code, Origin-Host and Origin-Realm: DWA, DPA.
[[nodiscard]] dm::Message make_answer(const World& world, std::string_view host,
                                      const dm::Message& request,
                                      std::uint32_t result = dm::result::success);
/// An AMR of the gateway `host` for the root key of `node`, in a session of its own.
[[nodiscard]] dm::Message make_amr(const World& world, std::string_view host, std::uint32_t node);
/// The same for the code download key.
[[nodiscard]] dm::Message make_code_download_amr(const World& world, std::string_view host);

class Peer {
 public:
  /// Connected, with nothing said.
  static Peer connect(Network& network, std::string host);
  /// With the capabilities exchanged; INCONCLUSIVE when the server does not take a good CER.
  static Peer open(Network& network, std::string host);
  /// A KMS that the runner plays: its next connection, with the capabilities exchanged.
  /// INCONCLUSIVE when nobody comes.
  static Peer accept(Network& network, const Listener& listener,
                     std::optional<Milliseconds> within = {});

  Peer(Network& network, Connection connection, std::string host)
      : network_(&network), connection_(connection), host_(std::move(host)) {}

  /// Sends `message` with identifiers of its own, which `message` then has.
  void send(dm::Message& message);
  /// Sends it as it is.
  void send_as_it_is(const dm::Message& message) const;
  /// The answer to `request`, known by its Hop-by-Hop Identifier; other messages pass by.
  [[nodiscard]] std::optional<dm::Message> answer_to(const dm::Message& request,
                                                     std::optional<Milliseconds> within = {});
  /// send() and answer_to().
  std::optional<dm::Message> ask(dm::Message message);
  /// The next request with `command`; others pass by.
  [[nodiscard]] std::optional<dm::Message> await_request(std::uint32_t command,
                                                         std::optional<Milliseconds> within = {});
  /// The next message, whatever it is.
  [[nodiscard]] std::optional<dm::Message> next(std::optional<Milliseconds> within = {});

  /// Watchdogs are answered as they pass by; on unless a case wants silence.
  void answer_watchdogs(bool on) noexcept { answers_watchdogs_ = on; }
  [[nodiscard]] const Connection& connection() const noexcept { return connection_; }
  [[nodiscard]] const std::string& host() const noexcept { return host_; }

 private:
  template <class Wanted>
  std::optional<dm::Message> await(std::optional<Milliseconds> within, Wanted wanted);

  Network* network_;
  Connection connection_;
  std::string host_;
  bool answers_watchdogs_ = true;
  std::uint32_t next_identifier_ = 0x1000;
};

// Judging.

/// `CEA 5010`, or how the connection stands when there is no answer.
[[nodiscard]] std::string show_answer(const std::optional<dm::Message>& answer,
                                      const Connection& connection);
/// `answer` has one of `results`, and the E bit exactly when it is a protocol error (RFC 6733
/// §7.1).
void expect_result(CaseContext& ctx, std::string_view requirement,
                   const std::optional<dm::Message>& answer, const Connection& connection,
                   std::initializer_list<std::uint32_t> results);
/// Failed-AVP holds an AVP with `code`.
void expect_failed(CaseContext& ctx, std::string_view requirement, const dm::Message& answer,
                   std::uint32_t code);
/// The implementation ends the connection.
void expect_ended(CaseContext& ctx, std::string_view requirement, const Connection& connection,
                  std::optional<Milliseconds> within = {});
/// The connection is open and serves: a DWR is answered with 2001.
void expect_serving(CaseContext& ctx, std::string_view requirement, Network& network, Peer& peer);
/// The AMA to `amr` brings the root key of `node`, and no other key.
void expect_node_key(CaseContext& ctx, std::string_view requirement,
                     const std::optional<dm::Message>& answer, const Peer& peer,
                     const oracle::Row& node);

/// Registers a case of the suite; `needs` are those of server_needs() and `more`.
void add_server_case(harness::Registry& registry, std::string id, std::string title,
                     std::function<void(CaseContext&)> body, std::vector<std::string> more = {});
void add_client_case(harness::Registry& registry, std::string id, std::string title,
                     std::function<void(CaseContext&)> body, std::vector<std::string> more = {});

}  // namespace touchstone::conformance::suites::diameter
