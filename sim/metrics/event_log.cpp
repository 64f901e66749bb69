#include "sim/metrics/event_log.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace touchstone::sim {
namespace {

constexpr std::size_t flush_at = 1 << 18;
constexpr std::size_t max_name = 24;
constexpr std::size_t max_text = 40;

/// Room for a line that is too long before it is cut.
class Line {
 public:
  void raw(std::string_view text) {
    const std::size_t size = std::min(text.size(), space_.size() - at_);
    std::copy_n(text.begin(), size, space_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += size;
  }
  /// Scenario names hold no quote and no backslash; other texts are ours.
  void text(std::string_view key, std::string_view value, std::size_t limit) {
    raw(key);
    raw("\"");
    raw(value.substr(0, limit));
    raw("\"");
  }
  void number(std::string_view key, std::uint64_t value) {
    raw(key);
    digits(value);
  }
  /// Units with a fraction of `places` digits: 1234567 with 6 is 1.234567.
  void fraction(std::string_view key, std::uint64_t value, std::uint64_t unit) {
    number(key, value / unit);
    raw(".");
    for (std::uint64_t left = unit / 10; left > 0; left /= 10)
      raw(std::string_view(&decimal[value / left % 10], 1));
  }
  void hex(std::string_view key, std::uint32_t value) {
    raw(key);
    raw("\"0x");
    for (int shift = 28; shift >= 0; shift -= 4)
      raw(std::string_view(&decimal[value >> shift & 15], 1));
    raw("\"");
  }
  [[nodiscard]] std::string_view view() const { return {space_.data(), at_}; }

 private:
  static constexpr std::string_view decimal = "0123456789abcdef";

  void digits(std::uint64_t value) {
    const auto done = std::to_chars(space_.data() + at_, space_.data() + space_.size(), value);
    at_ = static_cast<std::size_t>(done.ptr - space_.data());
  }

  std::array<char, 512> space_{};
  std::size_t at_ = 0;
};

std::uint64_t count_of(Duration time, Duration unit) {
  return static_cast<std::uint64_t>(std::max<Duration::rep>(time / unit, 0));
}

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& path,
                                                 const Topology& topology) {
  auto log = std::make_unique<EventLog>(topology);
  log->path_ = path;
  log->file_.reset(std::fopen(path.c_str(), "wb"));
  if (log->file_ == nullptr)
    return located(path, Result<std::unique_ptr<EventLog>>(
                             fail(static_cast<std::errc>(errno), "cannot be written")));
  return log;
}

void EventLog::on_happening(const Happening& one) {
  using namespace std::chrono_literals;
  Line line;
  line.fraction(R"({"t":)", count_of(one.at, 1us), 1'000'000);
  line.text(R"(,"e":)", print_kind(one.kind), max_text);
  if (one.node != no_node) line.text(R"(,"n":)", topology_.nodes[one.node].name, max_name);
  if (one.peer != no_node) line.text(R"(,"p":)", topology_.nodes[one.peer].name, max_name);
  if (one.id != 0) line.hex(R"(,"id":)", one.id);
  if (one.code != 0) line.number(R"(,"r":)", one.code);
  if (one.count != 0) line.number(R"(,"c":)", one.count);
  if (one.took >= Duration()) line.fraction(R"(,"ms":)", count_of(one.took, 1us), 1000);
  if (!one.text.empty()) line.text(R"(,"x":)", one.text, max_text);
  line.raw("}\n");
  buffer_.append(line.view());
  ++lines_;
  octets_ += line.view().size();
  if (file_ != nullptr && buffer_.size() >= flush_at) flush();
}

void EventLog::flush() {
  const bool written =
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) == buffer_.size() &&
      std::fflush(file_.get()) == 0;
  if (!written && broken_ == std::errc()) broken_ = static_cast<std::errc>(errno);
  buffer_.clear();
}

Result<void> EventLog::finish() {
  if (file_ == nullptr) return {};
  flush();
  if (broken_ == std::errc()) return {};
  return located(path_, Result<void>(fail(broken_, "cannot be written")));
}

}  // namespace touchstone::sim
