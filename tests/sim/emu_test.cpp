// Real processes behind ns-3: their octets come through, and the links are as slow as they are said
// to be.

#include "sim/emu/emu_world.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/emu/errc.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* echo_server = R"(
import socket
with socket.create_server(("0.0.0.0", 7)) as server:
    while True:
        stream, _ = server.accept()
        while octets := stream.recv(65536):
            stream.sendall(octets)
        stream.close()
)";

constexpr const char* asking_client = R"(
import socket, time
for attempt in range(100):
    try:
        stream = socket.create_connection(("server", 7), timeout=5)
        break
    except OSError:
        time.sleep(0.05)
began = time.monotonic()
stream.sendall(b"x" * 5000)
left = 5000
while left:
    left -= len(stream.recv(left))
print(f"{(time.monotonic() - began) * 1000:.1f}", flush=True)
time.sleep(10)
)";

/// A simulated client of a process that echoes.
struct Client final : WorldEvents {
  World* world = nullptr;
  std::size_t heard = 0;
  Moment asked{};
  Moment answered{};
  bool is_closed = false;
  bool has_failed = false;

  void on_accepted(StreamId, std::uint16_t, Endpoint) override {}
  void on_connected(StreamId stream) override {
    asked = world->now();
    world->send(stream, Octets(1000, 'a'));
  }
  void on_connect_failed(StreamId) override {
    has_failed = true;
    world->stop();
  }
  void on_octets(StreamId stream, OctetView octets) override {
    heard += octets.size();
    answered = world->now();
    if (heard == 1000) world->close(stream), world->stop();
  }
  void on_closed(StreamId) override { is_closed = true; }
  void on_datagram(NodeIndex, std::uint16_t, Endpoint, OctetView) override {}
};

Topology two_ends(Role client) {
  TopologyBuilder builder;
  const auto root = builder.add("root", Role::router, {});
  builder.add("server", Role::external, root, {.delay = milliseconds(20)});
  builder.add("client", client, root, {.delay = milliseconds(5)});
  return builder.build();
}

ExternalProcess python(NodeIndex node, const char* program, std::uint16_t port) {
  ExternalProcess made;
  made.node = node;
  made.command = {"/usr/bin/python3", "-c", program};
  made.ready_port = port;
  return made;
}

/// The world, or a skip with what the machine lacks.
#define TOUCHSTONE_EMU(name, ...)                                                          \
  auto name = emu::make_emu_world(__VA_ARGS__);                                            \
  if (!name &&                                                                             \
      (name.error().code == emu::Errc::namespaces || name.error().code == emu::Errc::tap)) \
    GTEST_SKIP() << name.error().code.message() << ": " << name.error().detail;            \
  ASSERT_TRUE(name) << name.error().code.message() << ": " << name.error().detail

TEST(EmuWorld, JoinsASimulatedClientToARealServer) {
  WorldSettings settings;
  settings.external = {python(1, echo_server, 7)};
  TOUCHSTONE_EMU(world, two_ends(Role::gateway), std::move(settings));
  Client client;
  client.world = world->get();
  (*world)->attach(client);
  (*world)->connect(2, {(*world)->topology().nodes[1].address, 7}, seconds(5));
  (*world)->run_until(seconds(10));
  EXPECT_EQ(client.heard, 1000U);
  EXPECT_GE(client.answered - client.asked, milliseconds(50));
  EXPECT_LT(client.answered - client.asked, milliseconds(500));
}

TEST(EmuWorld, HearsTheRefusalOfARealMachine) {
  WorldSettings settings;
  settings.external = {python(1, echo_server, 7)};
  TOUCHSTONE_EMU(world, two_ends(Role::gateway), std::move(settings));
  Client client;
  client.world = world->get();
  (*world)->attach(client);
  (*world)->connect(2, {(*world)->topology().nodes[1].address, 8}, seconds(8));
  (*world)->run_until(seconds(10));
  EXPECT_TRUE(client.has_failed);
  EXPECT_LT((*world)->now(), seconds(4));
}

TEST(EmuWorld, JoinsTwoRealProcessesByTheirNames) {
  const tests::TemporaryFolder folder;
  WorldSettings settings;
  settings.external = {python(1, echo_server, 7), python(2, asking_client, 0)};
  settings.external[1].log = folder.path("client.log");
  TOUCHSTONE_EMU(world, two_ends(Role::external), std::move(settings));
  Client nobody;
  (*world)->attach(nobody);
  std::string said;
  for (int i = 0; i < 100 && said.empty(); ++i) {
    (*world)->run_until((*world)->now() + milliseconds(100));
    said = folder.read("client.log");
  }
  ASSERT_FALSE(said.empty());
  const double took_ms = std::stod(said);
  EXPECT_GE(took_ms, 50.0);
  EXPECT_LT(took_ms, 500.0);
}

// Whoever this test is run by, here it is nobody.
int ask_as_nobody() {
  constexpr unsigned nobody = 65534;
  if (getuid() == 0 && (setgid(nobody) != 0 || setuid(nobody) != 0)) return 2;
  // A process that has changed its user may not look at itself, and cannot map its users then.
  prctl(PR_SET_DUMPABLE, 1);
  WorldSettings settings;
  settings.external = {python(1, echo_server, 7)};
  const auto world = emu::make_emu_world(two_ends(Role::gateway), std::move(settings));
  if (!world) return world.error().code == emu::Errc::namespaces ? 77 : 3;
  Client client;
  client.world = world->get();
  (*world)->attach(client);
  (*world)->connect(2, {(*world)->topology().nodes[1].address, 7}, seconds(5));
  (*world)->run_until(seconds(10));
  return client.heard == 1000 ? 0 : 4;
}

TEST(EmuWorld, NeedsNoRoot) {
  const pid_t child = fork();
  if (child == 0) _exit(ask_as_nobody());
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no user namespaces";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// A world that is run in many pieces keeps its pace: ns-3 by itself would get slower with each.
TEST(EmuWorld, KeepsItsPaceThroughManyRuns) {
  WorldSettings settings;
  settings.external = {python(1, echo_server, 7)};
  TOUCHSTONE_EMU(world, two_ends(Role::gateway), std::move(settings));
  Client client;
  client.world = world->get();
  (*world)->attach(client);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 1; i <= 40; ++i)
    (*world)->run_until(milliseconds(10 * i));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1200));
  (*world)->connect(2, {(*world)->topology().nodes[1].address, 7}, seconds(5));
  (*world)->run_until(seconds(10));
  EXPECT_EQ(client.heard, 1000U);
  EXPECT_LT(client.answered - client.asked, milliseconds(500));
}

TEST(EmuWorld, SaysWhyAProcessDoesNotBecomeReady) {
  WorldSettings settings;
  settings.external = {python(1, "raise SystemExit(3)", 7)};
  const auto world = emu::make_emu_world(two_ends(Role::gateway), std::move(settings));
  if (!world && world.error().code != emu::Errc::ended) GTEST_SKIP() << world.error().detail;
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().code, emu::Errc::ended);
  EXPECT_EQ(world.error().place, "server");
}

TEST(EmuWorld, WantsAProcessForEachExternalNodeAlone) {
  const auto none = emu::make_emu_world(two_ends(Role::gateway), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, emu::Errc::not_external);
  WorldSettings settings;
  settings.external = {python(0, echo_server, 7)};
  EXPECT_FALSE(emu::make_emu_world(two_ends(Role::gateway), std::move(settings)));
}

}  // namespace
}  // namespace touchstone::sim
