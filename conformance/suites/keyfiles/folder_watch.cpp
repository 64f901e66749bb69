#include "conformance/suites/keyfiles/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "reference/base/result.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

constexpr std::uint32_t appeared = IN_CREATE | IN_MOVED_TO;
constexpr std::uint32_t vanished = IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t written = IN_MODIFY;

void append(std::vector<FolderEvent>& events, const inotify_event& event, const char* name) {
  using Kind = FolderEvent::Kind;
  if ((event.mask & appeared) != 0) events.push_back({Kind::appeared, name});
  if ((event.mask & vanished) != 0) events.push_back({Kind::vanished, name});
  if ((event.mask & written) != 0) events.push_back({Kind::written, name});
}

}  // namespace

FolderWatch::FolderWatch(const std::filesystem::path& folder)
    : descriptor_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  TOUCHSTONE_CHECK(descriptor_ >= 0);
  TOUCHSTONE_CHECK(inotify_add_watch(descriptor_, folder.c_str(), appeared | vanished | written) >=
                   0);
}

FolderWatch::~FolderWatch() {
  close(descriptor_);
}

std::vector<FolderEvent> FolderWatch::take() {
  std::vector<FolderEvent> events;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t size = read(descriptor_, buffer.data(), buffer.size());
    if (size <= 0) return events;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, &buffer.at(at), sizeof event);
      append(events, event, event.len == 0 ? "" : &buffer.at(at + sizeof event));
      at += sizeof event + event.len;
    }
  }
}

long first_event(const std::vector<FolderEvent>& events, FolderEvent::Kind kind,
                 std::string_view name) {
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events[i].kind == kind && events[i].name == name) return static_cast<long>(i);
  return -1;
}

long last_event(const std::vector<FolderEvent>& events, FolderEvent::Kind kind,
                std::string_view name) {
  for (std::size_t i = events.size(); i-- > 0;)
    if (events[i].kind == kind && events[i].name == name) return static_cast<long>(i);
  return -1;
}

}  // namespace touchstone::conformance::suites::keyfiles
