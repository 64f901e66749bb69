#include "reference/host/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "reference/host/asio.h"
#include "reference/host/descriptor.h"
#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using Fault = boost::system::error_code;

constexpr std::size_t max_talks = 16;
constexpr auto patience = std::chrono::seconds(5);

std::string answer_to(std::string_view line, const ControlServer::Handler& handler) {
  using Json = nlohmann::ordered_json;
  Json answer = {{"ok", false}};
  const Json asked = Json::parse(line, nullptr, false);
  const bool well_formed =
      asked.is_object() && asked.contains("command") && asked["command"].is_string();
  if (!well_formed) {
    answer["error"] = "expected {\"command\": WORD}";
    return answer.dump() + '\n';
  }
  Json members = handler(asked["command"].get<std::string>());
  if (members.is_null()) {
    answer["error"] = "there is no such command";
    return answer.dump() + '\n';
  }
  if (!members.contains("ok")) answer["ok"] = true;
  answer.update(members);
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

bool may_ask(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

// Whether somebody listens at `path`.
bool is_served(const sockaddr_un& place) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return true;  // as far as anybody can tell
  const auto* address = reinterpret_cast<const sockaddr*>(&place);
  return ::connect(probe.get(), address, sizeof(place)) == 0 || errno == EAGAIN;
}

// One question and its answer.
struct Talk {
  Talk(EventLoop& loop, stream_protocol::socket one) : socket(std::move(one)), timer(loop) {}

  stream_protocol::socket socket;
  LoopTimer timer;
  std::string text;  // of the question, then of the answer
  std::array<char, 512> piece{};
};

std::unexpected<Error> control_fault(const std::string& path, int fault) {
  const Errc code = fault == EADDRINUSE ? Errc::in_use : Errc::network;
  return std::unexpected(Error{.code = make_error_code(code),
                               .detail = std::generic_category().message(fault),
                               .place = path});
}

// Binds `descriptor`; a socket that nobody serves any more gives way.
Result<void> bind_to(int descriptor, const sockaddr_un& place, const std::string& path) {
  const auto* address = reinterpret_cast<const sockaddr*>(&place);
  if (::bind(descriptor, address, sizeof(place)) == 0) return {};
  if (errno != EADDRINUSE) return control_fault(path, errno);
  if (is_served(place)) return control_fault(path, EADDRINUSE);
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return control_fault(path, errno);
  if (!S_ISSOCK(status.st_mode)) return control_fault(path, EADDRINUSE);
  if (::unlink(path.c_str()) != 0 || ::bind(descriptor, address, sizeof(place)) != 0)
    return control_fault(path, errno);
  return {};
}

}  // namespace

class ControlServer::Inside : public std::enable_shared_from_this<Inside> {
 public:
  Inside(EventLoop& loop, Handler handler)
      : loop_(loop), handler_(std::move(handler)), listener_(loop.context()) {}

  Result<void> listen(const std::string& path);
  void shut() {
    gone_ = true;
    Fault ignored;
    listener_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

 private:
  using TalkLink = std::shared_ptr<Talk>;

  void accept();
  void hear(const TalkLink& talk);
  void reply(const TalkLink& talk, std::size_t sent);

  EventLoop& loop_;
  Handler handler_;
  stream_protocol::acceptor listener_;
  std::string path_;
  std::size_t talks_ = 0;
  bool gone_ = false;
};

Result<void> ControlServer::Inside::listen(const std::string& path) {
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  if (path.size() >= sizeof(place.sun_path)) return control_fault(path, ENAMETOOLONG);
  path.copy(place.sun_path, path.size());
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) return control_fault(path, errno);
  // The mode of the socket is that of the descriptor when it is bound: never open to others.
  if (::fchmod(made.get(), 0600) != 0) return control_fault(path, errno);
  TOUCHSTONE_TRY_VOID(bind_to(made.get(), place, path));
  path_ = path;
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(made.get(), max_talks) != 0)
    return control_fault(path, errno);
  Fault fault;
  listener_.assign(stream_protocol(), made.get(), fault);
  if (fault) return fail(Errc::network, fault.message());
  made.release();
  accept();
  return {};
}

void ControlServer::Inside::accept() {
  listener_.async_accept([self = shared_from_this()](Fault fault, stream_protocol::socket socket) {
    if (self->gone_ || fault == asio::error::operation_aborted) return;
    if (!fault && may_ask(socket.native_handle())) {
      ++self->talks_;
      const auto talk = std::make_shared<Talk>(self->loop_, std::move(socket));
      talk->timer.at(self->loop_.now() + patience, [weak = std::weak_ptr(talk)] {
        Fault ignored;
        if (const auto late = weak.lock()) late->socket.close(ignored);
      });
      self->hear(talk);
    }
    if (self->talks_ < max_talks) self->accept();
  });
}

void ControlServer::Inside::hear(const TalkLink& talk) {
  talk->socket.async_read_some(
      asio::buffer(talk->piece), [self = shared_from_this(), talk](Fault fault, std::size_t got) {
        if (self->gone_) return;
        talk->text.append(talk->piece.data(), got);
        const std::size_t end = talk->text.find('\n');
        if (end == std::string::npos && !fault && talk->text.size() <= max_control_line)
          return self->hear(talk);
        if (end != std::string::npos) {
          talk->text = answer_to(talk->text.substr(0, end), self->handler_);
          return self->reply(talk, 0);
        }
        if (self->talks_-- == max_talks) self->accept();
      });
}

void ControlServer::Inside::reply(const TalkLink& talk, std::size_t sent) {
  talk->socket.async_write_some(
      asio::buffer(talk->text.data() + sent, talk->text.size() - sent),
      [self = shared_from_this(), talk, sent](Fault fault, std::size_t put) {
        if (self->gone_) return;
        if (!fault && sent + put < talk->text.size()) return self->reply(talk, sent + put);
        if (self->talks_-- == max_talks) self->accept();
      });
}

ControlServer::ControlServer(EventLoop& loop, Handler handler)
    : inside_(std::make_shared<Inside>(loop, std::move(handler))) {}

ControlServer::~ControlServer() {
  inside_->shut();
}

Result<void> ControlServer::listen(const std::string& path) {
  return inside_->listen(path);
}

}  // namespace touchstone::host
