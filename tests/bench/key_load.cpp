#include "tests/bench/key_load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "reference/diameter/mobile_ip.h"
#include "tests/bench/bench.h"

namespace touchstone::bench {
namespace {

using Clock = std::chrono::steady_clock;
using diameter::Header;
using diameter::MessageWriter;
using enum diameter::AvpCode;

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "no figure: %s\n", why);
  std::exit(1);
}

std::uint32_t get_u32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, 4);
  return ntohl(value);
}

void put_u32(std::uint8_t* at, std::uint32_t value) {
  value = htonl(value);
  std::memcpy(at, &value, 4);
}

void put_hex(std::uint8_t* at, std::uint32_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int place = 7; place >= 0; --place, value >>= 4)
    at[place] = static_cast<std::uint8_t>(digits[value & 15]);
}

/// A key request whose changing fields have fixed places.
class RequestTemplate {
 public:
  explicit RequestTemplate(const LoadSettings& settings)
      : session_(settings.host + ";1;00000000"), user_("0x00000000@" + settings.realm) {
    diameter::KeyRequest request;
    request.asked.node_root = true;
    request.node_id = settings.first_node;
    request.session_id = session_;
    request.origin_host = settings.host;
    request.origin_realm = settings.realm;
    request.realm = settings.realm;
    diameter::encode_key_request(octets_, Header{}, request);
    const OctetView avps = OctetView(octets_).subspan(diameter::header_size);
    session_at_ = place(avps, avp_session_id) + session_.size() - 8;
    user_at_ = place(avps, avp_user_name) + 2;
    registration_at_ = place(avps, avp_mip_reg_request);
    node_at_ = place(avps, avp_mip_mobile_node_address) + 2;
  }

  [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }

  /// Request `number`, from the `slot` of those in flight, written to `out`.
  void write(std::uint8_t* out, std::uint32_t number, std::uint32_t slot,
             std::uint32_t node) const {
    std::memcpy(out, octets_.data(), octets_.size());
    put_u32(out + 12, slot);
    put_u32(out + 16, number);
    put_hex(out + session_at_, number);
    put_hex(out + user_at_, node);
    put_u32(out + registration_at_ + 4, node);
    put_u32(out + registration_at_ + 20, number);
    put_u32(out + node_at_, node);
  }

 private:
  std::size_t place(OctetView avps, diameter::AvpCode code) const {
    return static_cast<std::size_t>(diameter::find(avps, code)->data.data() - octets_.data());
  }

  std::string session_;
  std::string user_;
  SecretOctets octets_;
  std::size_t session_at_ = 0;
  std::size_t user_at_ = 0;
  std::size_t registration_at_ = 0;
  std::size_t node_at_ = 0;
};

class Stream {
 public:
  Stream(const std::string& address, std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1 ||
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      give_up("cannot connect");
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { ::close(socket_); }

  void send(OctetView octets) const {
    while (!octets.empty()) {
      const ssize_t sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) give_up("the peer takes nothing more");
      octets = octets.subspan(static_cast<std::size_t>(sent));
    }
  }

  /// Reads at least one octet more; the messages that are whole are then next() by next().
  void read() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const ssize_t got = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got <= 0) give_up("the peer has closed");
    end_ += static_cast<std::size_t>(got);
  }

  /// Empty when there is no whole message.
  OctetView next() {
    if (end_ - begin_ < diameter::header_size) return {};
    const std::size_t length = get_u32(buffer_.data() + begin_) & 0xFFFFFF;
    if (length < diameter::header_size || length > buffer_.size()) give_up("no Diameter message");
    if (end_ - begin_ < length) return {};
    begin_ += length;
    return OctetView(buffer_).subspan(begin_ - length, length);
  }

  OctetView wait_for_next() {
    OctetView message = next();
    while (message.empty()) {
      read();
      message = next();
    }
    return message;
  }

 private:
  int socket_;
  std::array<std::uint8_t, 1 << 18> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

bool is_request(OctetView message) {
  return (message[4] & diameter::flag_request) != 0;
}

void write_origin(MessageWriter& message, const LoadSettings& settings) {
  message.text(avp_origin_host, settings.host).text(avp_origin_realm, settings.realm);
}

std::uint32_t result_code(OctetView message) {
  const auto code = diameter::find(message.subspan(diameter::header_size), avp_result_code);
  return code && code->data.size() == 4 ? get_u32(code->data.data()) : 0;
}

