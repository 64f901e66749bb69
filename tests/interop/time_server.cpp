// time_server ADDRESS:PORT [AHEAD_SECONDS]: the SNTP server of the tree as a program, for clients
// that we did not write. Prints `ready ADDRESS:PORT` and serves until it is ended.

#include <charconv>
#include <cstdio>
#include <string_view>

#include "reference/host/time_server.h"

int main(int argc, char** argv) {
  namespace host = touchstone::host;
  namespace sntp = touchstone::sntp;
  if (argc < 2) return 2;
  std::int64_t ahead_seconds = 0;
  if (const std::string_view text = argc > 2 ? argv[2] : "0";
      std::from_chars(text.data(), text.data() + text.size(), ahead_seconds).ec != std::errc{})
    return 2;
  const std::chrono::seconds ahead(ahead_seconds);
  const auto now = [ahead] {
    return std::chrono::time_point_cast<sntp::Duration>(std::chrono::system_clock::now()) + ahead;
  };
  const auto listen = host::parse_endpoint(argv[1]);
  if (!listen) return 2;
  host::EventLoop loop;
  const auto server =
      host::TimeServer::open(loop, *listen, {.stratum = 2, .reference = now()}, now);
  if (!server) {
    static_cast<void>(std::fprintf(stderr, "%s\n", server.error().detail.c_str()));
    return 3;
  }
  std::printf("ready %s\n", host::print_endpoint((*server)->local()).c_str());
  static_cast<void>(std::fflush(stdout));
  loop.run();
}
