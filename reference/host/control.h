#pragma once
// How an operator talks to a daemon of ours on the same machine: a UNIX socket with mode 0600, one
// line of JSON each way (docs/formats/control.md).

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "reference/host/event_loop.h"

namespace touchstone::host {

inline constexpr std::size_t max_control_line = 4096;

/// The daemon's end. Only the user of the daemon and root are heard (SO_PEERCRED); whoever says
/// nothing for five seconds is hung up on, and more than sixteen at once have to wait.
class ControlServer {
 public:
  /// Takes the word after `command` and gives the members of the answer; nothing for a word that
  /// it does not know. Called in the loop's thread.
  using Handler = std::function<nlohmann::ordered_json(std::string_view command)>;

  ControlServer(EventLoop& loop, Handler handler);
  /// The socket's name goes with it.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Begins to listen at `path`, where a socket that nobody serves any more is replaced.
  /// Errc::in_use when somebody does; Errc::network.
  Result<void> listen(const std::string& path);

 private:
  class Inside;
  std::shared_ptr<Inside> inside_;
};

/// The operator's end: sends `command` to the daemon at `path` and waits for its answer, an object
/// whose `ok` is true. Errc::control when there is none, when the daemon belongs to somebody else
/// and not to root, and when it says no; the detail then is its `error`.
Result<nlohmann::ordered_json> ask_control(
    const std::string& path, std::string_view command,
    std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace touchstone::host
