// The peer machine as a model (RFC 6733 §5.6): whatever a gateway does in whatever order, the
// server does what the state allows, and no more.
//
// The model knows two connections of one gateway and one of another. What it says is what both
// editions of the RFC and every reading of them have in common.

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr std::array<std::string_view, 10> command_names{"cer",
                                                         "cer of a stranger",
                                                         "cer of another application",
                                                         "dwr",
                                                         "dpr",
                                                         "amr",
                                                         "unasked dwa",
                                                         "text",
                                                         "close",
                                                         "wait"};
enum class Command : std::uint8_t {
  cer,
  stranger,
  other_application,
  dwr,
  dpr,
  amr,
  unasked_dwa,
  text,
  close,
  wait
};

constexpr std::size_t places = 3;  // two connections of the first gateway, one of the second

struct Step {
  Command command = Command::cer;
  std::uint32_t place = 0;
};
/// Commands in their order.
struct Script {
  std::vector<Step> steps;
};

void to_json(Json& json, const Script& script) {
  json = Json::array();
  for (const Step& step : script.steps)
    json.push_back(
        {{"do", command_names.at(static_cast<std::size_t>(step.command))}, {"at", step.place}});
}

void from_json(const Json& json, Script& script) {
  script.steps.clear();
  for (const Json& one : json) {
    const auto found = std::ranges::find(command_names, one.at("do").get<std::string>());
    if (found == command_names.end()) throw std::invalid_argument("not a command of the model");
    script.steps.push_back({static_cast<Command>(found - command_names.begin()), one.at("at")});
  }
}

Script draw_script() {
  return {*rc::gen::container<std::vector<Step>>(rc::gen::exec([] {
    // Half of what a gateway says first is a CER: without one nothing else means much.
    const std::uint32_t drawn =
        generators::draw_below(static_cast<std::uint32_t>(command_names.size()) + 4);
    return Step{drawn < command_names.size() ? static_cast<Command>(drawn) : Command::cer,
                generators::draw_below(places)};
  }))};
}

/// What the model knows of a place.
enum class State { none, fresh, open, over };

class Run {
 public:
  explicit Run(CaseContext& ctx) : ctx_(ctx), network_(ctx) { network_.start_server(); }

  void carry_out(const Step& step) {
    Place& place = places_.at(step.place % places);
    if (step.command == Command::wait) return network_.wait(10);
    if (place.state == State::none || place.state == State::over) connect(place, step.place);
    switch (step.command) {
      case Command::cer:
        return cer(place);
      case Command::stranger:
      case Command::other_application:
        return bad_cer(place, step.command);
      case Command::dwr:
        return base_request(place, make_dwr(network_.world(), place.host));
      case Command::dpr:
        return dpr(place);
      case Command::amr:
        return amr(place);
      case Command::unasked_dwa:
        return unasked(place);
      case Command::text:
        place.peer->connection().send(as_octets("GET / HTTP/1.1\r\nHost: kms.example\r\n\r\n"));
        return expect_over(place);
      default:
        place.peer->connection().close();
        place.state = State::over;
        return network_.wait(10);
    }
  }

  /// In the end both gateways can be served: nothing that went before is held against them.
  void finish() {
    for (Place& place : places_)
      if (place.peer && place.state != State::over) place.peer->connection().close();
    network_.wait(20);
    for (const std::string& host : {network_.world().gateways[0], network_.world().gateways[1]}) {
      Peer peer = Peer::connect(network_, host);
      const auto cea = peer.ask(make_cer(network_.world(), host));
      expect_result(ctx_, "DP-20", cea, peer.connection(), {dm::result::success});
      expect_serving(ctx_, "DP-20", network_, peer);
    }
  }

 private:
  struct Place {
    State state = State::none;
    std::string host;
    std::optional<Peer> peer;
  };

  void connect(Place& place, std::uint32_t index) {
    place.host = network_.world().gateways.at(index % places == 2 ? 1 : 0);
    place.peer = Peer::connect(network_, place.host);
    place.state = State::fresh;
  }

  [[nodiscard]] bool is_open_elsewhere(const Place& place) const {
    return std::ranges::any_of(places_, [&](const Place& one) {
      return &one != &place && one.host == place.host && one.state == State::open;
    });
  }

