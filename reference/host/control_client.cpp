#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "reference/host/control.h"
#include "reference/host/descriptor.h"
#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

// An answer lists peers: ten thousand of them take two megabytes.
constexpr std::size_t max_answer = 16 * 1024 * 1024;

std::unexpected<Error> silence(const std::string& path, std::string detail) {
  return std::unexpected(
      Error{.code = make_error_code(Errc::control), .detail = std::move(detail), .place = path});
}

std::unexpected<Error> system_silence(const std::string& path) {
  const bool late = errno == EAGAIN || errno == EWOULDBLOCK;
  return silence(path, late ? "no answer in time" : std::generic_category().message(errno));
}

Result<Descriptor> connect_to(const std::string& path, std::chrono::milliseconds patience) {
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  if (path.size() >= sizeof(place.sun_path)) return silence(path, "the path is too long");
  path.copy(place.sun_path, path.size());
  Descriptor talk(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  if (!talk || ::setsockopt(talk.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
      ::setsockopt(talk.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0 ||
      ::connect(talk.get(), reinterpret_cast<const sockaddr*>(&place), sizeof(place)) != 0)
    return system_silence(path);
  ucred daemon{};
  socklen_t size = sizeof(daemon);
  if (::getsockopt(talk.get(), SOL_SOCKET, SO_PEERCRED, &daemon, &size) != 0)
    return system_silence(path);
  if (daemon.uid != 0 && daemon.uid != ::geteuid() && ::geteuid() != 0)
    return silence(path, "the daemon belongs to another user");
  return talk;
}

}  // namespace

Result<nlohmann::ordered_json> ask_control(const std::string& path, std::string_view command,
                                           std::chrono::milliseconds patience) {
  using Json = nlohmann::ordered_json;
  TOUCHSTONE_TRY(const Descriptor talk, connect_to(path, patience));
  const std::string question = Json{{"command", command}}.dump() + '\n';
  if (::send(talk.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0)
    return system_silence(path);
  std::string text;
  std::array<char, 4096> piece{};
  while (!text.ends_with('\n') && text.size() <= max_answer) {
    const ssize_t got = ::recv(talk.get(), piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_silence(path);
    if (got == 0) return silence(path, "the daemon hung up");
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  Json answer = Json::parse(text, nullptr, false);
  if (!answer.is_object() || !answer.contains("ok") || !answer["ok"].is_boolean())
    return silence(path, "the answer is not one of ours");
  if (answer["ok"].get<bool>()) return answer;
  return silence(path, answer.value("error", "the daemon refuses"));
}

}  // namespace touchstone::host
