#pragma once
// A file descriptor that is closed once, and how errno becomes an Error.

#include <string>
#include <utility>

#include "reference/base/files.h"

namespace touchstone::host {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return number_; }
  /// The caller closes it from now on.
  int release() noexcept { return std::exchange(number_, -1); }
  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

/// open(2) without O_CREAT surprises: O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK and O_NOCTTY are added, and
/// an interrupted call is repeated. Sets errno as open(2) does.
Descriptor open_file(const std::string& path, int flags, unsigned mode = 0);

/// `code` with the words of the current errno as its detail and `path` as its place.
std::unexpected<Error> system_fault(FileErrc code, const std::string& path);

/// The fault of an open(2) or stat(2) for reading: not_found, not_regular or unreadable.
std::unexpected<Error> read_fault(const std::string& path);

/// Writes all of `octets`; false with errno set at the first failure.
bool write_all(int descriptor, OctetView octets);

/// fsync(2), repeated when interrupted; false with errno set.
bool sync(int descriptor);

}  // namespace touchstone::host