  void expect_over(Place& place) {
    expect_ended(ctx_, "DP-01", place.peer->connection());
    place.state = State::over;
  }

  void cer(Place& place) {
    const auto answer = place.peer->ask(make_cer(network_.world(), place.host));
    const auto code = answer ? answer->number_of(dm::avp::result_code) : std::nullopt;
    if (place.state == State::open) {  // answered in either edition, and no harm done
      ctx_.expect(answer.has_value(), "DP-19", "an answer to a second CER", "none");
      return expect_serving(ctx_, "DP-19", network_, *place.peer);
    }
    if (is_open_elsewhere(place)) {
      ctx_.expect(code != dm::result::success, "DP-20", "no second connection of an open peer",
                  "2001");
      return expect_over(place);
    }
    expect_result(ctx_, "DP-20", answer, place.peer->connection(), {dm::result::success});
    place.state = State::open;
  }

  void bad_cer(Place& place, Command command) {
    if (place.state != State::fresh) return;
    dm::Message cer = make_cer(
        network_.world(), command == Command::stranger ? network_.world().stranger : place.host);
    if (command == Command::other_application) cer.set(dm::number(dm::avp::auth_application_id, 4));
    const auto answer = place.peer->ask(cer);
    const auto code = answer ? answer->number_of(dm::avp::result_code) : std::nullopt;
    ctx_.expect(code != dm::result::success, "DP-01", "no entry with a bad CER", "2001");
    expect_over(place);
  }

  void base_request(Place& place, dm::Message request) {
    if (place.state == State::fresh) {
      place.peer->send(request);
      return expect_over(place);
    }
    const auto answer = place.peer->ask(std::move(request));
    expect_result(ctx_, "DP-19", answer, place.peer->connection(), {dm::result::success});
  }

  void dpr(Place& place) {
    const bool was_open = place.state == State::open;
    base_request(place, make_dpr(network_.world(), place.host, 2));
    if (was_open) {
      place.peer->connection().close();
      place.state = State::over;
      network_.wait(10);
    }
  }

  void amr(Place& place) {
    const oracle::Row& node = network_.world().node(1);
    const auto answer = place.peer->ask(make_amr(network_.world(), place.host, node.id));
    if (place.state == State::open)
      return expect_node_key(ctx_, "DP-19", answer, *place.peer, node);
    ctx_.expect(!answer || answer->find(dm::avp::fa_to_mn_msa) == nullptr, "DP-01",
                "no key before the capabilities are exchanged", "a key");
    expect_over(place);
  }

  void unasked(Place& place) {
    dm::Message dwr = make_dwr(network_.world(), place.host);
    dwr.header.hop_by_hop = 0x00ABCDEF;
    place.peer->send_as_it_is(make_answer(network_.world(), place.host, dwr));
    if (place.state == State::fresh) return expect_over(place);
    expect_serving(ctx_, "DP-19", network_, *place.peer);
  }

  CaseContext& ctx_;
  Network network_;
  std::array<Place, places> places_;
};

void check_scripts(CaseContext& ctx) {
  harness::property<Script>(ctx, "peer machine",
                            {.classes = {{"two connections of one peer", 0.1}, {"left", 0.1}},
                             .cost = 4,
                             .fresh_sandbox = true},
                            draw_script, [](CaseContext& at, const Script& script) {
                              std::array<bool, 2> opened{};
                              bool left = false;
                              Run run(at);
                              for (const Step& step : script.steps) {
                                if (step.place < 2 && step.command == Command::cer)
                                  opened.at(step.place) = true;
                                left = left || step.command == Command::dpr;
                                run.carry_out(step);
                              }
                              harness::classify(at, "two connections of one peer",
                                                opened[0] && opened[1]);
                              harness::classify(at, "left", left);
                              run.finish();
                            });
}

}  // namespace

void add_peer_model_cases(harness::Registry& registry) {
  registry.add(
      {.id = "DP-20.AnyOrderOfCommands",
       .suite = "diameter",
       .requirements = {"DP-20", "DP-19", "DP-01"},
       .needs = server_needs({"diameter.peer_list"}),
       .title = "Whatever gateways do in whatever order, the peer machine keeps its states",
       .body = check_scripts,
       .time_limit_s = 120});
}

}  // namespace touchstone::conformance::suites::diameter
