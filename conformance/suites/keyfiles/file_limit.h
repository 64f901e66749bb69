#pragma once
// A disk that is full, without a disk: while it lives no process of ours, nor any that we start,
// can make a file longer than `octets` (RLIMIT_FSIZE); writing further fails with EFBIG.

#include <sys/resource.h>

#include <csignal>
#include <cstdint>

namespace touchstone::conformance::suites::keyfiles {

class FileLimit {
 public:
  explicit FileLimit(std::uint64_t octets) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const ::rlimit limit{octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    static_cast<void>(std::signal(SIGXFSZ, handler_));
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  ::rlimit before_{};
  void (*handler_)(int);
};

}  // namespace touchstone::conformance::suites::keyfiles
