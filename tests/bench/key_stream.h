#pragma once
// A gateway's side of a connection for the benches: requests made once and patched, whole messages
// out of a stream. What goes wrong stops the program with a word on stderr: there is no figure.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "reference/diameter/mobile_ip.h"
#include "tests/bench/key_load.h"

namespace touchstone::bench {

using diameter::Header;
using diameter::MessageWriter;
using enum diameter::AvpCode;

[[noreturn]] inline void give_up(const char* why) {
  static_cast<void>(std::fprintf(stderr, "no figure: %s\n", why));
  std::exit(1);
}

inline std::uint32_t get_u32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, 4);
  return ntohl(value);
}

inline void put_u32(std::uint8_t* at, std::uint32_t value) {
  value = htonl(value);
  std::memcpy(at, &value, 4);
}

inline void put_hex(std::uint8_t* at, std::uint32_t value) {
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

inline int connect_to(const std::string& address, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  const int on = 1;
  if (socket < 0) give_up("no socket");
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1 ||
      ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    give_up("cannot connect");
  return socket;
}

class Stream {
 public:
  Stream(const std::string& address, std::uint16_t port) : socket_(connect_to(address, port)) {}
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
  Octets buffer_ = Octets(1 << 18);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

inline bool is_request(OctetView message) {
  return (message[4] & diameter::flag_request) != 0;
}

inline void write_origin(MessageWriter& message, const LoadSettings& settings) {
  message.text(avp_origin_host, settings.host).text(avp_origin_realm, settings.realm);
}

inline std::uint32_t result_code(OctetView message) {
  const auto code = diameter::find(message.subspan(diameter::header_size), avp_result_code);
  return code && code->data.size() == 4 ? get_u32(code->data.data()) : 0;
}

inline void write_cer(SecretOctets& out, const LoadSettings& settings) {
  MessageWriter message(out, {.flags = diameter::flag_request,
                              .command = diameter::command_capabilities_exchange,
                              .hop_by_hop = 1,
                              .end_to_end = 1});
  write_origin(message, settings);
  message.ipv4(avp_host_ip_address, 0x7F000001)
      .u32(avp_vendor_id, 0)
      .text(avp_product_name, "bench")
      .u32(avp_auth_application_id, diameter::application_mobile_ipv4);
  message.finish();
}

inline void exchange_capabilities(Stream& stream, const LoadSettings& settings) {
  SecretOctets request;
  write_cer(request, settings);
  stream.send(request);
  if (result_code(stream.wait_for_next()) != diameter::result_success)
    give_up("the peer refuses the capabilities exchange");
}

inline void disconnect(Stream& stream, const LoadSettings& settings) {
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

}  // namespace touchstone::bench
