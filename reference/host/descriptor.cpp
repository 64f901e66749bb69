#include "reference/host/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace touchstone::host {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor open_file(const std::string& path, int flags, unsigned mode) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode);
  } while (number < 0 && errno == EINTR);
  return Descriptor(number);
}

std::unexpected<Error> system_fault(FileErrc code, const std::string& path) {
  return std::unexpected(Error{.code = make_error_code(code),
                               .offset = Error::no_offset,
                               .detail = std::generic_category().message(errno),
                               .place = path});
}

std::unexpected<Error> read_fault(const std::string& path) {
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
      return system_fault(FileErrc::not_found, path);
    case ELOOP:
    case ENXIO:
    case EISDIR:
      return system_fault(FileErrc::not_regular, path);
    default:
      return system_fault(FileErrc::unreadable, path);
  }
}

bool write_all(int descriptor, OctetView octets) {
  constexpr std::size_t most = std::size_t{1} << 30;  // write(2) takes less than 2 GiB
  while (!octets.empty()) {
    const ssize_t written = ::write(descriptor, octets.data(), std::min(octets.size(), most));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    octets = octets.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync(int descriptor) {
  int result = -1;
  do {
    result = ::fsync(descriptor);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

}  // namespace touchstone::host