void exchange_capabilities(Stream& stream, const LoadSettings& settings) {
  SecretOctets request;
  MessageWriter message(request, {.flags = diameter::flag_request,
                                  .command = diameter::command_capabilities_exchange,
                                  .hop_by_hop = 1,
                                  .end_to_end = 1});
  write_origin(message, settings);
  message.ipv4(avp_host_ip_address, 0x7F000001)
      .u32(avp_vendor_id, 0)
      .text(avp_product_name, "bench")
      .u32(avp_auth_application_id, diameter::application_mobile_ipv4);
  message.finish();
  stream.send(request);
  if (result_code(stream.wait_for_next()) != diameter::result_success)
    give_up("the peer refuses the capabilities exchange");
}

void disconnect(Stream& stream, const LoadSettings& settings) {
  SecretOctets request;
  MessageWriter message(request, {.flags = diameter::flag_request,
                                  .command = diameter::command_disconnect_peer,
                                  .hop_by_hop = 1,
                                  .end_to_end = 1});
  write_origin(message, settings);
  message.u32(avp_disconnect_cause, 0);
  message.finish();
  stream.send(request);
  while (is_request(stream.wait_for_next()))
    continue;
}

class Load {
 public:
  explicit Load(const LoadSettings& settings)
      : settings_(settings),
        request_(settings),
        stream_(settings.address, settings.port),
        sent_(settings.in_flight),
        out_(settings.in_flight * request_.size()) {
    result_.latency_ns.reserve(settings.count);
  }

  LoadResult run() {
    if (!settings_.is_echo) exchange_capabilities(stream_, settings_);
    const double processor = processor_s();
    const auto start = Clock::now();
    for (std::uint32_t slot = 0; slot < settings_.in_flight; ++slot)
      add(slot, start);
    flush();
    while (result_.latency_ns.size() < settings_.count) {
      stream_.read();
      const auto now = Clock::now();
      for (OctetView message = stream_.next(); !message.empty(); message = stream_.next())
        take(message, now);
      flush();
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result_.processor_s = processor_s() - processor;
    if (!settings_.is_echo) disconnect(stream_, settings_);
    return std::move(result_);
  }

 private:
  void add(std::uint32_t slot, Clock::time_point now) {
    if (asked_ == settings_.count) return;
    const auto number = static_cast<std::uint32_t>(asked_++);
    request_.write(out_.data() + filled_, first_number_ + number, slot,
                   settings_.first_node + number % settings_.nodes);
    filled_ += request_.size();
    sent_[slot] = now;
  }

  void flush() {
    stream_.send(OctetView(out_).first(filled_));
    filled_ = 0;
  }

  void take(OctetView message, Clock::time_point now) {
    if (is_request(message) && !settings_.is_echo) give_up("the peer asks; the run is too long");
    const std::uint32_t slot = get_u32(message.data() + 12);
    if (slot >= sent_.size() || sent_[slot] == Clock::time_point{}) give_up("an unknown answer");
    const bool good = settings_.is_echo || result_code(message) == diameter::result_success;
    ++(good ? result_.granted : result_.refused);
    const auto took = std::chrono::nanoseconds(now - sent_[slot]).count();
    result_.latency_ns.push_back(static_cast<std::uint32_t>(took));
    sent_[slot] = {};
    add(slot, now);
  }

  const LoadSettings& settings_;
  RequestTemplate request_;
  Stream stream_;
  std::vector<Clock::time_point> sent_;  // by slot; the start of time for a free one
  Octets out_;
  std::size_t filled_ = 0;
  std::uint64_t asked_ = 0;
  // End-to-end identifiers must not come again within minutes (RFC 6733 §3).
  std::uint32_t first_number_ =
      static_cast<std::uint32_t>(Clock::now().time_since_epoch().count() >> 10);
  LoadResult result_;
};

void echo(int connection) {
  std::array<std::uint8_t, 1 << 18> buffer;
  const int on = 1;
  ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (true) {
    const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t sent = ::send(connection, buffer.data() + done,
                                  static_cast<std::size_t>(got - done), MSG_NOSIGNAL);
      if (sent <= 0) break;
      done += sent;
    }
  }
  ::close(connection);
}

}  // namespace

LoadResult run_load(const LoadSettings& settings) {
  const auto load = std::make_unique<Load>(settings);
  return load->run();
}

void serve_echo() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&at), size) != 0 ||
      ::listen(listener, 4) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    give_up("cannot listen");
  std::printf("ready echo 127.0.0.1:%d\n", ntohs(at.sin_port));
  std::fflush(stdout);
  while (true) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection >= 0) echo(connection);
  }
}

}  // namespace touchstone::bench
